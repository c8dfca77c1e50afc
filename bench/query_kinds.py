"""The kinds of queries that `quality.py --kinds` measures.

A kind is a row of KINDS: the point of search that it measures, a name, and a function that returns
the query for a paper, or None where the paper does not lend itself to it.
"""

import re
from collections.abc import Callable

from webapp.folding import fold
from webapp.search.text import STOP_WORDS

from .known_items import Generator, Kind, KnownItem, Sample
from .mistakes import mistyped, words_of
from .name_queries import (
    abbreviated,
    blank_inside,
    britished,
    et_al,
    full_name,
    letter_title,
    one_word,
    other_number,
    run_together,
    system,
    wrong_first_letter,
)

CONFERENCES = re.compile(r"acl|emnlp|naacl|eacl|coling|lrec|conll|ijcnlp|aacl|semeval|wmt|inlg")


# -- point 1: what is there, remembered in part


def _changed_quotation(
    change: Callable[[list[str], int, Sample], None], *, closed: bool = True
) -> Generator:
    """Return a generator of quoted titles with one word changed, neither the first nor last."""

    def generate(sample: Sample) -> str | None:
        words = sample.paper.document.title.replace('"', "").split()
        inner = [at for at in range(1, len(words) - 1) if words[at].isalpha()]
        inner = [at for at in inner if fold(words[at]) not in STOP_WORDS and len(words[at]) > 3]
        if len(words) < 5 or not inner:
            return None
        change(words, sample.random.choice(inner), sample)
        return f'"{" ".join(words)}"' if closed else f"“{' '.join(words)}"

    return generate


def _leave_out(words: list[str], at: int, _: Sample) -> None:
    del words[at]


def _replace(words: list[str], at: int, sample: Sample) -> None:
    words[at] = sample.random.choice(sample.corpus.vocabulary)


def _mistype(words: list[str], at: int, sample: Sample) -> None:
    words[at] = mistyped(words[at], sample.random)


def _swap(words: list[str], at: int, _: Sample) -> None:
    words[at], words[at + 1] = words[at + 1], words[at]


def _shuffled_with_alien(sample: Sample) -> str:
    words = sample.random.sample(sample.paper.words, len(sample.paper.words))[:6]
    words.insert(
        sample.random.randrange(len(words) + 1), sample.random.choice(sample.corpus.vocabulary)
    )
    return " ".join(words)


def _words_with_alien(sample: Sample) -> str:
    words = sample.corpus.rarest(sample.paper.words, 2)
    return " ".join((*words, sample.random.choice(sample.corpus.vocabulary)))


def _author_word_year(shift: int) -> Generator:
    def generate(sample: Sample) -> str | None:
        word = sample.corpus.rarest(sample.paper.words, 1)[0]
        return (
            f"{sample.family} {word} {int(sample.paper.year) + shift}"
            if sample.paper.year
            else None
        )

    return generate


def _author_and_wrong_word(sample: Sample) -> str:
    words = sample.corpus.rarest(sample.paper.words, 2)
    alien = sample.random.choice(sample.corpus.vocabulary)
    return " ".join((sample.family.lower(), alien, *words))


def _question(pattern: str) -> Generator:
    def generate(sample: Sample) -> str:
        words = " ".join(sample.corpus.rarest(sample.paper.words, 3))
        return pattern.format(words=words, author=sample.family, year=sample.paper.year)

    return generate


# -- point 2: parts of identifiers


def _identifier(pattern: str) -> Generator:
    """Return a generator that puts the last segment of the address into a pattern."""

    def generate(sample: Sample) -> KnownItem | None:
        segment = sample.paper.address.rstrip("/").rpartition("/")[2]
        text = pattern.format(segment=segment)
        return KnownItem(text, frozenset({sample.paper.document.id})) if segment else None

    return generate


def _last_segment_in_lower_case(sample: Sample) -> KnownItem | None:
    item = _identifier("{segment}")(sample)
    return item._replace(text=item.text.lower()) if isinstance(item, KnownItem) else None


def _doi_suffix(sample: Sample) -> KnownItem | None:
    for identifier in sample.paper.document.identifiers:
        if identifier.startswith("10."):
            return KnownItem(identifier.partition("/")[2], frozenset({sample.paper.document.id}))
    return None


def _doi_suffix_in_capitals(sample: Sample) -> KnownItem | None:
    item = _doi_suffix(sample)
    return item and item._replace(text=item.text.upper())


def _arxiv(pattern: str) -> Generator:
    """Return a generator of texts with the arXiv id of a paper."""

    def generate(sample: Sample) -> KnownItem | None:
        text = pattern.format(id=sample.paper.arxiv)
        return (
            KnownItem(text, frozenset({sample.paper.document.id})) if sample.paper.arxiv else None
        )

    return generate


# -- point 3: acronyms


def _acronym_for_words(sample: Sample) -> str | None:
    """Type an acronym for words of the title, and two other words of it."""
    title = f" {' '.join(words_of(sample.paper.document.title))} "
    for acronym, words in sample.corpus.acronyms.items():
        if f" {words} " in title and f" {acronym.lower()} " not in title:
            others = [w for w in sample.paper.words if fold(w) not in words.split()]
            if len(others) > 1:
                return " ".join((acronym, *sample.corpus.rarest(others, 2)))
    return None


