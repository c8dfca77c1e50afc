"""How gunicorn serves Octavo. Any of it can be overridden: GUNICORN_CMD_ARGS="--workers 4"."""

import os
from pathlib import Path

wsgi_app = "wsgi:app"
bind = f"127.0.0.1:{os.environ.get('PORT') or 8000}"

workers = 2
# Threads keep connections open between keystrokes, and a slow visitor from holding up the others.
worker_class = "gthread"
threads = 4
keepalive = 15  # seconds: longer than a pause in typing

timeout = 60
graceful_timeout = 30
# A worker is replaced now and then, not all at once, so that nothing can grow for years.
max_requests = 100_000
max_requests_jitter = 20_000

# The workers' sign of life must not wait for a disk: https://docs.gunicorn.org/en/stable/faq.html
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108

accesslog = None  # "-" logs every request, with its address and search, to standard output
errorlog = "-"
control_socket_disable = True
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1,::1")
