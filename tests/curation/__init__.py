"""Tests of what an owner does: import, undo, join, examples."""