def _words_for_acronym(sample: Sample) -> str | None:
    """Type the words that an acronym in the title means, and two other words of it."""
    for acronym in sample.corpus.acronyms.keys() & set(sample.paper.words):
        others = [word for word in sample.paper.words if word != acronym]
        if len(others) > 1:
            return " ".join((sample.corpus.acronyms[acronym], *sample.corpus.rarest(others, 2)))
    return None


def _venue(pattern: str) -> Generator:
    """Return a generator of acronyms of a venue with the year and a word of the title."""

    def generate(sample: Sample) -> KnownItem | None:
        names = [name for name in sample.paper.conferences if CONFERENCES.fullmatch(name)]
        if not names or not sample.paper.year:
            return None
        word = max(sample.paper.words, key=len)
        text = pattern.format(
            name=names[0].upper(), year=sample.paper.year, short=sample.paper.year[2:], w=word
        )
        ids = {
            other.document.id
            for other in sample.corpus.papers
            if names[0] in other.conferences
            and other.year == sample.paper.year
            and word in other.words
        }
        return KnownItem(text, frozenset(ids))

    return generate


def _venue_and_year(sample: Sample) -> KnownItem | None:
    item = _venue("{name}{year} {w}")(sample)
    if not isinstance(item, KnownItem):
        return None
    name = next(name for name in sample.paper.conferences if CONFERENCES.fullmatch(name))
    alike = (
        p for p in sample.corpus.papers if name in p.conferences and p.year == sample.paper.year
    )
    return KnownItem(item.text.partition(" ")[0], frozenset(p.document.id for p in alike))


KINDS = (
    Kind(1, "quoted title, a word missing", _changed_quotation(_leave_out)),
    Kind(1, "quoted title, a word wrong", _changed_quotation(_replace)),
    Kind(1, "quoted title, a typo", _changed_quotation(_mistype)),
    Kind(1, "quoted title, two words swapped", _changed_quotation(_swap)),
    Kind(1, "open quotation, a typo", _changed_quotation(_mistype, closed=False)),
    Kind(1, "shuffled title words, one alien", _shuffled_with_alien),
    Kind(1, "two title words, one alien", _words_with_alien),
    Kind(1, "author, word, year", _author_word_year(0)),
    Kind(1, "author, word, wrong year", _author_word_year(1)),
    Kind(1, "author, wrong word, two words", _author_and_wrong_word),
    Kind(1, "that paper on X by Y", _question("that paper on {words} by {author}")),
    Kind(1, "the Y paper about X", _question("the {author} {year} paper about {words}?")),
    Kind(1, "who wrote X", _question("who wrote something about {words}")),
    Kind(2, "last segment", _identifier("{segment}")),
    Kind(2, "segment in lower case", _last_segment_in_lower_case),
    Kind(2, "old address", _identifier("http://www.aclweb.org/anthology/{segment}/")),
    Kind(2, "old address without scheme", _identifier("aclweb.org/anthology/{segment}")),
    Kind(2, "address of the PDF", _identifier("https://aclanthology.org/{segment}v2.pdf")),
    Kind(2, "DOI suffix", _doi_suffix),
    Kind(2, "DOI suffix in capitals", _doi_suffix_in_capitals),
    Kind(2, "arXiv id with version", _arxiv("arXiv:{id}v3")),
    Kind(2, "arXiv id alone", _arxiv("{id}")),
    Kind(2, "arXiv address", _arxiv("https://arxiv.org/pdf/{id}v1.pdf")),
    Kind(3, "acronym for words", _acronym_for_words),
    Kind(3, "words for acronym", _words_for_acronym),
    Kind(3, "EMNLP 2023 word", _venue("{name} {year} {w}")),
    Kind(3, "EMNLP'23 word", _venue("{name}'{short} {w}")),
    Kind(3, "EMNLP2023 word", _venue("{name}{year} {w}")),
    Kind(3, "EMNLP-23 word", _venue("{name}-{short} {w}")),
    Kind(3, "EMNLP2023", _venue_and_year),
    Kind(4, "Given Family", full_name("{given} {family}")),
    Kind(4, "Family, Given", full_name("{family}, {given}")),
    Kind(4, "Given Family word", full_name("{given} {family} {w}", paper_too=True)),
    Kind(4, "Family et al. (2014)", et_al("{family} et al. ({year})")),
    Kind(4, "Family et al., 2014", et_al("{family} et al., {year}")),
    Kind(4, "(Family, 2014)", et_al("({family}, {year})")),
    Kind(4, "British spelling", one_word(britished)),
    Kind(4, "other number", one_word(other_number)),
    Kind(4, "wrong first letter", one_word(wrong_first_letter)),
    Kind(4, "blank inside a word", one_word(blank_inside)),
    Kind(4, "two words run together", run_together),
    Kind(4, "each word abbreviated", abbreviated),
    Kind(4, "name of a system", system, 1),
    Kind(4, "single letter", letter_title, 1),
)
