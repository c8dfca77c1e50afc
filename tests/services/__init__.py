"""Tests of fetching from services, against one local server that speaks for all of them."""
