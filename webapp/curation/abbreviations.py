"""Abbreviated names of journals, conferences and publishers: "J. Sand" is "Journal of Sand"."""

import re
from typing import Final, NamedTuple

from .comparison import folded, words

# Words that abbreviated names leave out, in the languages of most journals, without accents.
_LEFT_OUT_NAMES = """
a an and at de del della der des di die du e et for fur in la las le les los of on the to und van
von y zur
"""
# Words for parts of journals, and what names of publishers have beside the name itself.
_PARTS: Final = frozenset(("part", "pt", "sect", "section", "ser", "series"))
_COMPANY_NAMES = """
ag berlin bv co company corp gmbh group heidelberg inc international limited llc ltd press publ
publications publishers publishing verlag
"""
_COMPANY: Final = frozenset(_COMPANY_NAMES.split())
_LEFT_OUT: Final = frozenset(_LEFT_OUT_NAMES.split())
# Abbreviations that are written without a full stop too; as words, all of them are rare in names.
_KNOWN_NAMES = """
abstr acad adv agric anal annu anthropol appl arch artif assoc astron astrophys behav biochem biol
biomed biophys bot br bull chem chron clin comb commun comp comput conf contemp contrib curr dev
diagn dyn ecol econ educ eng environ epidemiol eur exp explor fac genet geogr geol geophys hist hum
immunol ind inf innov inst instrum int intell jpn lang lett libr lit mag manag mater math mech med
methodol microbiol mol natl neurosci nucl oncol opt parasitol pathol pharmacol philos photogr phys
physiol pol polit proc psychiatr psychol publ radiat recognit rep res rev sci ser simul soc sociol
softw stat stoch stud surg surv symp syst technol telecommun theor ther toxicol trans transp univ
zool
"""
_KNOWN: Final = frozenset(_KNOWN_NAMES.split())
_WORD = re.compile(r"([^\W_]+(?:['’][^\W_]+)?)(\.?)")
_ACRONYM = re.compile(r"[A-Z]{3,10}")
_PARENTHESES = re.compile(r"\([^()]{0,100}\)")


class _Word(NamedTuple):
    letters: str  # folded
    is_cut: bool  # a full stop follows


def are_one_name(first: str, second: str) -> bool:
    """Return whether two texts are one name, of which words may be abbreviated or left out.

    >>> are_one_name("Proc. Natl. Acad. Sci.", "Proceedings of the National Academy of Sciences")
    True
    >>> are_one_name("Nature", "Nature Physics")
    False
    """
    first, second = (text.replace("&", " and ") for text in (first, second))
    if folded(first) == folded(second):
        return True
    left, right = _words(first), _words(second)
    if len(left) != len(right) or not left:
        return _is_acronym(first, second) or _is_acronym(second, first)
    return _are_abbreviations(left, right) or _are_abbreviations(right, left)


def are_one_publisher(first: str, second: str) -> bool:
    """Return whether two texts name one publisher: "Springer", "Springer Berlin Heidelberg"."""
    short, long = (
        " ".join(word for word in name.replace(",", " ").split() if folded(word) not in _COMPANY)
        for name in (first, second)
    )
    return are_one_name(short or first, long or second)


def _words(name: str) -> list[_Word]:
    """Return the words of a name, without those that abbreviations leave out."""
    found = _WORD.findall(_PARENTHESES.sub("", name))
    parts = [_Word(folded(letters), bool(stop)) for letters, stop in found]
    return [
        word
        for word in parts
        if word.letters not in _PARTS and (word.is_cut or word.letters not in _LEFT_OUT)
    ]


def _are_abbreviations(short: list[_Word], long: list[_Word]) -> bool:
    """Return whether each word of a name is the same as, or short for, the one in another name."""
    pairs = [(a, b) for a, b in zip(short, long, strict=True) if a.letters != b.letters]
    if not all(_is_cut_from(a.letters, b.letters) for a, b in pairs):
        return False
    if any(word.is_cut for word in short):
        return all(a.is_cut or a.letters in _KNOWN for a, _ in pairs)
    starts = bool(pairs) and pairs[0][0] is short[0]  # "J Sand", as PubMed writes it
    return starts or all(a.letters in _KNOWN for a, _ in pairs)


def _is_cut_from(short: str, word: str) -> bool:
    """Return whether a text has some letters of a word in order, the first one first: "natl"."""
    rest = iter(word)
    return short[:1] == word[:1] and all(letter in rest for letter in short)


def _is_acronym(short: str, name: str) -> bool:
    """Return whether a text has the initials of a name."""
    initials = "".join(word.letters[:1] for word in _words(name))
    return bool(_ACRONYM.fullmatch(short.strip())) and words(short) == [initials]
