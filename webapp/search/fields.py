"""Properties of the text fields that every engine and the highlights share."""

NAME_FIELDS = ("authors",)  # fields whose words are not stemmed
FULL_TEXT = "pdf"  # the field of the text of PDFs
WITHOUT_STOP_WORDS = ("abstract", FULL_TEXT)  # fields that are indexed without stop words
# Letters, at most, in a prefix that is not searched in a field: it would match most long texts.
SHORT_PREFIX = {"abstract": 2, FULL_TEXT: 3}


def is_short(prefix: str, field: str) -> bool:
    """Return whether a prefix is too short to search in a field."""
    return prefix.isascii() and len(prefix) <= SHORT_PREFIX.get(field, 0)
