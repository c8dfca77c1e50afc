"""Tests of the database, backup and restore."""
