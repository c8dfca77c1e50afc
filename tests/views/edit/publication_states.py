"""The pages of one publication's form in all their states, for tests of every page."""

import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from tests.editors import SAME_ORIGIN, form_token
from webapp.curation.entry_text import read_entry
from webapp.site import site
from webapp.store.connections import writing
from webapp.store.edits import Edit

SLUG = "edited"
FIELDS = (
    *("subtitle", "date", "month", "booktitle", "journal", "eprint", "langid", "author"),
    *("year", "volume", "περίεργο"),
)
_REFUSE = "CREATE TRIGGER refuse BEFORE INSERT ON revisions BEGIN SELECT RAISE(FAIL, 'full'); END"


def entry(title: str, key: str = SLUG) -> str:
    return f"@misc{{{key}, title = {{{title}}}, year = 2020}}"


def publication_pages(client: FlaskClient, who: str, other: str) -> Iterator[tuple[str, str]]:
    """Yield the states of the form of a publication that is added for that.

    The client's browser is that of `who`; `other` is another editor. Titles are Greek.
    """
    path, catalog = f"/edit/{SLUG}", site(client.application).catalog
    added = [Edit(read_entry(entry("Α", key)).record) for key in (SLUG, "taken")]
    number = catalog.save(added[:1], "add", who=who).counter  # the index does not follow
    yield f"{path} saved", client.get(f"{path}?saved={number}").text
    catalog.save(added[1:], "add")
    token = form_token(client)

    def send(text: str, to: str = path, **fields: str) -> str:
        data = {"csrf_token": token, "loaded": entry("Α"), "entry": text, **fields}
        return client.post(to, data=data, headers=SAME_ORIGIN, follow_redirects=True).text

    yield f"{path}/bibtex", client.get(f"{path}/bibtex").text
    yield path, client.get(path).text
    whole = ", ".join(f"{name} = {{Ω}}" for name in FIELDS)
    record = read_entry(f"@misc{{whole, {whole}}}").record
    catalog.save([Edit(record)], "add")
    yield "/edit/whole", client.get("/edit/whole").text
    many = {"csrf_token": token, "loaded:author": "", "line:author": "Ω\n" * 60}
    fault = {**many, "field:title": "{"}
    yield "/edit/whole of many", client.post("/edit/whole", data=fault, headers=SAME_ORIGIN).text
    yield f"{path} unchanged", send(entry("Α"))
    yield f"{path} with a fault", send(f"@misc{{{SLUG}, title = {{")
    yield f"{path}/preview", send("?", f"{path}/preview")
    yield f"{path} with the key of another", send(entry("Α", "taken"))
    with writing(catalog.database) as connection:
        connection.execute(text(_REFUSE))
    yield f"{path} while the disk is full", send(entry("Β"))
    with writing(catalog.database) as connection:
        connection.execute(text("DROP TRIGGER refuse"))
    send(entry("Β"))
    number = catalog.state().revision.counter
    yield f"{path} undone", send("", f"{path}/undo", revision=str(number))
    send(entry("Β"))
    number = catalog.state().revision.counter
    stored = catalog.get(SLUG)
    assert stored
    catalog.save([Edit(read_entry(entry("Γ")).record, stored.id)], "edit", who=other)
    yield f"{path} in conflict", send(entry("Δ"))
    yield f"{path} not undone", send("", f"{path}/undo", revision=str(number))
    without_year = read_entry(f"@misc{{{SLUG}, title = {{Ζ}}}}").record
    catalog.save([Edit(without_year, stored.id)], "εντολή")
    yield f"{path} in conflict with a command", send(entry("Δ").replace("2020", "2021"))
    catalog.save([Edit(None, stored.id)], "remove")
    yield f"{path} removed", send(entry("Δ"))


def adding_pages(client: FlaskClient) -> Iterator[tuple[str, str]]:
    """Yield the states of the pages to add a publication."""
    token, catalog = form_token(client), site(client.application).catalog

    def send(pasted: str, to: str = "/edit/add", **fields: str) -> str:
        data = {"csrf_token": token, "pasted": pasted, **fields}
        return client.post(to, data=data, headers=SAME_ORIGIN, follow_redirects=True).text

    yield "adding", client.get("/edit/add").text
    yield "adding by a form", client.get("/edit/add/new").text
    yield "adding with a fault", send("", "/edit/add/new", **{"field:title": "{"})
    yield "adding nothing", send("")
    yield "adding what cannot be read", send("?")
    yield "adding an identifier", send("10.5555/1")
    two = "@misc{α, title = {Άμμος και θάλασσα}}\n@misc{β, title = {Άμμος και θάλασσα}, year = 2020"
    with writing(catalog.database) as connection:
        connection.execute(text(_REFUSE))
    shown = re.search(r'name="shown" value="(\w+)"', send(two))
    assert shown
    confirmed = {"shown": shown[1], "confirm": "1"}
    yield "adding while the disk is full", send(two, **confirmed)
    with writing(catalog.database) as connection:
        connection.execute(text("DROP TRIGGER refuse"))
    yield "added", send(two, **confirmed)
    yield "adding what is there", send(two)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("webapp.curation.fetch_queue.MOST_WAITING", 1)
        yield "adding too many identifiers", send("10.5555/2")
