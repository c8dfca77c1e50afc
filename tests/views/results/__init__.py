"""Tests of the list of results."""
