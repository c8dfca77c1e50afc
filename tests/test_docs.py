"""The README says what there is: settings, commands, addresses, make targets."""

import re
from pathlib import Path

import pytest
from flask import Flask

from webapp.cli import COMMANDS
from webapp.config import ENVIRONMENT_PREFIX, INSTANCE_VARIABLE, ROOT, Settings

README = (ROOT / "README.md").read_text()
MAKEFILE = (ROOT / "Makefile").read_text()


def settings_table() -> str:
    """The README's table of settings, as the code has them."""
    lines = ["| in `site.toml` | in the environment | default | what |", "|---|---|---|---|"]
    for name, field in Settings.model_fields.items():
        variable = f"`{ENVIRONMENT_PREFIX}{name.upper()}`"
        default = field.default
        if default in ("", None, (), {}):
            shown = ""
        else:
            shown = f'`"{default}"`' if isinstance(default, str) else f"`{default}`"
        lines.append(f"| `{name}` | {variable} | {shown} | {field.description} |")
    return "\n".join(lines)


def test_the_settings_are_those_of_the_code() -> None:
    assert settings_table() in README, f"the README's table should be\n{settings_table()}"
    assert f"`{INSTANCE_VARIABLE}`" in README


@pytest.mark.parametrize("name", [command.name for command in COMMANDS])
def test_every_command_is_told_of(name: str) -> None:
    assert f"octavo {name}" in README


def test_every_address_is_told_of(app: Flask) -> None:
    rules = {re.sub(r"<\w+:", "<", rule.rule) for rule in app.url_map.iter_rules()}
    assert sorted(rule for rule in rules if f"`{rule}`" not in README) == []


def test_every_address_told_of_exists(app: Flask) -> None:
    rules = {re.sub(r"<\w+:", "<", rule.rule) for rule in app.url_map.iter_rules()}
    section = README.split("## Addresses")[1].split("\n## ")[0]
    told = re.findall(r"^\| (.+?) \|", section, re.MULTILINE)[2:]
    assert (
        sorted({address for cell in told for address in re.findall("`(.+?)`", cell)} - rules) == []
    )


def test_every_make_target_is_told_of() -> None:
    targets = re.findall(r"^([a-z-]+):.*## ", MAKEFILE, re.MULTILINE)
    assert len(targets) > 5
    assert sorted(name for name in targets if f"`make {name}" not in README) == []


def test_links_of_the_documents_lead_somewhere() -> None:
    for document in (*ROOT.glob("*.md"), ROOT / "bench" / "README.md"):
        for link in re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", document.read_text()):
            assert (document.parent / link).exists(), f"{Path(document).name}: {link}"
