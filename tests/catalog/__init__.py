"""Tests of the catalog: criteria, updates of the index, the list without an index."""
