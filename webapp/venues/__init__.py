"""Venues: the short name of a journal or conference that lists show and the facet groups by.

    >>> short_name("Proceedings of the 2019 Conference on Machine Translation (WMT 2019)")
    'WMT'
    >>> venues = Venues(settings.venues)  # with the owner's own names
    >>> venues.shortened(record).venue

The record itself keeps the full name. Imported by `catalog`, `views` and the factory. It reads no
files and knows nothing of rows, the index, or requests.
"""

from .names import short_name
from .venues import Venues

__all__ = ["Venues", "short_name"]
