"""Tests of the bibliographic formats."""
