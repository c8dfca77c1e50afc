"""The short name of a venue, from its full name.

DESIGN: rules in the order of how sure they are, each of which may not apply: a well-known name, an
acronym in parentheses, an acronym with a year, the name without "Proceedings of the", ordinal and
year. A name that no rule knows is left as it is; so are journals, publishers and schools, except a
few. Tests have the names of real files: tests/venues/names.tsv.
"""

import re
from functools import lru_cache
from typing import Final

from .known import ALIASES, HOSTS, JOURNALS, KNOWN, NO_ACRONYMS

MAX_NAME: Final = 500  # characters; a longer name is left as it is
_MIN_NAME: Final = 3  # characters that must be left of a name without its year and ordinal

_ACRONYM = r"[*#]?[A-Za-z][\w*#/&+-]{0,40}"  # bounded: a search would be quadratic
_YEAR = r"(?:['’‘`]?(?:18|19|20)\d\d|['’‘`]\d\d|(?<=-)\d\d)"
_EVENT = re.compile(
    r"\b(?:conf(?:erence|érence|erencia|erenza|\.)|workshop|sympos|meeting|congres|kongress|summit"
    r"|colloqu|journées|atelier|jornadas|tagung|convegno|seminar)|конференци|会议|大会|シンポジウム",
    re.IGNORECASE,
)
_FINDINGS = re.compile(
    r"(?:Findings of the Association for Computational Linguistics:?|Findings of) (.+)"
)
_STUDENTS = re.compile(r"student research workshop", re.IGNORECASE)
# Where the name of a workshop ends, and that of the conference begins that it is part of.
_HOST = re.compile(
    r" ?(?:\(?@| \(?(?:co-?located|collocated|in conjunction|associated|held) (?:with|at) "
    r"| (?:within|at) (?=(?:the )?(?:\d|[A-Z*]{3})))",
    re.IGNORECASE,
)
_SHORT_NAMES: Final = {part: short for short, parts in KNOWN.items() for part in parts}
# The end of the name must follow: "Machine Learning and Cybernetics" is another conference.
_KNOWN = re.compile(
    rf"\b(?:{'|'.join(map(re.escape, sorted(_SHORT_NAMES, key=len, reverse=True)))})"
    r"(?=\W*$|\s*[^\w\s&]| \d| [IVX]+\b| (?:and (?:the|its|computational natural|very large)"
    r"|of the|on|at|within|for|companion|tutorials?|demo\w*|systems?|workshops?|proceedings)\b)",
    re.IGNORECASE,
)
_PARENTHESES = re.compile(r"\(([^()]{2,60})\)")
_ACRONYM_AND_YEAR = re.compile(rf"(?<![\w/])({_ACRONYM}?)(?:[ -]?{_YEAR})(?!\w)")
_WITH_NUMBER = re.compile(rf"({_ACRONYM}?)(?:[ -]*{_YEAR}| \d{{1,3}}|[+-](?:\d{{1,2}}|[IVX]+))?")
_WORDS = re.compile(r"[A-Z][a-z]{3,}(?:[/&-][A-Z]?[a-z]{3,})*")  # "March/June" is no acronym
_PROCEEDINGS = re.compile(
    r"(?:in:? )?(?:proceedings|proc\.?|companion proceedings|extended abstracts|actes|actas|anais"
    r"|atti|tagungsband)\b\.?(?: (?:of|for|from|de|des|del|du|do|dos|della|der|zur|zum)\b)?"
    r"(?: (?:the|la|las|los|le|les)\b| l['’](?=\w))?[\s,:]*",
    re.IGNORECASE,
)
_BEFORE = re.compile(r"^[^:]{1,40}: (?=proceedings of\b)", re.IGNORECASE)  # "Coling 2008: "
_ONES = "first|second|third|fourth|fifth|sixth|seventh|eighth?|ninth"
_TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_ORDINAL = re.compile(
    rf"(?<![\w-])(?:\d{{1,3}}(?:st|nd|rd|th|ers?|[eè]res?|[eè]mes?|es?|[ºª°])|\d{{1,3}}\.(?=\s)"
    rf"|(?:(?:{_TENS})[- ])?(?:{_ONES})|tenth|eleventh|twelfth"
    rf"|(?:thir|four|fif|six|seven|eigh|nine)teenth|(?:twent|thirt|fort|fift|sixt)ieth)"
    r"(?![\w-])\s*(?:annual )?",
    re.IGNORECASE,
)
_ANY_YEAR = re.compile(rf"(?:(?<![\w-])|(?<=[A-Za-z])(?<!COVID)-){_YEAR}(?![\w-])")
_SPACE_BEFORE = re.compile(r" (?=[,.:;])")
_PART = re.compile(
    r"[(:.,–-]\s?(?:main volume|main conference|companion|tutorial|technical papers"
    r"|research papers|system demo|industry|posters?\b|papers?\b|articles (?:longs|courts)"
    r"|vol(?:ume|\.)|part (?:\d|[ivx]+\b)|long papers|short papers|shared task|student).*",
    re.IGNORECASE,
)
# ", Oslo, Norway, August 29-31, 2012": the parts before the date have few words and no "and".
_DATED = re.compile(
    r"(?:, (?!and\b|&)[\w.'’-]+(?: [\w.'’-]+){0,2}){0,3}"
    r",[^,]*(?:,[^,]*)?(?<![\w-])(?:18|19|20)\d\d(?!\w).*"
)
_IN_PARENTHESES = re.compile(r" ?\([^()]*\)")
_FOUR_DIGIT_YEAR = re.compile(r"\b(?:18|19|20)\d\d\b")


