"""Tests of the catalog: criteria, the index that follows it, the list without an index."""
