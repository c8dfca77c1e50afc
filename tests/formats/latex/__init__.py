"""Tests of LaTeX in text."""
