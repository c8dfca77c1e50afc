"""How dates are cited that are no single day, month or year."""

import json

import pytest

from tests.entries import record_of
from webapp.formats import registry
from webapp.formats.csl.citations import cite
from webapp.formats.csl.items import item


@pytest.mark.parametrize(
    "fields", ["date = {1988/1992}", "year = {1988--1992}", "year = {1988-1992}"]
)
def test_a_range_of_years_is_cited_whole(fields: str) -> None:
    """As citeproc-js 2.4.63 cites it."""
    source = f"author = {{Roe, Jan}}, title = {{Books}}, publisher = {{P}}, {fields}"
    record = record_of(source, "book")
    assert cite(record, "apa").text == "Roe, J. (1988–1992). Books. P."
    assert cite(record, "nlm").text == "Roe J. Books. P; 1988–1992."
    assert cite(record, "acm").text == "Jan Roe. 1988–1992. Books. P."
    (again,) = registry.read(json.dumps([item(record)]).encode()).records
    assert cite(again, "mla").text == "Roe, Jan. Books. P, 1988–1992."
