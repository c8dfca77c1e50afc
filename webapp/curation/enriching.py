"""Bringing in what services know beside the bibliography: retractions, open access, citations.

The fields are merged like those of any source (see `three_way`): what the owner wrote stays.
"""

from collections.abc import Mapping

from ..catalog import Catalog
from ..formats.enrichment import CITATIONS
from ..formats.entries import build
from ..formats.links import arxiv_in_doi
from ..records import Record
from ..services.works import Enrichment
from ..store import source_records
from ..store.connections import reading, revision_of
from ..store.edits import Edit
from ..store.source_records import ENRICHMENT, SourceRecord, file_record
from .differences import changed_fields
from .importing import Amendment
from .known_publications import KnownPublications
from .new_works import has_very_different_title
from .refreshing import Doubt, RefreshPlan
from .three_way import merge_source


def dois(catalog: Catalog) -> list[str]:
    """Return the DOIs of all publications, in lower case, without those of arXiv.

    Neither Crossref nor Unpaywall has those of arXiv.
    """
    with reading(catalog.database) as connection:
        known = KnownPublications(connection)
    found = (entry.doi.lower() for entry in known.by_key.values())
    return list(dict.fromkeys(doi for doi in found if doi and not arxiv_in_doi(doi)))


def make_enrichment_plan(catalog: Catalog, enrichments: Mapping[str, Enrichment]) -> RefreshPlan:
    """Compare what is known of works, by DOI, with the catalog and return what it would change."""
    with reading(catalog.database) as connection:
        plan = RefreshPlan(ENRICHMENT, revision_of(connection))
        known = KnownPublications(connection)
        before = source_records.of_source_by_publication(connection, ENRICHMENT)
        wanted = {
            key: enrichments.get(entry.doi.lower(), Enrichment())
            for key, entry in known.by_key.items()
            if entry.doi.lower() in enrichments or (entry.id in before and not entry.doi)
        }
        ids = [known.by_key[key].id for key in wanted]
        stated = source_records.of_publications(connection, ids)
        for key, record in known.records(wanted).items():
            id_ = known.by_key[key].id
            others = stated.get(id_, [])
            _add(plan, record, id_, wanted[key], before.get(id_), others)
    return plan


def _add(
    plan: RefreshPlan,
    record: Record,
    id_: int,
    enrichment: Enrichment,
    before: SourceRecord | None,
    others: list[SourceRecord],
) -> None:
    """Put what is known of one publication into the plan."""
    described = enrichment.record
    if described and has_very_different_title(record, described):
        plan.doubts.append(Doubt(record.doi, described.title, record.key, record.title))
        return
    fields = _fields(enrichment, before.fields if before else {})
    theirs = build(record.key, record.type, fields).record
    merged = merge_source(record, theirs, before, ENRICHMENT, (), others)
    plan.differences += merged.differences
    if names := changed_fields(record, merged.record):
        plan.changed.append(Amendment(Edit(merged.record, id_), merged.record, names))
    else:
        plan.unchanged += 1
    if fields != (before.fields if before else {}):
        if not others:
            plan.sources.append(file_record(record, id_))
        plan.sources.append(
            SourceRecord(ENRICHMENT, "", record.type, fields, record.key, id_, is_listed=False)
        )


def _fields(enrichment: Enrichment, before: Mapping[str, str]) -> dict[str, str]:
    """Return the fields of a publication now.

    A field whose service did not answer stays, and so does the date of a count that is the same.
    """
    fields = {name: before[name] for name in before if name in enrichment.unknown}
    fields |= enrichment.fields
    count = before.get(CITATIONS, "")
    if CITATIONS in fields and count.split(" ")[0] == fields[CITATIONS].split(" ")[0]:
        fields[CITATIONS] = count
    return fields
