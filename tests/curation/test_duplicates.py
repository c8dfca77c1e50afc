"""Finding possible duplicates, and no others."""

from webapp.curation.duplicates import find_duplicates
from webapp.formats.bibtex import bibtex

_PUBLISHED = "@inproceedings{p, title={On the {Good} of Things}, author={Zoë Roe}, year=2021, "
_PREPRINT = "@misc{a, title={On the good of things.}, author={Roe, Z. and Doe, J.}, year=2020, "


def duplicates(*entries: str) -> list[tuple[str, str, str]]:
    records = bibtex.read("\n".join(entries)).records
    pairs = find_duplicates(records)
    return [(records[pair.published].key, records[pair.other].key, pair.why) for pair in pairs]


def test_duplicates_share_title_people_and_nearby_years() -> None:
    published = _PUBLISHED + "booktitle={Conf}}"
    assert duplicates(_PREPRINT + "eprint={2001.00001}}", published) == [("p", "a", "title")]
    assert duplicates(published, _PREPRINT.replace("2020", "1999") + "}") == []
    assert duplicates(published, _PREPRINT.replace("Roe, Z. and Doe, J.", "Moe, M.") + "}") == []


def test_duplicates_share_an_identifier() -> None:
    assert duplicates(
        "@misc{a, doi={10.1000/AB}}", "@misc{b, doi={https://doi.org/10.1000/ab}}"
    ) == [("a", "b", "doi")]
    assert duplicates(
        "@misc{a, arxiv={2001.00001v2}}", "@misc{b, url={http://arxiv.org/abs/2001.00001}}"
    ) == [("a", "b", "arxiv")]


def test_short_titles_and_joined_works_are_no_duplicates() -> None:
    assert (
        duplicates("@misc{a, title={Preface}, year=2020}", "@misc{b, title={Preface}, year=2020}")
        == []
    )
    assert duplicates(_PUBLISHED + "}", _PREPRINT + "versionof={p}}") == []
