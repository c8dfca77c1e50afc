"""Tests that compare the documents with the code."""
