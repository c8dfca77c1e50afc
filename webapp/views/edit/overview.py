"""What editors can look up but not change here: the sources and the settings."""

import json
from typing import Any

from flask import render_template
from pydantic import BaseModel

from ...config import Settings
from ...site import site
from ..http.responses import catalog
from .access import blueprint


@blueprint.get("/sources")
def show_sources() -> str:
    """Return the sources in the settings, each with its last answer."""
    answers = catalog().source_answers()
    sources = [(source, answers.get(source.id)) for source in site().settings.sources]
    return render_template("edit/sources.html", sources=sources)


@blueprint.get("/settings")
def show_settings() -> str:
    """Return the settings that differ from their defaults, and the names of the others."""
    settings = site().settings
    changed = {name: _shown(getattr(settings, name)) for name in _changed(settings)}
    if "database_url" in changed:
        changed["database_url"] = "…"  # it may have a password
    others = [name for name in Settings.model_fields if name not in changed]
    return render_template(
        "edit/settings.html", changed=changed, others=others, fields=Settings.model_fields
    )


def _changed(settings: Settings) -> list[str]:
    return [
        name
        for name, field in Settings.model_fields.items()
        if getattr(settings, name) != field.get_default(call_default_factory=True)
    ]


def _shown(value: object) -> str:
    """Return a value as text: a list with a line for each item."""
    if isinstance(value, list | tuple):
        return "\n".join(map(_text, value))
    if isinstance(value, dict):
        return "\n".join(f"{name}: {_text(item)}" for name, item in value.items())
    return _text(value)


def _text(value: Any) -> str:
    if isinstance(value, BaseModel):
        value = value.model_dump(exclude_defaults=True)
    if isinstance(value, dict) and list(value) == ["short"]:
        return str(value["short"])
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
