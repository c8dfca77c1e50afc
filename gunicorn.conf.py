"""How gunicorn serves Octavo. Any of it can be overridden: GUNICORN_CMD_ARGS="--workers 4"."""

import os
from pathlib import Path

wsgi_app = "wsgi:app"
bind = f"127.0.0.1:{os.environ.get('PORT') or 8000}"

# A search computes, so a worker for each core; more of them only wait for each other.
workers = int(os.environ.get("WEB_CONCURRENCY") or min(max(2, len(os.sched_getaffinity(0))), 8))
# Threads keep connections open between keystrokes, and a slow visitor from holding up the others.
# `python -m bench.threads`, two workers on two cores that had other work too, milliseconds of
# processor time for a distinct search and for a 304:
#   sync 4.9, 0.41; gthread with one thread 3.6, 0.41; with 2: 3.9, 0.38; 4: 3.9, 0.33; 8: 3.7,
#   0.31; 16: 4.3, 0.33.
# So their number hardly matters to the cost. Large files take up to six threads of a worker, whole
# lists two (webapp/views/http/limits.py): with four left, slow readers of these hold up nobody
# else.
worker_class = "webapp.serving.Worker"  # gthread
threads = 12
keepalive = 15  # seconds: longer than a pause in typing

timeout = 60
# Seconds after which a visitor who takes nothing of an answer is cut off: the thread is for others.
SEND_TIMEOUT = 30
graceful_timeout = 30
# A worker is replaced now and then, not all at once, so that nothing can grow for years.
max_requests = 100_000
max_requests_jitter = 20_000

# The application and its index are opened once, before the workers fork and share them.
preload_app = True

# The workers' sign of life must not wait for a disk: https://docs.gunicorn.org/en/stable/faq.html
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108

accesslog = None  # the setting log_requests writes a better one
errorlog = "-"
logger_class = "webapp.serving.Log"
control_socket_disable = True

# What proxies say is the application's business (the setting `proxies`), not gunicorn's, which
# would believe any neighbour, and anyone at a Unix socket.
forwarded_allow_ips = ""
secure_scheme_headers = {}
forwarder_headers = ""


def when_ready(server):  # type: ignore[no-untyped-def]
    """Before the first worker."""
    from webapp.serving import warm

    warm(server.app.wsgi())


def on_reload(server):  # type: ignore[no-untyped-def]
    """HUP: new workers get the new settings, while the old ones finish what they have begun."""
    from webapp.serving import renewed

    server.app.callable = renewed(server.app.wsgi())


def post_fork(server, worker):  # type: ignore[no-untyped-def]
    """In each new worker."""
    from webapp.serving import begin_work

    worker.tmp.notify()  # a sign of life; without one a worker that hangs here is never missed
    begin_work(server.app.wsgi(), worker.age, server.SIG_QUEUE)


def pre_request(_worker, request):  # type: ignore[no-untyped-def]
    """Before each request is answered."""
    request.unreader.sock.settimeout(SEND_TIMEOUT)


def post_request(_worker, _request, environ, _response):  # type: ignore[no-untyped-def]
    """When an answer has been sent."""
    from webapp.serving import tidy

    tidy(environ)
