"""The parts of a running site, each with its type: `site().catalog`."""

from dataclasses import dataclass
from typing import cast

from flask import Flask, current_app

from .accounts.oidc import Provider
from .catalog import Catalog, FullTexts, IndexFollower
from .config import Settings
from .telemetry.metrics import Metrics
from .translation import Translation

EXTENSION = "octavo"  # the key in `app.extensions`


@dataclass(frozen=True, slots=True)
class Site:
    """The parts that `create_app` wires together and that views and commands use."""

    settings: Settings
    catalog: Catalog
    index_follower: IndexFollower
    full_texts: FullTexts | None  # of the owner's PDFs, with full_text = true
    metrics: Metrics
    translation: Translation
    provider: Provider | None  # where editors sign in, with sign_in = "oidc"


def site(app: Flask | None = None) -> Site:
    """Return the parts of an application, by default the current one."""
    return cast("Site", (app or current_app).extensions[EXTENSION])
