"""Tests of `webapp.accounts`."""
