"""The language of the interface: its texts, numbers and dates.

DESIGN. The texts in templates and views are English, and the keys of their translations. A language
is one file, `translations/<language>.po`, read when the site starts; only then Babel is imported.
A text without a translation stays English. Elements in a translation are HTML, so they have to be
those of the English text; everything else in it is escaped like any text.
The command line is English only: its output is read by programs and found in search engines.
"""

import hashlib
import logging
import re
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache, partial
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final

from .config import ROOT
from .errors import ConfigurationError

if TYPE_CHECKING:
    from babel import Locale
    from babel.messages.catalog import Message

logger = logging.getLogger(__name__)

FOLDER: Final = ROOT / "translations"

_PLACEHOLDER = re.compile(r"%\((\w+)\)s")
_LINE = re.compile(r'((msgctxt|msgid|msgid_plural|msgstr(\[\d+\])?)\s+)?"([^"\\]|\\.)*"')
_ELEMENT = re.compile(r"<[^>]*>?")


class Translation:
    """English: each text is its own translation."""

    language: str = "en"  # a BCP 47 tag, for `<html lang>`
    direction: str = "ltr"  # or "rtl", for `<html dir>`
    version: str = ""  # changes with the texts; a part of every ETag

    def gettext(self, text: str, **values: object) -> str:
        """Return the translation of a text, with values for its `%(name)s`."""
        return text % values if values else text

    def ngettext(self, singular: str, plural: str, count: int, **values: object) -> str:
        """Return the translation for a count, which is the value of `%(number)s`."""
        text = singular if count == 1 else plural
        return text % {"number": self.number(count), **values}

    def number(self, number: int) -> str:
        """Return a number as "1,234"."""
        return f"{number:,}"

    def day(self, moment: datetime) -> str:
        """Return a date as "3 March 2026"."""
        return f"{moment.day} {moment:%B %Y}"


ENGLISH: Final = Translation()


class _CatalogTranslation(Translation):
    """Another language, from a catalog."""

    def __init__(
        self, language: str, locale: "Locale", texts: GNUTranslations, version: str
    ) -> None:
        from babel.dates import format_date
        from babel.numbers import format_decimal

        self.language = language
        self.direction = locale.text_direction
        self.version = version
        self._texts = texts
        self._format_number = lru_cache(4096)(partial(format_decimal, locale=locale))
        self._format_date = partial(format_date, format="long", locale=locale)

    def gettext(self, text: str, **values: object) -> str:
        translated = self._texts.gettext(text) if text else ""  # "" is the key of the header
        return translated % values if values else translated

    def ngettext(self, singular: str, plural: str, count: int, **values: object) -> str:
        text = self._texts.ngettext(singular, plural, count)
        return text % {"number": self.number(count), **values}

    def number(self, number: int) -> str:
        return self._format_number(number)

    def day(self, moment: datetime) -> str:
        return self._format_date(moment)


def load_translation(language: str) -> Translation:
    """Return the translation for a BCP 47 tag; English if there is no catalog for it.

    "pt-BR" is read from `pt-BR.po`, or else from `pt.po`. Raise ConfigurationError for a catalog
    that cannot be used.
    """
    parts = language.split("-")
    tags = ["-".join(parts[:length]) for length in range(len(parts), 0, -1)]
    file = next((file for tag in tags if (file := FOLDER / f"{tag}.po").is_file()), None)
    if file:
        return _read(file, language, tags)
    if parts[0].lower() != "en":
        expected = FOLDER / f"{tags[-1]}.po"
        logger.warning("language = %r: there is no %s, so the page is English", language, expected)
    return ENGLISH


def _read(file: Path, language: str, tags: list[str]) -> Translation:
    """Return the translation in a catalog of gettext."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import PoFileError, read_po

    locale = _locale(tags)
    if locale is None:
        raise _unusable(file, 1, f"there are no numbers and dates for {language!r} in Babel")
    try:
        content = file.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"Cannot read {file}: {error.strerror}") from None
    lines = _lines(file, content)
    try:
        catalog = read_po(lines, locale, abort_invalid=True)
        compiled = BytesIO()
        write_mo(compiled, catalog)
        compiled.seek(0)
        texts = GNUTranslations(compiled)
    except PoFileError as error:
        raise _unusable(file, error.lineno + 1, error.args[0].rpartition(" on ")[0]) from None
    except (ValueError, LookupError) as error:  # in the header: the encoding, the plural forms
        raise _unusable(file, 1, str(error)) from None
    for message in catalog:
        if problem := _find_problem(message):
            raise _unusable(file, message.lineno or 1, problem)
    version = hashlib.blake2b(content, digest_size=6).hexdigest()
    return _CatalogTranslation(language, locale, texts, version)


def _locale(tags: list[str]) -> "Locale | None":
    """Return what Babel knows about the first of the tags that it knows."""
    from babel import Locale, UnknownLocaleError

    for tag in tags:
        try:
            return Locale.parse(tag, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    return None


def _lines(file: Path, content: bytes) -> list[str]:
    """Return the lines of a catalog. Babel would read a text without quotation marks."""
    lines = []
    for number, line in enumerate(content.removeprefix(b"\xef\xbb\xbf").splitlines(), start=1):
        try:
            text = line.decode().strip()
        except UnicodeDecodeError:
            raise _unusable(file, number, "this is not UTF-8") from None
        if text and not text.startswith("#") and not _LINE.fullmatch(text):
            raise _unusable(file, number, "this is neither a comment nor a quoted text")
        lines.append(text)
    return lines


def _find_problem(message: "Message") -> str:
    """Return why a translation cannot replace its text; "" if it can."""
    if message.fuzzy or not message.id:
        return ""
    texts = _as_tuple(message.id)
    values = dict.fromkeys(_PLACEHOLDER.findall(" ".join(texts)), "")
    elements = sorted(_ELEMENT.findall(texts[-1]))
    for translation in filter(None, _as_tuple(message.string)):
        if sorted(_ELEMENT.findall(translation)) != elements:
            return f"{translation!r} does not have the elements of {texts[-1]!r}"
        try:
            _ = translation % values if values else ""
        except (KeyError, TypeError, ValueError):
            return f"{translation!r} does not have the placeholders of {texts[-1]!r}"
    return ""


def _as_tuple(texts: str | Sequence[str] | None) -> tuple[str, ...]:
    return (texts,) if isinstance(texts, str) else tuple(texts or ())


def _unusable(file: Path, line: int, problem: str) -> ConfigurationError:
    return ConfigurationError(
        f"Cannot use {file}: line {line}: {problem}. Fix it, or remove the file for English."
    )
