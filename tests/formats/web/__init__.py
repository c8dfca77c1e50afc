"""Tests of feeds and of metadata for machines."""
