"""gunicorn's configuration. GUNICORN_CMD_ARGS overrides any of it, as in "--workers 4"."""

import os
from pathlib import Path

wsgi_app = "wsgi:app"
bind = f"127.0.0.1:{os.environ.get('PORT') or 8000}"

# Search is computation, so one worker for each core; more would only wait for each other.
workers = int(os.environ.get("WEB_CONCURRENCY") or min(max(2, len(os.sched_getaffinity(0))), 8))
# Threads keep connections open between keystrokes, and keep slow visitors from blocking others.
# Their number hardly changes the cost: `python -m bench.threads` with two workers on two cores that
# had other work too, in milliseconds of processor time for a distinct search and for a 304:
#   sync 4.9, 0.41; gthread with one thread 3.6, 0.41; with 2: 3.9, 0.38; 4: 3.9, 0.33; 8: 3.7,
#   0.31; 16: 4.3, 0.33.
# Large files take up to six threads of a worker and complete lists two
# (webapp/views/http/limits.py), so four stay free for pages.
worker_class = "webapp.serving.Worker"  # gthread
threads = 12
keepalive = 15  # seconds: longer than a pause in typing

# Bytes of a request line, as in deploy/nginx.conf. A selection of 500 publications takes 3,000.
limit_request_line = 8190

timeout = 60
# Seconds after which a connection is closed whose visitor reads nothing of a response, because
# it occupies a thread.
SEND_TIMEOUT = 30
graceful_timeout = 30
# Workers are replaced from time to time, one by one, so that nothing can grow for years.
max_requests = 100_000
max_requests_jitter = 20_000

# Open the application and its index once, before the workers fork and share them.
preload_app = True

# A worker's heartbeat must not wait for a disk: https://docs.gunicorn.org/en/stable/faq.html
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108

accesslog = None  # the setting log_requests writes a more useful one
errorlog = "-"
logger_class = "webapp.serving.Log"
control_socket_disable = True

# The application decides which proxies to trust (the setting `proxies`). gunicorn would trust any
# neighbour, and everyone at a Unix socket.
forwarded_allow_ips = ""
secure_scheme_headers = {}
forwarder_headers = ""


def when_ready(server):  # type: ignore[no-untyped-def]
    """Open the application before the first worker forks."""
    from webapp.serving import preload

    preload(server.app.wsgi())


def on_reload(server):  # type: ignore[no-untyped-def]
    """HUP: give new workers the new settings; the old ones finish their requests."""
    from webapp.serving import reload

    server.app.callable = reload(server.app.wsgi())


def post_fork(server, worker):  # type: ignore[no-untyped-def]
    """Prepare each new worker."""
    from webapp.serving import init_worker

    worker.tmp.notify()  # the first heartbeat: without it, a worker that hangs here is never killed
    init_worker(server.app.wsgi(), worker.age, server.SIG_QUEUE)


def pre_request(_worker, request):  # type: ignore[no-untyped-def]
    """Limit how long a request may be read and its response sent."""
    request.unreader.sock.settimeout(SEND_TIMEOUT)
