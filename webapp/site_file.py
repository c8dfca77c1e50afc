"""Reading the settings, from instance/site.toml and OCTAVO_ variables, which take precedence.

An invalid setting stops the program when it starts.
"""

import difflib
import logging
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from .config import ROOT, SITE_FILE, Settings
from .errors import ConfigurationError
from .member_settings import Member
from .setting_types import NamedList, VenueSetting
from .source_settings import Source

logger = logging.getLogger(__name__)

ENVIRONMENT_PREFIX = "OCTAVO_"
# Names the instance folder. It is not a setting, since it says where the settings are.
INSTANCE_VARIABLE = "OCTAVO_INSTANCE"
# Settings of earlier versions. They are ignored with a warning, so that an upgrade never stops a
# site.
REMOVED_SETTINGS = {"page_cache_mb": "nginx caches pages; see docs/decisions/nginx-caches-pages.md"}


def instance_path(environment: Mapping[str, str] = os.environ) -> Path:
    """Return the instance folder: OCTAVO_INSTANCE, or `instance` beside the package."""
    return Path(environment.get(INSTANCE_VARIABLE) or ROOT / "instance").resolve()


def load_settings(instance: Path, environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings of an instance folder.

    Raise ConfigurationError with a line for each invalid setting.
    """
    file = instance / SITE_FILE
    from_file = _without_removed(_read_site_file(file), str(file))
    from_environment = _without_removed(_read_environment(environment), "environment")
    try:
        return Settings.model_validate({**from_file, **from_environment})
    except ValidationError as error:
        lines = [_explain(dict(item), file, from_environment) for item in error.errors()]
        raise ConfigurationError("\n".join(lines)) from None


def _without_removed(values: Mapping[str, Any], place: str) -> dict[str, Any]:
    """Leave out settings of earlier versions, each with a warning."""
    for name in values.keys() & REMOVED_SETTINGS:
        logger.warning("%s: %s is ignored: %s", place, name, REMOVED_SETTINGS[name])
    return {name: value for name, value in values.items() if name not in REMOVED_SETTINGS}


def _read_site_file(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{file}: not valid TOML: {error}") from None
    except RecursionError:
        raise ConfigurationError(f"{file}: brackets are nested too deeply.") from None
    except OSError as error:
        raise ConfigurationError(f"Cannot read {file}: {error.strerror}") from None


def _read_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Return OCTAVO_PAGE_SIZE=50 as {"page_size": "50"}. An empty variable is ignored."""
    return {
        name.removeprefix(ENVIRONMENT_PREFIX).lower(): value
        for name, value in environment.items()
        if name.startswith(ENVIRONMENT_PREFIX) and value and name not in NOT_SETTINGS
    }


# OCTAVO_ variables that other modules read: the instance folder, the tests' data, and keys of
# services, which no file should have.
_KEYS = ("OCTAVO_NCBI_KEY", "OCTAVO_OPENALEX_KEY", "OCTAVO_OIDC_SECRET")
NOT_SETTINGS = frozenset({INSTANCE_VARIABLE, "OCTAVO_TEST_DATA", *_KEYS})


# The settings that are tables with settings of their own.
_TABLES: Mapping[str, type[BaseModel]] = {
    "lists": NamedList,
    "members": Member,
    "sources": Source,
    "venues": VenueSetting,
}


def _explain(item: dict[str, Any], file: Path, from_environment: Mapping[str, str]) -> str:
    """Return a line about an invalid setting: file, key, value, and what is allowed."""
    path = [str(part) for part in item["loc"]]
    if not path:  # a validator of several settings, which names them
        return f"{file}: {item['ctx']['error']}"
    key = path[0]
    in_environment = key in from_environment
    place = "environment" if in_environment else str(file)
    name = f"{ENVIRONMENT_PREFIX}{key.upper()}" if in_environment else ".".join(path)
    if item["type"] == "extra_forbidden":
        table = _TABLES[key] if len(path) > 1 else Settings
        names = [field.alias or name for name, field in table.model_fields.items()]
        close = difflib.get_close_matches(path[-1], names, 1)
        hint = f"; did you mean {close[0]!r}?" if close else "; docs/settings.md lists them all"
        return f"{place}: {name}: there is no such setting{hint}"
    message = item["msg"].removeprefix("Value error, ").removeprefix("Input ")
    return f"{place}: {name} = {item['input']!r}: {message}"
