"""Previews: images of publications in lists, with their sizes, so that nothing moves later."""

from pathlib import Path
from typing import NamedTuple

from ...formats.links import safe_file
from ...images import read_image_size
from ...records import Record
from ..urls import Urls

MAX_WIDTH = 144  # CSS pixels, the width of the margin beside the list
MAX_HEIGHT = 240


class Preview(NamedTuple):
    """An image, and the size at which lists show it in CSS pixels."""

    url: str
    width: int
    height: int


class Previews:
    """Finds the images that the field `preview` names in the folder of the owner's files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()

    def preview(self, record: Record, urls: Urls) -> Preview | None:
        """Return the preview of a record; None if it has none, or its file is no image."""
        name = safe_file(record.fields.get("preview", ""))
        if not name:
            return None
        path = (self._folder / name).resolve()
        size = read_image_size(path) if path.is_relative_to(self._folder) else None
        if size is None:
            return None
        scale = min(1.0, MAX_WIDTH / size[0], MAX_HEIGHT / size[1])
        width, height = (max(1, round(length * scale)) for length in size)
        return Preview(urls.file(name), width, height)
