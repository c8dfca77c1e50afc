"""PostgreSQL: its URLs, pool, locks and errors. Imported by `store.connections` only.

No other module knows which database there is. The driver, psycopg, is an optional dependency, so it
is imported when a site uses PostgreSQL.
"""

from .dialect import PostgreSQL

__all__ = ["PostgreSQL"]
