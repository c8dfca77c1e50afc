"""Tests of caching, limits and static files."""
