"""Tests of search, whatever the engine."""
