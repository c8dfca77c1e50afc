"""Files that end inside an entry, in formats whose entries need no closing sign.

A last entry is incomplete if it lacks what every entry begins with, or what all others end with.
"""

import re
from collections.abc import Sequence
from itertools import pairwise


def find_incomplete_entry(
    text: str,
    start: re.Pattern[str],
    required: Sequence[re.Pattern[str]],
    common: Sequence[re.Pattern[str]],
) -> int:
    """Return the place of an incomplete last entry, or -1.

    Every entry has the `required` patterns. The last one must also have those of the `common`
    patterns that all others have.
    """
    starts = [match.start() for match in start.finditer(text)]
    if not starts:
        return -1
    *others, last = (text[first:end] for first, end in pairwise([*starts, len(text)]))
    expected = [
        pattern for pattern in common if others and all(pattern.search(entry) for entry in others)
    ]
    is_complete = all(pattern.search(last) for pattern in (*required, *expected))
    return -1 if is_complete else starts[-1]
