"""Lists inside the pages of other sites: a frame, a fragment, a script, oEmbed.

Registered by the factory if the setting `embed` names sites. Only what is below `/embed` may be
shown in frames and read by scripts of other sites: it is public, and has no cookies and no forms.
"""

from . import how, lists, oembed
from .access import blueprint

__all__ = ["blueprint", "how", "lists", "oembed"]
