"""Characters that no document of XML can have, and that print nothing elsewhere."""

import re

# Controls, lone surrogates, private characters, and those that are none.
_FORBIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ue000-\uf8ff\ufffe\uffff]")
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def without_controls(text: str) -> str:
    """Return text without control characters."""
    return _FORBIDDEN.sub("", text)


def for_xml(text: str) -> str:
    """Return text without the characters that XML 1.0 cannot represent, not yet escaped."""
    return _NOT_IN_XML.sub("", text)
