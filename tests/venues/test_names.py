"""Short names of venues: a table from real files, and the rules one by one."""

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from webapp.config import Settings
from webapp.records import Record
from webapp.setting_types import VenueSetting
from webapp.venues import Venues, short_name

CONTAINERS = {"article", "incollection", "inproceedings"}


def table() -> list[tuple[str, str, str]]:
    """Return type, full name and short name of venues in real files."""
    with (Path(__file__).parent / "names.tsv").open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [(kind, name, short) for kind, name, short in rows]


def record(kind: str, name: str) -> Record:
    """Return a record with a venue; types other than CONTAINERS have it as school or publisher."""
    return Record(key="a", type=kind, venue=name, container=name if kind in CONTAINERS else "")


@pytest.mark.parametrize(("kind", "name", "short"), table())
def test_a_venue_of_real_files_has_this_short_name(kind: str, name: str, short: str) -> None:
    assert Venues().short(record(kind, name)) == short


@pytest.mark.parametrize("short", sorted({short for _, _, short in table()}))
def test_a_short_name_stays_as_it_is(short: str) -> None:
    assert short_name(short, is_event=True) == short


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("International Conference on Machine Learning and Applications (ICMLA)", "ICMLA"),
        ("Conference on Software Engineering and Knowledge Engineering (SEKE'14)", "SEKE"),
        ("International Conference on Computer Vision Theory and Applications (VISAPP)", "VISAPP"),
        ("NeurIPS 2022 Workshop on Distribution Shifts (DistShift)", "DistShift"),
        (
            "Proceedings of the 1st Workshop on NLP for COVID-19 at ACL 2020",
            "Workshop on NLP for COVID-19",
        ),
    ],
)
def test_a_name_that_only_contains_a_known_one_is_another_venue(name: str, short: str) -> None:
    assert short_name(name) == short


@pytest.mark.parametrize(
    ("fields", "short"),
    [
        ({"venue": "PVLDB", "container": "Proceedings of the VLDB Endowment"}, "PVLDB"),
        ({"venue": "EMNLP 2021", "container": "Proceedings of Something Else"}, "EMNLP"),
        ({"venue": "CHI ’21", "container": "Proceedings of Something Else"}, "CHI"),
        ({"venue": "J. Tests", "container": "Journal of Tests"}, "J. Tests"),
        ({"venue": "Preprint", "container": "arXiv"}, "Preprint"),
        ({"venue": "Preprint"}, "Preprint"),
        ({"venue": ""}, ""),
    ],
)
def test_a_short_name_in_the_source_comes_first(fields: dict[str, str], short: str) -> None:
    assert Venues().short(Record(key="a", type="inproceedings", **fields)) == short  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("series", "short"),
    [
        ("CHI '21", "CHI"),
        ("ICSE 2018", "ICSE"),
        ("Lecture Notes in Computer Science", "The Book"),
        ("LNCS", "The Book"),
    ],
)
def test_a_series_with_a_year_is_the_name_of_a_conference(series: str, short: str) -> None:
    paper = replace(record("inproceedings", "The Book"), fields={"series": series})
    assert Venues().short(paper) == short


def test_a_very_long_name_is_left_as_it_is() -> None:
    name = "Proceedings of the " + "1st (A) 2020, " * 10_000
    assert short_name(name, is_event=True) == name


def test_the_settings_name_venues_by_full_source_or_derived_name_in_any_case() -> None:
    settings = Settings.model_validate(
        {
            "venues": {
                "journal of irreproducible RESULTS": "JIR",
                "*Noisy User-generated*": {"short": "W-NUT"},
                "emnlp": {"url": "https://www.sigdat.org"},
                "Any. J.": "AJ",
            }
        }
    )
    venues = Venues(settings.venues)
    assert venues.short(record("article", "Journal of Irreproducible Results")) == "JIR"
    workshop = record("inproceedings", "3rd Workshop on Noisy User-generated Text (WNUT)")
    assert venues.short(workshop) == "W-NUT"
    emnlp = record(
        "inproceedings", "Conference on Empirical Methods in Natural Language Processing"
    )
    assert (venues.short(emnlp), venues.url(emnlp)) == ("EMNLP", "https://www.sigdat.org")
    abbreviated = Record(key="a", type="article", venue="Any. J.", container="Any Journal")
    assert (venues.short(abbreviated), venues.url(abbreviated)) == ("AJ", "")
    assert venues.shortened(emnlp).container == emnlp.container


def test_the_fingerprint_changes_with_names_but_not_with_addresses() -> None:
    named = Venues({"a": VenueSetting(short="A")})
    linked = Venues({"a": VenueSetting.model_validate({"short": "A", "url": "https://a.example"})})
    assert Venues().fingerprint == ""
    assert named.fingerprint == linked.fingerprint
    assert named.fingerprint != Venues({"a": VenueSetting(short="B")}).fingerprint
