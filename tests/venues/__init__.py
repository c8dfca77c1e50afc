"""Tests of the short names of venues."""
