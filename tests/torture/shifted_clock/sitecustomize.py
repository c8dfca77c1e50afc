"""A clock that a file sets. Python imports this module if its folder is in PYTHONPATH.

The file that BENCH_CLOCK names has the seconds between the time of day and the true one. The
monotonic clock and the dates of files are not affected, as when an administrator sets the clock.
(faketime would shift any program, but breaks `time.sleep` of Python 3.11 and newer.)
"""

import datetime
import os
import time
from pathlib import Path
from typing import Self

_file = Path(os.environ["BENCH_CLOCK"])
_true_time = time.time_ns


def _time_ns() -> int:
    return _true_time() + int(_file.read_text()) * 1_000_000_000


def _time() -> float:
    return _time_ns() / 1e9


class _Moment(datetime.datetime):
    @classmethod
    def now(cls, tz: datetime.tzinfo | None = None) -> Self:
        return cls.fromtimestamp(_time(), tz)


time.time, time.time_ns = _time, _time_ns
datetime.datetime = _Moment  # type: ignore[misc]
