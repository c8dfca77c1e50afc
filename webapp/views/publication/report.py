"""The address to which visitors report an error in a publication, from the setting `report`."""

from typing import Final
from urllib.parse import quote

from ...formats.inline import to_plain
from ...records import Record
from ...setting_types import REPORT_PLACEHOLDER
from ..language import gettext

MAX_TITLE: Final = 200  # characters: mail programs and services refuse long addresses


def report_url(template: str, record: Record, page: str) -> str:
    """Return the setting `report` with its placeholders replaced; `page` is the absolute URL.

    A `mailto:` address without fields gets a subject and a body.
    """
    title = to_plain(record.title)
    if len(title) > MAX_TITLE:
        title = f"{title[:MAX_TITLE].rstrip()}…"
    values = {"title": title, "address": page, "key": record.key}
    if template.startswith("mailto:") and "?" not in template:
        template = f"{template}?subject={{subject}}&body={{address}}"
        values["subject"] = gettext("Error in “%(title)s”", title=title)
    return REPORT_PLACEHOLDER.sub(lambda name: quote(values[name[1]], safe=""), template)
