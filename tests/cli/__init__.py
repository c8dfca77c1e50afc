"""Tests of the commands, most as real processes."""
