"""Tests of logs, metrics and health checks."""
