"""Tests of the pages, by requests."""
