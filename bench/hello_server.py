"""The site's gunicorn settings without the hooks for its application."""

import runpy
from pathlib import Path

_settings = runpy.run_path(str(Path(__file__).parent.parent / "gunicorn.conf.py"))
globals().update({name: value for name, value in _settings.items() if not callable(value)})
wsgi_app = "bench.hello:app"
