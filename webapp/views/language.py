"""Texts and numbers that views make, in the language of the site."""

from flask import current_app

from ..site import site
from ..translation import ENGLISH, Translation


def translation() -> Translation:
    """Return the translation of the current site; English outside of a site."""
    return site().translation if current_app else ENGLISH


def gettext(text: str, **values: object) -> str:
    """Return the translation of a text, with values for its `%(name)s`."""
    return translation().gettext(text, **values)


def ngettext(singular: str, plural: str, count: int, **values: object) -> str:
    """Return the translation for a count, which is the value of `%(number)s`."""
    return translation().ngettext(singular, plural, count, **values)
