"""The documents list what the code has: settings, commands, addresses, targets, packages, files."""

import json
import re
from pathlib import Path

import pytest
from flask import Flask

from webapp.application import create_app
from webapp.cli import COMMANDS
from webapp.config import ROOT, Settings
from webapp.formats.public_fields import PUBLIC_FIELDS
from webapp.site_file import ENVIRONMENT_PREFIX, INSTANCE_VARIABLE, load_settings

DOCUMENTS = sorted(
    [
        *ROOT.glob("*.md"),
        *(ROOT / "docs").rglob("*.md"),
        ROOT / "bench" / "README.md",
        ROOT / "deploy" / "README.md",
    ]
)


def read(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def settings_table() -> str:
    """Return the table of settings, from the code."""
    lines = ["| in `site.toml` | in the environment | default | what |", "|---|---|---|---|"]
    for name, field in Settings.model_fields.items():
        variable = f"`{ENVIRONMENT_PREFIX}{name.upper()}`"
        default = field.default
        shown = "" if default in ("", None, (), {}) else f"`{json.dumps(default)}`"
        lines.append(f"| `{name}` | {variable} | {shown} | {field.description} |")
    return "\n".join(lines)


def test_every_setting_is_documented() -> None:
    document = read("docs/settings.md")
    assert settings_table() in document, f"the table should be\n{settings_table()}"
    assert f"`{INSTANCE_VARIABLE}`" in document


def exported_fields_table() -> str:
    """Return the table of the fields that visitors' exports have, from the code."""
    fields: dict[str, list[str]] = {}
    for name, row in PUBLIC_FIELDS.items():
        if row.exported:
            types = ", ".join(f"`{kind}`" for kind in sorted(row.types)) or "every type"
            fields.setdefault(types, []).append(f"`{name}`")
    lines = ["| entry type | fields in exports |", "|---|---|"]
    lines += [f"| {types} | {' '.join(sorted(fields[types]))} |" for types in sorted(fields)]
    return "\n".join(lines)


def test_every_exported_field_is_documented() -> None:
    table = exported_fields_table()
    assert table in read("docs/publications.md"), f"the table should be\n{table}"


def test_the_example_of_a_site_file_is_valid(tmp_path: Path) -> None:
    (tmp_path / "site.toml").write_text(read("README.md").split("```toml\n")[1].split("```")[0])
    settings = load_settings(tmp_path, environment={})
    assert settings.owner == "Ada Lovelace"
    assert [member.name for member in settings.members] == ["Charles Babbage"]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_documented(name: str) -> None:
    assert f"| `octavo {name}" in read("docs/commands.md")


def addresses(app: Flask) -> set[str]:
    """Return the rules of the application, without the types of their parts."""
    return {re.sub(r"<[^<>]*:(\w+)>", r"<\1>", rule.rule) for rule in app.url_map.iter_rules()}


def test_every_address_is_documented(app: Flask, instance: Path) -> None:
    settings = {**load_settings(instance).model_dump(), "editors": ("ada",), "hosts": ("a.org",)}
    settings["embed"] = ("*",)
    editing = create_app(instance, Settings.model_validate(settings))
    first_cells = re.findall(r"^\| (`.+?`) \|", read("docs/addresses.md"), re.MULTILINE)
    assert {
        address for cell in first_cells for address in re.findall("`(.+?)`", cell)
    } == addresses(app) | addresses(editing)


def test_every_make_target_is_documented() -> None:
    targets = re.findall(r"^([a-z-]+):.*## ", read("Makefile"), re.MULTILINE)
    assert len(targets) > 5
    document = read("docs/commands.md")
    assert [name for name in targets if f"| `make {name}`" not in document] == []


def test_every_package_that_the_site_installs_has_a_licence() -> None:
    """Packages for PyPy alone are left out: Octavo runs on CPython."""
    locked = re.findall(r"^([\w.-]+)==([^\\]*)", read("requirements.txt"), re.MULTILINE)
    names = {normal(name) for name, marker in locked if "PyPy" not in marker}
    table = read("docs/licences.md").split("|---|---|\n")[1]
    listed = {normal(name) for name in re.findall(r"[\w.-]+", table)}
    assert sorted(names - listed) == []


def normal(name: str) -> str:
    """Return the name of a package as PEP 503 compares it; flit-core is a part of flit."""
    return re.sub(r"[-_.]+", "-", name).lower().removesuffix("-core")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_to_files(document: Path) -> None:
    links = r"(?:\]\(|src(?:set)?=\")(?!https?:|#|mailto:)([^)#\"]+)"
    targets = re.findall(links, document.read_text("utf-8"))
    assert [target for target in targets if not (document.parent / target).exists()] == []


def test_every_decision_is_listed() -> None:
    pages = {path.name for path in (ROOT / "docs" / "decisions").glob("*.md")} - {"README.md"}
    assert set(re.findall(r"\((.+?\.md)\)", read("docs/decisions/README.md"))) == pages


def test_a_decision_has_the_same_parts_everywhere() -> None:
    for page in (ROOT / "docs" / "decisions").glob("[!R]*.md"):
        text = page.read_text("utf-8")
        assert all(f"**{part}.**" in text for part in ("Decision", "Why", "Consequences")), page
        assert re.search(r"\*\*(What else was tried|Alternatives)\.\*\*", text), page


def test_the_architecture_lists_every_package_and_top_module() -> None:
    tree = read("docs/architecture.md").split("```")[1]
    packages = (file.parent for file in (ROOT / "webapp").rglob("__init__.py"))
    names = {f"{path.name}/" for path in packages if path.parent.name != "csl"}  # styling/
    names |= {path.name for path in (ROOT / "webapp").glob("*.py")}
    assert [name for name in sorted(names) if name not in tree] == []


def test_the_changelog_has_the_usual_sections() -> None:
    sections = re.findall(r"^### (.+)$", read("CHANGELOG.md"), re.MULTILINE)
    usual = ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"]
    assert sections
    assert set(sections) <= set(usual)


@pytest.mark.parametrize(
    "name",
    [
        "CONTRIBUTING.md",
        "docs/architecture.md",
        "docs/decisions/editing-security.md",
        "SECURITY.md",
    ],
)
def test_files_that_a_document_names_exist(name: str) -> None:
    """A path in backticks is in the checkout, in `webapp/` or, as `files/` is, in an instance."""
    paths = re.findall(r"`([a-z_.]+(?:/[\w*.-]*)+)`", read(name))
    assert paths
    paths = [path for path in paths if path != "files/"]
    missing = [
        path
        for path in paths
        if not any(list(folder.glob(path.rstrip("/"))) for folder in (ROOT, ROOT / "webapp"))
    ]
    assert missing == []
