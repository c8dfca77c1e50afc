"""How long another process takes to know of a save in PostgreSQL: `python -m bench.staleness`.

One process saves, another asks for the revision as its requests do. Three cases: with the
notification of each save; with the listening connection cut just before; and for a change of which
there is no notification, so that the reading of every second finds it.
"""

import multiprocessing
import statistics
import time
from collections.abc import Callable
from multiprocessing.queues import Queue
from pathlib import Path

from sqlalchemy import Engine, create_engine

from tests.postgresql import cluster
from webapp.errors import DatabaseUnavailableError
from webapp.store.connections import (
    current_revision,
    database_url,
    engine_options,
    prepare_engine,
    watch_revision,
    writing,
)

TABLE = "CREATE TABLE catalog_state AS SELECT 'a' AS identity, 1 AS counter"
RAISE = "UPDATE catalog_state SET counter = counter + 1"
CUT = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE query LIKE 'LISTEN%' OR query LIKE 'SELECT identity%'"
)
DATABASE = "staleness"


def engine_of(setting: str) -> Engine:
    url = database_url(setting, Path())
    engine = create_engine(url, **engine_options(url))
    prepare_engine(engine)
    return engine


def follow(setting: str, times: "Queue[float]") -> None:
    """Send the time at which each new revision is known."""
    engine = engine_of(setting)
    watch_revision(engine)
    last = 0
    while True:
        try:
            counter = current_revision(engine).counter
        except DatabaseUnavailableError:
            continue
        if counter != last:
            times.put(time.monotonic())
            last = counter
        time.sleep(0.0005)


def measure(count: int, save: Callable[[], float], times: "Queue[float]") -> str:
    """Return median, 95th percentile and maximum in milliseconds."""
    delays = []
    for number in range(count):
        saved = save()
        delays.append((times.get() - saved) * 1000)
        time.sleep(0.05 + 0.013 * (number % 30))
    delays.sort()
    return (
        f"{statistics.median(delays):.1f} / {delays[int(0.95 * count)]:.1f} / {delays[-1]:.1f} ms"
    )


def main() -> None:
    with cluster() as server:
        server.create_database(DATABASE)
        server.execute(TABLE, DATABASE)
        times: Queue[float] = multiprocessing.Queue()
        follower = multiprocessing.Process(target=follow, args=(server.url(DATABASE), times))
        follower.start()
        times.get()
        engine = engine_of(server.url(DATABASE))

        def save() -> float:
            with writing(engine) as connection:
                connection.exec_driver_sql(RAISE)
            return time.monotonic()

        def save_after_cut() -> float:
            server.execute(CUT)
            return save()

        def change() -> float:
            server.execute(RAISE, DATABASE)
            return time.monotonic()

        print("median / p95 / maximum until another process knows the revision")
        print("notified:       ", measure(200, save, times))
        print("listener cut:   ", measure(60, save_after_cut, times))
        print("not notified:   ", measure(40, change, times))
        follower.terminate()


if __name__ == "__main__":
    main()