@lru_cache(maxsize=8192)
def short_name(name: str, *, is_event: bool = False) -> str:
    """Return the short name of a venue: the acronym of a series, or a name without the rest.

    `is_event` says that it is a conference, whatever its name. A name without a shorter form is
    returned as it is.

    >>> short_name("Proceedings of the 3rd Workshop on Insights from Negative Results in NLP")
    'Workshop on Insights from Negative Results in NLP'
    """
    text = " ".join(name.split())
    if len(text) > MAX_NAME:
        return name
    if journal := JOURNALS.get(text.lower()):
        return journal
    if findings := _FINDINGS.fullmatch(text):
        return f"Findings of {short_name(findings[1], is_event=True)}"
    if not (is_event or _EVENT.search(text)):
        return (_in_parentheses(text) if text.endswith(")") else "") or name
    return _known(text) or _acronym(text) or _shortened(text) or name


def without_year(name: str) -> str:
    """Return the acronym in "EMNLP 2021", "EMNLP-2021" or "CHI ’21"; any other name as it is."""
    match = _ACRONYM_AND_YEAR.fullmatch(name)
    return match[1] if match and _is_acronym(match[1]) else name


def _known(text: str) -> str:
    """Return the short name of a well-known conference; "" for others and for workshops at it."""
    match = _KNOWN.search(text)
    if not match:
        return ""
    short = _SHORT_NAMES[match[0].lower()]
    if _STUDENTS.search(text):
        return f"{short} Student Research Workshop"
    is_part = "workshop" in text.lower().replace(match[0].lower(), "")
    return "" if is_part else short


def _acronym(text: str) -> str:
    """Return the acronym in a name, in parentheses or with a year; "" if there is none."""
    is_workshop = "workshop" in text.lower()
    own = _HOST.split(text, maxsplit=1)[0]
    if acronym := _in_parentheses(own, is_workshop=is_workshop):
        return acronym
    for match in _ACRONYM_AND_YEAR.finditer(own):
        if _is_acronym(match[1]) and not (is_workshop and match[1] in HOSTS):
            return ALIASES.get(match[1], match[1])
    return ""


def _in_parentheses(text: str, *, is_workshop: bool = False) -> str:
    """Return the acronyms in parentheses, joined: "JEP-TALN"."""
    acronyms = []
    for match in _PARENTHESES.finditer(text):
        first = _WITH_NUMBER.fullmatch(match[1].partition(",")[0].strip())
        if first and _is_acronym(first[1]) and not (is_workshop and first[1] in HOSTS):
            acronyms.append(first[1])
    joined = "-".join(dict.fromkeys(acronyms))
    return ALIASES.get(joined, joined)


def _is_acronym(word: str) -> bool:
    """Return whether a word has two capitals, and is no sponsor, place or Roman number."""
    has_capitals = sum(letter.isupper() for letter in word) > 1
    is_word = word in NO_ACRONYMS or _WORDS.fullmatch(word)
    return word in ALIASES or (has_capitals and not is_word)


def _shortened(text: str) -> str:
    """Return a name without "Proceedings of the", ordinal, year and place; "" if unchanged."""
    short = _HOST.split(text, maxsplit=1)[0]
    short = _BEFORE.sub("", short)
    if match := _PROCEEDINGS.match(short):
        short = short[match.end() :]
    short = _DATED.sub("", _IN_PARENTHESES.sub(_without_date, short))
    for pattern in (_PART, _ANY_YEAR, _ORDINAL):
        short = pattern.sub(" ", short)
    if short == text:
        return ""
    short = _SPACE_BEFORE.sub("", " ".join(short.split())).strip(" ,.:;–-")
    if len(short) < _MIN_NAME or not any(map(str.isalpha, short)):
        return ""
    return short[0].upper() + short[1:]


def _without_date(match: re.Match[str]) -> str:
    """Return what was matched, or "" if it names a year."""
    return "" if _FOUR_DIGIT_YEAR.search(match[0]) else match[0]
