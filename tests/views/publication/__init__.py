"""Tests of the publication page."""
