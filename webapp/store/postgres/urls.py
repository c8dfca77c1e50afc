"""The URL of a database: as libpq reads it, with time limits so that no request waits for long."""

from typing import Final
from urllib.parse import quote, urlencode

from sqlalchemy import URL

from ...errors import ConfigurationError

SCHEMES: Final = ("postgresql", "postgresql+psycopg")
DRIVER: Final = "postgresql+psycopg"

# What a URL may override. Without these, a request would wait for minutes for a machine that is
# gone: https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS
TIME_LIMITS: Final = {
    "connect_timeout": "3",  # seconds for each host
    "tcp_user_timeout": "3000",  # milliseconds without an acknowledgement of what was sent
    "keepalives_idle": "2",
    "keepalives_interval": "1",
    "keepalives_count": "3",
    "application_name": "octavo",
}


def parse(setting: str) -> URL:
    """Return the URL of a setting as libpq reads it: with several hosts, or a socket's folder.

    Raises ConfigurationError for what libpq refuses, and without the driver.
    """
    try:
        from psycopg import ProgrammingError
        from psycopg.conninfo import conninfo_to_dict
    except ImportError:
        raise ConfigurationError(
            "database_url: the driver of PostgreSQL is not installed. "
            "To install it: make install-postgresql"
        ) from None
    _, _, place = setting.partition("://")
    try:
        given = {
            name: str(value) for name, value in conninfo_to_dict(f"postgresql://{place}").items()
        }
    except ProgrammingError as error:
        reason = str(error).strip().replace(f"postgresql://{place}", "the URL")
        raise ConfigurationError(
            f"database_url: {reason}. It is written as postgresql://user@host:5432/database"
        ) from None
    parameters = {**TIME_LIMITS, **given}
    return URL.create(
        DRIVER,
        username=parameters.pop("user", None),
        password=parameters.pop("password", None),
        database=parameters.pop("dbname", None),
        query=parameters,
    )


def setting(url: URL) -> str:
    """Return the setting that `parse` reads as a URL, with the password."""
    given = {"user": url.username, "password": url.password, "dbname": url.database, **url.query}
    pairs = {name: value for name, value in given.items() if value}
    return f"postgresql:///?{urlencode(pairs, quote_via=quote)}"


def name(url: URL) -> str:
    """Return how messages name a database: with user and hosts, without anything secret."""
    hosts = str(url.query.get("host", url.host or "")).split(",")
    ports = str(url.query.get("port", url.port or "")).split(",")
    if len(ports) != len(hosts):
        ports = ports[:1] * len(hosts)
    places = ",".join(
        f"{host}:{port}" if port else host for host, port in zip(hosts, ports, strict=True)
    )
    user = f"{url.username}@" if url.username else ""
    return f"postgresql://{user}{places}/{url.database or ''}"
