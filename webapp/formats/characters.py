"""Characters that no document of XML can have, and that print nothing elsewhere."""

import re

# Controls, lone surrogates, private characters, and those that are none.
_FORBIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ue000-\uf8ff\ufffe\uffff]")


def without_controls(text: str) -> str:
    """Return text without control characters."""
    return _FORBIDDEN.sub("", text)
