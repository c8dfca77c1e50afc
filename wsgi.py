"""The application that gunicorn serves: `gunicorn wsgi:app`."""

import sys

from webapp.application import create_app
from webapp.errors import ConfigurationError

try:
    app = create_app()
except ConfigurationError as error:
    sys.stderr.write(f"{error}\n")
    sys.exit(3)  # gunicorn's status for a worker that cannot boot: gunicorn does not try again
