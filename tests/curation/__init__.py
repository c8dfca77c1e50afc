"""Tests of owners' operations: import, undo, join, examples."""
