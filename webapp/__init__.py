"""Octavo: a self-hosted publications page that answers as you type.

Imports next to nothing: the processes that read one PDF or one pasted text need few modules, and
importing all takes more than a second.
"""

from . import startup  # noqa: F401  must be imported first: see there
