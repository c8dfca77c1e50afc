"""The imports of `webapp` go down only, and each layer knows no more than it should."""

import ast
import re
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from webapp.config import ROOT

PACKAGE = ROOT / "webapp"

# From top to bottom. A package imports itself and the layers below its own.
LAYERS = (
    ("__main__", "serving"),
    ("application", "__init__"),
    ("views", "cli"),
    ("site",),
    ("curation", "accounts"),
    ("catalog",),
    ("search", "store", "services", "static_site", "full_text"),
    ("formats", "telemetry", "translation", "venues"),
    ("site_file",),
    ("config", "facets", "owner_files"),
    ("source_settings", "member_settings", "harvest_settings"),
    ("plain_records",),
    ("records", "errors", "theme", "setting_types", "startup", "images", "process_limits"),
    ("folding", "orcids"),
)
DATABASE_LIBRARIES = {"sqlalchemy", "flask_sqlalchemy", "flask_migrate", "alembic"}
OF_A_REQUEST = {"flask.request", "flask.g", "flask.session", "flask.has_request_context"}

# SQLite's own module, and the backups, which contain a file of SQLite.
OF_SQLITE = ("store.sqlite", "store.backup")


def _name(path: Path) -> str:
    """Return the dotted name of a module below `webapp`; a package has that of its folder."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)


FILES = {_name(path): path for path in sorted(PACKAGE.rglob("*.py"))}


def _imports(path: Path) -> Iterator[str]:
    """Yield what a module imports, absolute, with the imported name at the end."""
    folder = ("webapp", *path.relative_to(PACKAGE).parent.parts)
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = folder[: len(folder) + 1 - node.level] if node.level else ()
            module = ".".join((*base, *filter(None, [node.module])))
            yield from (f"{module}.{alias.name}" for alias in node.names)


IMPORTS = {name: set(_imports(path)) for name, path in FILES.items()}


def _own(name: str) -> set[str]:
    """Return the modules below `webapp` that a module imports."""
    modules = set()
    for imported in IMPORTS[name]:
        package, _, inner = imported.partition(".")
        if package != "webapp":
            continue
        while inner and inner not in FILES:
            inner = inner.rpartition(".")[0]
        modules.add(inner or "__init__")
    return modules


def _room(name: str) -> str:
    return name.partition(".")[0]


def _libraries(name: str) -> set[str]:
    return {imported.partition(".")[0] for imported in IMPORTS[name]}


def _importers(library: str) -> set[str]:
    return {name for name in FILES if library in _libraries(name)}


def test_every_package_has_a_layer() -> None:
    assert {_room(name) for name in FILES} == {room for layer in LAYERS for room in layer}


@pytest.mark.parametrize("name", FILES)
def test_a_module_imports_only_from_the_layers_below(name: str) -> None:
    number = {room: number for number, layer in enumerate(LAYERS) for room in layer}
    above = {
        imported
        for imported in _own(name)
        if _room(imported) != _room(name) and number[_room(imported)] <= number[_room(name)]
    }
    assert not above


def test_other_packages_import_the_catalog_only_from_its_init() -> None:
    for name in FILES:
        if _room(name) != "catalog":
            assert not {module for module in _own(name) if module.startswith("catalog.")}, name


def test_no_modules_import_each_other() -> None:
    TopologicalSorter({name: _own(name) - {name} for name in FILES}).prepare()


@pytest.mark.parametrize("name", ["curation.isolated_reading", "full_text.extraction"])
def test_a_process_that_reads_one_file_imports_little(name: str) -> None:
    reached, new = set[str](), {name}
    while new:
        reached |= new
        new = set().union(*map(_own, new)) - reached
    assert {_room(module) for module in reached}.isdisjoint({"application", "catalog", "store"})


def test_only_the_store_knows_sql() -> None:
    importers = set().union(*map(_importers, DATABASE_LIBRARIES))
    assert {_room(name) for name in importers} == {"store"}


def test_only_the_module_of_sqlite_and_backups_import_sqlite3() -> None:
    assert {name for name in _importers("sqlite3") if not name.startswith(OF_SQLITE)} == set()


def test_only_the_package_of_postgresql_imports_its_driver() -> None:
    drivers = _importers("psycopg") | _importers("psycopg_pool")
    assert {name for name in drivers if not name.startswith("store.postgres")} == set()


def test_only_the_store_distinguishes_databases() -> None:
    """Others get what depends on the database from `connections.dialect_of`."""
    pattern = re.compile(r"dialect\.name|get_backend_name|sqlite_errorname")
    names = {name for name, path in FILES.items() if pattern.search(path.read_text())}
    outside = {name for name in names if not name.startswith(OF_SQLITE)}
    assert outside == {"store.connections"}


def test_only_views_and_telemetry_know_of_a_request() -> None:
    importers = {name for name in FILES if IMPORTS[name] & OF_A_REQUEST}
    assert {name for name in importers if _room(name) != "views"} == {"telemetry.requests"}


def test_only_commands_ask_services() -> None:
    """The web server has no network. Others know what a work is, and the table of hosts."""
    for name in FILES:
        modules = {module for module in _own(name) if _room(module) == "services"}
        if _room(name) == "views":
            assert not modules, name
        elif _room(name) not in ("services", "cli"):
            assert modules <= {"services.works", "services.hosts"}, name
    assert {_room(name) for name in _importers("urllib3")} == {"services"}


def test_search_and_formats_know_neither_flask_nor_rows_nor_html() -> None:
    unwanted = {"flask", "werkzeug", "markupsafe", "jinja2", *DATABASE_LIBRARIES}
    for name in FILES:
        if _room(name) in ("search", "formats"):
            assert not _libraries(name) & unwanted, name
