"""Properties of the text fields that every engine and the highlights share."""

NAME_FIELDS = ("authors",)  # fields whose words are not stemmed
SHORT_PREFIX = 2  # letters, at most, in a prefix that is not searched in abstracts


def is_short(prefix: str) -> bool:
    """Return whether a prefix is too short to search in abstracts."""
    return prefix.isascii() and len(prefix) <= SHORT_PREFIX
