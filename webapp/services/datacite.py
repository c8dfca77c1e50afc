"""DataCite: works by DOI: data, software, theses, reports, and all of arXiv.

Source: https://support.datacite.org/docs/api-get-doi (the JSON API of DataCite).
"""

from functools import partial
from typing import Any, Final
from urllib.parse import quote

from ..formats.json.items import Item, objects
from ..orcids import read_orcid
from .answers import get_parsed, json_of, member, other_item
from .client import ITEM_AGE, Answer, Client
from .works import Work, csl_names, date_parts, identifier_of, record_of_csl, text_of

NAME: Final = "DataCite"
_DOIS: Final = "https://api.datacite.org/dois"
_TYPES: Final = {
    "Audiovisual": "motion_picture", "Book": "book", "BookChapter": "chapter",
    "Collection": "dataset", "ComputationalNotebook": "software",
    "ConferencePaper": "paper-conference", "ConferenceProceeding": "book",
    "DataPaper": "article-journal", "Dataset": "dataset", "Dissertation": "thesis",
    "Image": "graphic", "Journal": "periodical", "JournalArticle": "article-journal",
    "Model": "software", "PeerReview": "review", "Preprint": "article", "Presentation": "speech",
    "Report": "report", "Software": "software", "Sound": "song", "Standard": "standard",
}  # fmt: skip
_ARXIV: Final = "10.48550/arxiv."


def fetch(client: Client, doi: str) -> Work | None:
    """Return the work with a DOI; None if DataCite has none. Raises NotFetchedError."""
    url = f"{_DOIS}/{quote(doi.lower(), safe='')}"
    attributes = get_parsed(
        client, url, partial(_attributes, doi), "application/vnd.api+json", ITEM_AGE
    )
    if attributes is None:
        return None
    record = record_of_csl(_to_csl(attributes), NAME)
    return Work(identifier_of(record), record)


def fetch_arxiv(client: Client, number: str) -> Work | None:
    """Return a work of arXiv; None if DataCite has none. Raises NotFetchedError."""
    return fetch(client, f"{_ARXIV}{number}")


def _attributes(doi: str, answer: Answer) -> Item:
    attributes = member(json_of(answer), "data.attributes", dict, NAME)
    member(attributes, "titles", list, NAME)
    described_doi = text_of(attributes, "doi")
    if described_doi.lower() != doi.lower():
        raise other_item(NAME, doi, described_doi)
    return attributes


def _to_csl(attributes: Item) -> Item:
    """Return the attributes of a DOI as an item of CSL-JSON."""
    container = attributes.get("container") or {}
    first, last = text_of(container, "firstPage"), text_of(container, "lastPage")
    kind = _TYPES.get(text_of(attributes, "types", "resourceTypeGeneral"), "document")
    doi = text_of(attributes, "doi")
    is_arxiv = doi.lower().startswith(_ARXIV)
    editors = [
        person
        for person in objects(attributes.get("contributors"))
        if person.get("contributorType") == "Editor"
    ]
    return {
        "type": "article" if is_arxiv else kind,
        "title": _title(attributes),
        "author": [_name(person) for person in objects(attributes.get("creators"))],
        "editor": [_name(person) for person in editors],
        "issued": date_parts(_date(attributes, "Submitted" if is_arxiv else "Issued")),
        "abstract": _description(attributes, "Abstract"),
        "DOI": f"10.48550/arXiv.{doi[len(_ARXIV) :]}" if is_arxiv else doi,
        "number": f"arXiv:{doi[len(_ARXIV) :]}" if is_arxiv else "",
        "container-title": text_of(container, "title"),
        "volume": text_of(container, "volume"),
        "issue": text_of(container, "issue"),
        "page": f"{first}-{last}" if first and last else first,
        "publisher": "" if is_arxiv else _publisher(attributes.get("publisher")),
        "version": "" if is_arxiv else text_of(attributes, "version"),
        "language": text_of(attributes, "language"),
        "genre": text_of(attributes, "types", "resourceType") if kind == "thesis" else "",
    }


def _title(attributes: Item) -> str:
    titles = objects(attributes.get("titles"))
    main = next((text_of(t, "title") for t in titles if not t.get("titleType")), "")
    main = main or next((text_of(title, "title") for title in titles), "")
    subtitle = next((text_of(t, "title") for t in titles if t.get("titleType") == "Subtitle"), "")
    return f"{main}: {subtitle}" if subtitle and subtitle != main else main


def _name(person: Item) -> Item:
    family, given = text_of(person, "familyName"), text_of(person, "givenName")
    name = text_of(person, "name")
    if person.get("nameType") == "Organizational":
        return {"literal": name}
    if not family:
        return next(iter(csl_names([name])), {})
    return {"family": family, "given": given, "ORCID": _orcid(person)}


def _orcid(person: Item) -> str:
    identifiers = objects(person.get("nameIdentifiers"))
    return next(filter(None, (read_orcid(text_of(i, "nameIdentifier")) for i in identifiers)), "")


def _date(attributes: Item, kind: str) -> str:
    """Return the first date of a kind in the year of publication, else that year."""
    year = text_of(attributes, "publicationYear")
    dates = (
        text_of(date, "date")
        for date in objects(attributes.get("dates"))
        if text_of(date, "dateType") == kind
    )
    return next((date for date in dates if date.startswith(year)), year)


def _description(attributes: Item, kind: str) -> str:
    return next(
        (
            text_of(description, "description")
            for description in objects(attributes.get("descriptions"))
            if description.get("descriptionType") == kind
        ),
        "",
    )


def _publisher(value: Any) -> str:
    return text_of(value, "name") if isinstance(value, dict) else text_of(value)
