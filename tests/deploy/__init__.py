"""Tests of deployment: nginx, systemd's units, the guide."""
