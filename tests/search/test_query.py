"""Parsing of queries: every string is one."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from webapp.search.query import MAX_LENGTH, MAX_WORDS, Chip, FacetValue, Query, Years, parse

PIECES = (
    """author: year: type: tag: title: " - : .. 2019 \\ $ { } a few-shot 机器 é 10.1145/ arxiv: *"""
)
SYNTAX = st.lists(st.sampled_from([*PIECES.split(), " ", "\u0301", "title = {"]), max_size=80).map(
    "".join
)


def words(query: Query) -> list[str]:
    return [word.text for clause in query.clauses for word in clause.words]


@given(st.one_of(st.text(), SYNTAX), st.booleans())
@example("\u0301’\u0301", False)
def test_every_string_gives_a_bounded_query(text: str, typing: bool) -> None:
    query = parse(text, typing)
    typed = [word for clause in query.clauses for word in clause.words]
    assert len(query.text) <= MAX_LENGTH
    assert len(typed) <= MAX_WORDS
    assert sum(word.prefix for word in typed) <= 1
    for word in typed:
        assert 0 <= word.start < word.end <= len(query.text)
    for chip in query.chips:
        assert len(chip.rest) < len(query.text)


@pytest.mark.parametrize("text", ["a" * 10**6, '"' * 10**6, "-:" * 10**5, "title={" * 10**5])
def test_a_long_text_is_cut(text: str) -> None:
    assert len(parse(text, typing=True).text) <= MAX_LENGTH


def test_the_last_word_is_a_prefix_while_typing() -> None:
    typed = parse("Neural net", typing=True)
    assert words(typed) == ["neural", "net"]
    assert [c.words[0].prefix for c in typed.clauses] == [False, True]
    assert not parse("neural net ", typing=True).clauses[1].words[0].prefix
    assert not parse("neural net").clauses[1].words[0].prefix


def test_quotes_make_a_phrase() -> None:
    query = parse('"neural networks" parsing')
    phrase, word = query.clauses
    assert phrase.phrase
    assert [w.text for w in phrase.words] == ["neural", "networks"]
    assert not word.phrase
    assert query.chips == (Chip("", "neural networks", False, "parsing"),)


def test_an_unclosed_phrase_is_still_being_typed() -> None:
    (phrase,) = parse('"neural netw', typing=True).clauses
    assert phrase.phrase
    assert phrase.words[-1].prefix


@pytest.mark.parametrize(
    ("text", "field", "expected"),
    [
        ("author:feng", "authors", ["feng"]),
        ("Author:Feng", "authors", ["feng"]),
        ('author:"Feng, Siyuan"', "authors", ["feng", "siyuan"]),
        ("title:relax", "title", ["relax"]),
        ('venue:"machine learning"', "venue", ["machine", "learning"]),
        ("tag:compilers", "tags", ["compilers"]),
        ("tag: compilers", "tags", ["compilers"]),
        ('title:  "relax"', "title", ["relax"]),
        ("author:“Siyuan Feng”", "authors", ["siyuan", "feng"]),
    ],
)
def test_a_field_restricts_its_words(text: str, field: str, expected: list[str]) -> None:
    (clause,) = parse(text).clauses
    assert clause.field == field
    assert [word.text for word in clause.words] == expected


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("year:2023", (Years(2023, 2023),)),
        ("year:2019..2023", (Years(2019, 2023),)),
        ("year:2019..", (Years(2019, 9999),)),
        ("year:..2019", (Years(-9999, 2019),)),
        ("year:2019,2021", (Years(2019, 2019), Years(2021, 2021))),
        ("-year:2020", (Years(2020, 2020, negated=True),)),
        ("year:20", (Years(2000, 2099),)),
        ("year:2023..2019", (Years(2019, 2023),)),
    ],
)
def test_years_and_ranges_of_years(text: str, years: tuple[Years, ...]) -> None:
    assert parse(text, typing=True).years == years


def test_a_type_is_not_a_word() -> None:
    assert parse("type:article").values == (FacetValue("type", "article"),)


@pytest.mark.parametrize("text", ["year:abc", "foo:bar", "a:b:c", "author:", "((x", "x AND y"])
def test_text_that_is_not_syntax_is_words(text: str) -> None:
    query = parse(text)
    assert query.clauses
    assert not query.chips
    assert not any(clause.field for clause in query.clauses)


