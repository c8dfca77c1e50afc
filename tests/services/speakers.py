"""What each service answers to a request, in its protocol. The works are in `answers/`."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote
from xml.sax.saxutils import escape

from werkzeug.wrappers import Request, Response

Speaker = Callable[[Request], Response]

ANSWERS: Final = Path(__file__).parent / "answers"
MANY: Final = 300  # works of one person
MANY_ORCID: Final = "0000-0001-5109-3700"
DEACTIVATED_ORCID: Final = "0000-0002-9079-593X"


def _load(name: str) -> Any:
    return json.loads((ANSWERS / f"{name}.json").read_text(encoding="utf-8"))


CROSSREF: Final[dict[str, Any]] = _load("crossref")
DATACITE: Final[dict[str, Any]] = _load("datacite")
ARXIV: Final[dict[str, Any]] = _load("arxiv")
PUBMED: Final[dict[str, str]] = _load("pubmed")
ORCID: Final[dict[str, Any]] = _load("orcid")
ORCID_WORKS: Final[dict[str, Any]] = _load("orcid_works")
OPENALEX: Final[dict[str, Any]] = _load("openalex")
OPENALEX |= dict.fromkeys(("A5023888391", "0000-0002-1825-0097"), OPENALEX["A1"])
ZOTERO: Final[list[Any]] = _load("zotero")
OTHERS: Final[dict[str, Any]] = _load("others")
NO_SUCH_DOI: Final = {"status": "DOI does not exist"}
DBLP: Final = (ANSWERS / "dblp.bib").read_text(encoding="utf-8")


def _json(value: Any, status: int = 200, mimetype: str = "application/json") -> Response:
    return Response(json.dumps(value), status, mimetype=mimetype)


def _not_found() -> Response:
    return Response("Resource not found.", 404, mimetype="text/plain")


def _many(number: str) -> dict[str, Any]:
    return {
        "DOI": f"10.5555/many.{number}", "type": "journal-article",
        "title": [f"Beach number {number}"], "issued": {"date-parts": [[1990 + int(number) % 30]]},
        "author": [{"given": "Max", "family": "Many"}], "container-title": ["Journal of Sand"],
    }  # fmt: skip


def _crossref_work(doi: str) -> dict[str, Any] | None:
    if doi.startswith("10.5555/many."):
        return _many(doi.removeprefix("10.5555/many."))
    work: dict[str, Any] | None = CROSSREF.get(doi)
    return work


def crossref(request: Request) -> Response:
    if request.path == "/works":
        dois = [name.removeprefix("doi:") for name in request.args["filter"].split(",")]
        items = [work for doi in dois if (work := _crossref_work(doi))]
        message = {"total-results": len(items), "items": items, "items-per-page": 50}
        return _json({"status": "ok", "message-type": "work-list", "message": message})
    work = _crossref_work(request.path.removeprefix("/works/"))
    if work is None:
        return _not_found()
    headers = {"X-Rate-Limit-Limit": "10", "X-Rate-Limit-Interval": "1s", "X-Api-Pool": "polite"}
    response = _json({"status": "ok", "message-type": "work", "message": work})
    response.headers.extend(headers)
    return response


def datacite(request: Request) -> Response:
    attributes = DATACITE.get(request.path.removeprefix("/dois/").lower())
    if attributes is None:
        return _json({"errors": [{"status": "404", "title": "not found"}]}, 404)
    data = {"id": attributes["doi"], "type": "dois", "attributes": attributes}
    return _json({"data": data}, mimetype="application/vnd.api+json")


def doi_org(request: Request) -> Response:
    if request.path.startswith("/api/handles/"):
        values = OTHERS["handles"].get(handle := request.path.removeprefix("/api/handles/"))
        if values is None:
            return _json({"responseCode": 100, "handle": handle}, 404)
        return _json({"responseCode": 1, "handle": handle, "values": values})
    if request.path.startswith("/doiRA/"):
        doi = request.path.removeprefix("/doiRA/")
        agency = OTHERS["agencies"].get(doi)
        return _json([{"DOI": doi, "RA": agency} if agency else {"DOI": doi, **NO_SUCH_DOI}])
    doi = request.path.removeprefix("/")
    host = "evil.example" if doi.endswith("elsewhere") else "data.medra.org"
    return Response("", 302, {"Location": f"https://{host}/{doi}"})


def medra(request: Request) -> Response:
    item = OTHERS["medra"].get(request.path.removeprefix("/"))
    return _json(item) if item else Response("<html>A page</html>", mimetype="text/html")


def arxiv(request: Request) -> Response:
    number = request.args["id_list"]
    entry = ARXIV.get(number)
    atom = _atom_entry(number, entry) if entry else ""
    return Response(
        '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">'
        f"<title>ArXiv Query</title>{atom}</feed>",
        mimetype="application/atom+xml",
    )


def _atom_entry(number: str, entry: dict[str, Any]) -> str:
    names = "".join(f"<author><name>{escape(name)}</name></author>" for name in entry["authors"])
    arxiv = 'xmlns:arxiv="http://arxiv.org/schemas/atom"'
    doi = f"<arxiv:doi {arxiv}>{entry['doi']}</arxiv:doi>" if "doi" in entry else ""
    return (
        f"<entry><id>http://arxiv.org/abs/{entry.get('id', number)}v1</id>"
        f"<published>{entry['published']}</published><title>{escape(entry['title'])}</title>"
        f"<summary>{escape(entry['summary'])}</summary>{names}{doi}"
        f'<arxiv:primary_category {arxiv} term="{entry["category"]}"/></entry>'
    )


def pubmed(request: Request) -> Response:
    if request.path.endswith("esearch.fcgi"):
        pmids = sorted(PUBMED) if "Grain" in request.args["term"] else []
        pmids = ["101"] if request.args["term"] == "PMC6733031[pmcid]" else pmids
        count = "12345" if "everything" in request.args["term"] else str(len(pmids))
        return _json({"header": {}, "esearchresult": {"count": count, "idlist": pmids}})
    articles = "".join(PUBMED.get(pmid, "") for pmid in request.args["id"].split(","))
    return Response(
        '<?xml version="1.0" ?>\n<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st '
        'January 2025//EN" "https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">\n'
        f"<PubmedArticleSet>{articles}</PubmedArticleSet>",
        mimetype="text/xml",
    )


def orcid(request: Request) -> Response:
    _, _, name, _, *codes = request.path.split("/")
    if name == DEACTIVATED_ORCID:
        return _json({"response-code": 409, "error-code": 9044}, 409)
    if codes:
        return _json({"bulk": [_orcid_work(code) for code in codes[0].split(",")]})
    groups = [_orcid_group(code) for code in range(MANY)] if name == MANY_ORCID else ORCID.get(name)
    if groups is None:
        return _json({"response-code": 404, "error-code": 9016}, 404)
    return _json({"last-modified-date": None, "group": groups, "path": f"/{name}/works"})


def _orcid_work(code: str) -> dict[str, Any]:
    if int(code) >= 1000:
        title = {"title": {"value": f"Shell number {code}"}, "subtitle": None}
        return {"work": {"put-code": int(code), "title": title, "type": "report"}}
    work = ORCID_WORKS.get(code)
    return {"work": work} if work else {"error": {"response-code": 404}}


def _orcid_group(number: int) -> dict[str, Any]:
    """Two of three have a DOI."""
    ids = [{"external-id-type": "doi", "external-id-value": f"10.5555/many.{number}",
            "external-id-relationship": "self"}]  # fmt: skip
    title = {"title": {"value": f"Beach number {number}"}}
    external = {"external-id": ids if number % 3 else []}
    summary = {"put-code": 1000 + number, "title": title, "type": "journal-article"}
    return {"work-summary": [summary | {"external-ids": external}]}


def dblp(request: Request) -> Response:
    if request.path == "/pid/64/7659.bib":
        return Response(DBLP, mimetype="application/x-bibtex")
    key = unquote(request.path).removeprefix("/rec/").removesuffix(".bib")
    for entry in DBLP.split("\n\n"):
        if f"{{DBLP:{key}," in entry:
            return Response(entry, mimetype="application/x-bibtex")
    return _not_found()


def openalex(request: Request) -> Response:
    works = OPENALEX.get(request.args["filter"].partition(":")[2])
    if works is None:
        return _not_found()
    start = 0 if request.args["cursor"] == "*" else int(request.args["cursor"])
    rest = start + 4 < len(works)
    meta = {"count": len(works), "next_cursor": str(start + 4) if rest else None}
    return _json({"meta": meta, "results": works[start : start + 4]})


def zotero(request: Request) -> Response:
    """Three pages: the works of `answers/`, and generated ones. A collection has the former."""
    if not request.path.startswith(("/groups/1/", "/users/1/publications/")):
        return _not_found()
    if request.headers.get("If-Modified-Since-Version") == "12":
        return Response("", 304, {"Last-Modified-Version": "12"})
    creators = [{"creatorType": "author", "firstName": "Max", "lastName": "Many"}]
    many = [
        {"key": f"MANY{n:04}", "data": {"itemType": "book", "title": f"Shore {n}", "date": "1999",
                                       "creators": creators}}
        for n in range(240)
    ]  # fmt: skip
    start = int(request.args["start"])
    items = ZOTERO if "/collections/" in request.path else [*ZOTERO, *many]
    response = _json(items[start : start + int(request.args["limit"])])
    response.headers["Last-Modified-Version"] = "12"
    response.headers["Total-Results"] = str(len(items))
    return response


def unpaywall(request: Request) -> Response:
    value = OTHERS["unpaywall"].get(request.path.removeprefix("/v2/"))
    return _json(value) if value else _json({"HTTP_status_code": 404, "error": True}, 404)


def open_library(request: Request) -> Response:
    key = request.args["bibkeys"]
    book = OTHERS["books"].get(key.removeprefix("ISBN:"))
    return _json({key: book} if book else {})


def own_site(request: Request) -> Response:
    """Answer as a site of one's own does, for the source `bibtex`."""
    return Response(DBLP, mimetype="text/plain") if request.path == "/mine.bib" else _not_found()


SPEAKERS: Final[dict[str, Speaker]] = {
    "api.crossref.org": crossref, "api.datacite.org": datacite, "doi.org": doi_org,
    "data.medra.org": medra, "export.arxiv.org": arxiv, "eutils.ncbi.nlm.nih.gov": pubmed,
    "pub.orcid.org": orcid, "dblp.org": dblp, "api.openalex.org": openalex,
    "api.zotero.org": zotero, "api.unpaywall.org": unpaywall, "openlibrary.org": open_library,
    "pubs.example.org": own_site,
}  # fmt: skip
