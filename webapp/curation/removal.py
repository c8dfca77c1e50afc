"""Removing one publication: what goes with it, and where its addresses lead then."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..catalog import Catalog
from ..errors import CannotRemoveError
from ..formats.keys import safe_key
from ..records import Record
from ..store import queries
from ..store.connections import CatalogRevision, Transaction, reading, revision_of
from ..store.edits import Edit
from ..store.publications import load
from ..store.states import load_states


@dataclass(frozen=True, slots=True)
class Consequences:
    """What the removal of a publication means."""

    revision: CatalogRevision  # of the catalog that this is about
    slugs: Sequence[str]  # its slug, and the former ones that lead to it
    versions: Sequence[Record]  # its other versions, which become items of their own
    published: Record | None  # the published version, if it is a version itself
    files: Sequence[str]  # the names of its files, which stay in the folder


def consequences(catalog: Catalog, id_: int) -> Consequences:
    """Return what the removal of a publication means. Raises CannotRemoveError if it is gone."""
    with reading(catalog.database) as connection:
        state = load_states(connection, [id_]).get(id_)
        if state is None:
            raise CannotRemoveError("The publication was removed already.")
        record = state.record
        ids = queries.ids_of_keys(connection, [record.version_of])
        published = next(iter(load(connection, list(ids.values())).values()), None)
        versions = load(connection, queries.ids_of_versions(connection, record.key))
        revision = revision_of(connection)
    return Consequences(
        revision=revision,
        slugs=(record.slug, *state.former_slugs),
        versions=[stored.record for stored in versions.values()],
        published=published.record if published else None,
        files=[link.url for link in record.links if ":" not in link.url],
    )


def remove(catalog: Catalog, id_: int, leading_to: str, command: str, who: str) -> CatalogRevision:
    """Remove a publication; its addresses redirect to the publication with a key or slug.

    If `leading_to` is empty, they are not found. Raises CannotRemoveError if that publication is
    unknown, CatalogChangedError if others save at the same time.
    """
    gone = consequences(catalog, id_)
    edits = [Edit(None, id_)]
    if leading_to:
        with reading(catalog.database) as connection:
            target = _find(connection, leading_to)
            if target is None or target == id_:
                raise CannotRemoveError(f"There is no other publication “{leading_to}”.")
            state = load_states(connection, [target])[target]
        former = (*state.former_slugs, *gone.slugs)
        edits.append(Edit(state.record, target, former_slugs=former))
    return catalog.save(edits, command, expected=gone.revision, who=who)


def _find(connection: Transaction, name: str) -> int | None:
    """Return the id of the publication with a citation key, a slug, or an address ending in it."""
    name = name.strip()
    slug = name.rstrip("/").rpartition("/")[2]
    ids = queries.ids_of_keys(connection, [name, safe_key(name)]).values()
    return next(iter((*ids, *queries.ids_of_slugs(connection, [slug]).values())), None)
