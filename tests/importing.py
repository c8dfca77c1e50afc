"""Import texts into a catalog, and read its records."""

from webapp.catalog.catalog import Catalog
from webapp.curation import importing
from webapp.curation.library import read_files
from webapp.records import Record
from webapp.store import publications
from webapp.store.connections import reading

LIMIT = 1 << 20


def plan_of(catalog: Catalog, *texts: str, replacing: tuple[str, ...] = ()) -> importing.Plan:
    """Return the plan of an import of files named 0.bib, 1.bib and so on."""
    files = [(f"{number}.bib", text.encode()) for number, text in enumerate(texts)]
    return importing.make_plan(catalog, read_files(files, LIMIT), replacing)


def do(
    catalog: Catalog, *texts: str, prune: bool = False, replacing: tuple[str, ...] = ()
) -> importing.Plan:
    """Import files; check that the same import again would change nothing."""
    plan = plan_of(catalog, *texts, replacing=replacing)
    importing.carry_out(catalog, plan, "test", prune)
    repeated = plan_of(catalog, *texts)
    changes = (repeated.added, repeated.changed, repeated.conflicts, repeated.new_keys)
    assert changes == ((), (), (), ())
    assert not (prune and repeated.missing)
    return plan


def records(catalog: Catalog) -> dict[str, Record]:
    """Return all records by key, in the owner's order."""
    with reading(catalog.database) as connection:
        return {stored.record.key: stored.record for stored in publications.load_all(connection)}


def titles(catalog: Catalog) -> dict[str, str]:
    return {key: record.title for key, record in records(catalog).items()}
