"""Tests of `webapp.views.edit`."""