@pytest.mark.parametrize("text", ["relax author:", "relax author: "])
def test_a_field_without_a_value_yet_is_not_a_word(text: str) -> None:
    assert words(parse(text, typing=True)) == ["relax"]


@pytest.mark.parametrize("text", ["net)", "net.", "net,", '"neural net"'])
def test_punctuation_ends_a_word(text: str) -> None:
    assert not any(word.prefix for c in parse(text, typing=True).clauses for word in c.words)


@pytest.mark.parametrize("text", ["net", "few-", "(net", '"neural net'])
def test_the_last_word_may_be_incomplete(text: str) -> None:
    assert parse(text, typing=True).clauses[-1].words[-1].prefix


def test_et_al_is_not_a_word() -> None:
    assert words(parse("Feng et al. 2023")) == ["feng", "2023"]
    assert words(parse("Feng, S. et al")) == ["feng", "s"]
    assert words(parse("et al")) == ["et", "al"]  # there are no other words


def test_a_minus_excludes_a_word() -> None:
    query = parse("parsing -speech")
    assert [clause.negated for clause in query.clauses] == [False, True]
    assert query.chips == (Chip("", "speech", True, "parsing"),)


@pytest.mark.parametrize(
    ("text", "identifier"),
    [
        ("10.1145/3575693.3576933", "10.1145/3575693.3576933"),
        ("https://doi.org/10.1145/3575693.3576933", "10.1145/3575693.3576933"),
        ("doi:10.1145/3575693.3576933.", "10.1145/3575693.3576933"),
        ("2207.04296", "2207.04296"),
        ("arXiv:2207.04296v2", "2207.04296"),
        ("https://arxiv.org/abs/2207.04296", "2207.04296"),
        ("https://arxiv.org/pdf/2207.04296v1.pdf", "2207.04296"),
        ("https://doi.org/10.48550/arXiv.2207.04296", "2207.04296"),
        ("arXiv:hep-th/9901001", "hep-th/9901001"),
        ("https://www.example.org/papers/Relax.pdf", "example.org/papers/relax"),
        ("http://example.org/papers/Relax/", "example.org/papers/relax"),
    ],
)
def test_a_pasted_identifier_is_not_words(text: str, identifier: str) -> None:
    query = parse(text, typing=True)
    assert query.identifiers == (identifier,)
    assert not query.clauses


def test_removing_a_chip_keeps_the_remaining_text() -> None:
    pasted = "https://doi.org/10.1145/3575693.3576933"
    query = parse(f"{pasted} vaswani et al. author:feng year:2023")
    assert [chip.rest for chip in query.chips] == [
        f"{pasted} vaswani et al. year:2023",
        f"{pasted} vaswani et al. author:feng",
    ]


def test_a_bibtex_title_line_is_its_words() -> None:
    query = parse("  title = {Attention Is All {Y}ou Need},")
    assert words(query) == ["attention", "is", "all", "you", "need"]


def test_a_compound_has_a_joined_form_and_parts() -> None:
    (clause,) = parse("Few-Shot").clauses
    assert clause.words[0].text == "fewshot"
    assert clause.words[0].parts == ("few", "shot")


def test_umlauts_have_other_spellings() -> None:
    assert "muller" in parse("mueller").clauses[0].words[0].spellings
    assert "mueller" in parse("Müller").clauses[0].words[0].spellings


@pytest.mark.parametrize(
    ("text", "facet", "negated"),
    [
        *(("is:retracted", "retracted", False), ("-is:Corrected", "corrected", True)),
        *(("is:open", "openaccess", False), ('is:"open access"', "openaccess", False)),
        ("is:selected", "selected", False),
    ],
)
def test_flags_follow_is(text: str, facet: str, negated: bool) -> None:
    assert parse(text).values == (FacetValue(facet, "1", negated),)


@pytest.mark.parametrize("text", ["Retracted: sand", "corrected: tides", "is:dry", "is:-"])
def test_titles_that_begin_like_a_flag_are_words(text: str) -> None:
    assert parse(text).values == ()
    assert parse(text).free
