"""Tests of search. They run on every engine."""
