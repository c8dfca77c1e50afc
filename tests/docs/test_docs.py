"""The README says what there is: settings, commands, addresses, make targets."""

import json
import re
from pathlib import Path

import pytest
from flask import Flask

from webapp.cli import COMMANDS
from webapp.config import ENVIRONMENT_PREFIX, INSTANCE_VARIABLE, ROOT, Settings, load_settings

README = (ROOT / "README.md").read_text()
MAKEFILE = (ROOT / "Makefile").read_text()


def settings_table() -> str:
    """The README's table of settings, as the code has them."""
    lines = ["| in `site.toml` | in the environment | default | what |", "|---|---|---|---|"]
    for name, field in Settings.model_fields.items():
        variable = f"`{ENVIRONMENT_PREFIX}{name.upper()}`"
        default = field.default
        shown = "" if default in ("", None, (), {}) else f"`{json.dumps(default)}`"
        lines.append(f"| `{name}` | {variable} | {shown} | {field.description} |")
    return "\n".join(lines)


def test_the_settings_are_those_of_the_code() -> None:
    assert settings_table() in README, f"the README's table should be\n{settings_table()}"
    assert f"`{INSTANCE_VARIABLE}`" in README


def test_the_example_of_a_site_file_is_valid(tmp_path: Path) -> None:
    (tmp_path / "site.toml").write_text(README.split("```toml\n")[1].split("```")[0])
    settings = load_settings(tmp_path, environment={})
    assert settings.owner == "Ada Lovelace"
    assert [member.name for member in settings.members] == ["Charles Babbage"]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_told_of(name: str) -> None:
    assert f"octavo {name}" in README


def addresses(app: Flask) -> set[str]:
    """The rules of the application, without the types of their parts."""
    return {re.sub(r"<[^<>]*:(\w+)>", r"<\1>", rule.rule) for rule in app.url_map.iter_rules()}


def test_the_addresses_are_those_of_the_application(app: Flask) -> None:
    section = README.split("## Addresses")[1].split("\n## ")[0]
    first_cells = re.findall(r"^\| (`.+?`) \|", section, re.MULTILINE)
    assert {
        address for cell in first_cells for address in re.findall("`(.+?)`", cell)
    } == addresses(app)


def test_every_make_target_is_told_of() -> None:
    targets = re.findall(r"^([a-z-]+):.*## ", MAKEFILE, re.MULTILINE)
    assert len(targets) > 5
    assert sorted(name for name in targets if f"`make {name}" not in README) == []


def test_links_of_the_documents_lead_somewhere() -> None:
    for document in (*ROOT.glob("*.md"), ROOT / "bench" / "README.md"):
        links = r"(?:\]\(|src(?:set)?=\")(?!https?:|#|mailto:)([^)#\"]+)"
        for link in re.findall(links, document.read_text()):
            assert (document.parent / link).exists(), f"{Path(document).name}: {link}"
