"""Analysis of text into terms, shared by index, queries and highlights.

A *chain* is a run of letters and digits with the connectors inside it: `few-shot`, `GPT-4`,
`TensorIR`, `$\\tau^2$`. It gives its parts, one position each, and the parts joined, so that
queries with a hyphen, a space or neither find the same documents.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from whoosh.lang.porter import stem as _porter

from ..folding import fold

MAX_WORD = 40  # letters; longer words are cut
MAX_PARTS = 24  # of one chain

_STOP_WORDS = """
    a an and are as at be but by for from has have how in into is it its of on or our that the
    their these this to was we were what when where which who why will with
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())

_GREEK_NAMES = """
    alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho
    sigma sigma tau upsilon phi chi psi omega
"""
_GREEK = dict(zip("αβγδεζηθικλμνξοπρσςτυφχψω", _GREEK_NAMES.split(), strict=True))
_TEX_VARIANTS = {
    f"var{name}": name for name in ("epsilon", "theta", "phi", "rho", "sigma", "pi", "kappa")
}

# British spellings of verbs in "ize" and "lyze" and of their nouns. Not words like "raise",
# "exercise", "improvise", "enterprise" and "expertise", nor the plural of "analysis".
_ISE = re.compile(
    r"(?<=[a-z]{3}i)(?<!ai)(?<!oi)(?<!vi)(?<!pri)(?<!promi)(?<!rti)(?<![^i]ci)s"
    r"(?=(?:e[drs]?|ers|ings?|ab(?:le|ly|ility)|ation(?:s|al|ally)?)$)"
    r"|(?<=[a-z]{3}ly)s(?=(?:e[dr]?|ers|ing)$)"
)
# Centre, theatres and centred: "center" and its forms. "Centric" has another stem.
_RE = re.compile(r"(?<=[a-z]{2}[bt])re(?=s?$)|(?<=[a-z]{2}[bt])r(?=ed$)")
# British endings of stems, and the American ones that replace them.
_BRITISH = (
    (re.compile(r"(?<=[a-z]{2})our(?=$|hood$|it)"), "or"),  # colour
    (re.compile(r"(?<=[a-z]{2}en)c$"), "s"),  # defence
    (re.compile(r"(?<=[a-z]og)u$|(?<=[a-z]{2}m)m$"), ""),  # dialogue, programme
    (re.compile(r"(?<=[a-z])ae(?=[a-z]{3})"), "e"),  # encyclopaedia
    (re.compile(r"(?<=[a-z]{3}[eop]s)[ie]$"), ""),  # hypothesis and hypotheses
    (re.compile(r"(?<=[a-z]p)ora$"), "u"),  # corpora and corpus
)

_UPPER, _LOWER = "A-ZÀ-ÖØ-Þ", "a-zß-öø-ÿ"
_DIGIT = "\\d²³¹⁰-⁹₀-₉"
_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
# Characters inside words that \w does not match: combining marks, vowel signs.
_INNER = "\u00ad\u200c\u200d\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0900-\u0dff\u0e00-\u0eff"
WORD = f"[\\w{_INNER}]"
_JOINT = "[-\u2010-\u2013\u2212'’ʼ.&·]"
_TEX = r"[$\\{}^]"
_CONNECTOR = f"(?:{_JOINT}{_TEX}{{0,4}}|{_TEX}{{1,4}}{_JOINT}?{_TEX}{{0,4}})"
# Ends of names: C++, C#, A*. A star after more than one letter is a footnote or a wildcard.
_SIGN = r"(?:\+\+|\#(?!\w)|(?<=(?<!\w)[A-Za-z])(?:\^\{?)?[*∗⋆★](?!\w))"
# A dot begins a name in capitals: .NET.
_DOT = r"\.(?<![\w.]\.)(?=[A-Z]{2})"
CHAIN = re.compile(f"(?:{_DOT})?{WORD}+(?:{_CONNECTOR}{WORD}+)*{_SIGN}?")

_PIECE = re.compile(f"(?:(?!_){WORD})+{_SIGN}?")  # between two connectors
_BOUNDARY = re.compile(
    f"(?<=[{_LOWER}])(?=[{_UPPER}])|(?<=[{_UPPER}])(?=[{_UPPER}][{_LOWER}]{{2}})"
    f"|(?<=[{_DIGIT}])(?![{_DIGIT}+#])|(?<![{_DIGIT}])(?=[{_DIGIT}])"
    f"|(?<=[{_CJK}])(?![{_CJK}])|(?<![{_CJK}])(?=[{_CJK}])"
)
_SIGN_END = re.compile(f"{_SIGN}\\Z")
_STAR = re.compile(r"\^?\{?[*∗⋆★]")
_IDEOGRAPHS = re.compile(f"[{_CJK}]+")
_POSSESSIVE = re.compile("['’ʼ][sS]$")
_UMLAUT = re.compile("([aou])e|aa")


class Token(NamedTuple):
    """A term in a text. A joined term has the position of its first part."""

    text: str
    position: int
    start: int
    end: int


class Chain(NamedTuple):
    """The terms of a chain: consecutive `parts`, and `joined` terms of several parts each."""

    parts: tuple[Token, ...]
    joined: tuple[Token, ...]

    @property
    def whole(self) -> str:
        """The term for the whole chain, or "" if there is none (ideographs, too long)."""
        if len(self.parts) == 1 and not self.joined:
            return self.parts[0].text
        last = self.joined[-1] if self.joined else None
        covers = last and last.position == 0 and last.end >= self.parts[-1].end
        return last.text if last and covers else ""


@lru_cache(maxsize=4096)
def stem(word: str) -> str:
    """Return the stem of a folded word; short and non-English words stay as they are.

    British and American spellings have the same stem.
    """
    if len(word) < 4 or not word.isascii() or not word.isalpha():
        return word
    result = str(_porter(_RE.sub("er", _ISE.sub("z", word))))
    for pattern, american in _BRITISH:
        result = pattern.sub(american, result)
    return result


def collapse(name: str) -> str:
    """Return a folded name without spelled-out umlauts: mueller and muller give muller."""
    return _UMLAUT.sub(lambda m: m[1] or "a", name)


def terms(text: str) -> Iterator[tuple[str, int]]:
    """Yield the terms of a text with their positions."""
    position = 0
    for chain in CHAIN.findall(text):
        if _is_plain(chain):
            yield _spell(chain.lower()), position
            position += 1
            continue
        parts, joined = analyse(chain)
        for term, place, _, _ in parts:
            yield term, position + place
        for term, place, _, _ in joined:
            yield term, position + place
        position += len(parts)


def _is_plain(chain: str) -> bool:
    """Return whether a chain has only itself as a part, as most do: word, Word or WORD."""
    plain = chain.isascii() and chain.isalpha()
    return plain and (chain.islower() or chain.istitle() or chain.isupper())


def analyse(chain: str) -> Chain:
    """Return the terms of a chain."""
    if _is_plain(chain):
        return Chain((Token(_spell(chain.lower()), 0, 0, len(chain)),), ())
    return _analyse(chain)


@lru_cache(maxsize=2048)
def _analyse(chain: str) -> Chain:
    ending = _POSSESSIVE.search(chain)
    parts: list[Token] = []
    joined: list[Token] = []
    pieces: list[tuple[int, int]] = []  # the range of parts of each piece
    for match in _PIECE.finditer(chain, 0, ending.start() if ending else len(chain)):
        first = len(parts)
        parts += _split(match.group(), match.start(), first)
        pieces.append((first, len(parts)))
    del parts[MAX_PARTS:]
    for first, last in _joins(pieces, parts):
        term = "".join(part.text for part in parts[first:last])
        if len(term) <= MAX_WORD and not _IDEOGRAPHS.search(term):
            joined.append(Token(term, first, parts[first].start, parts[last - 1].end))
    if chain[0] == "." and len(parts) == 1:
        joined.append(Token(f".{parts[0].text}", 0, 0, parts[0].end))
    return Chain(tuple(parts), tuple(joined))


def _joins(pieces: list[tuple[int, int]], parts: list[Token]) -> Iterator[tuple[int, int]]:
    """Return the ranges of parts to join: each piece, two adjacent pieces, all. Widest last."""
    pieces = [(first, last) for first, last in pieces if first < last <= len(parts)]
    ranges = {piece: None for piece in pieces if piece[1] - piece[0] > 1}
    if len(pieces) > 2:
        for left, right in pairwise(pieces):
            if not any(part.text in STOP_WORDS for part in parts[left[0] : right[1]]):
                ranges[left[0], right[1]] = None
    if len(pieces) > 1:
        ranges[0, len(parts)] = None
    return iter(ranges)


def _split(piece: str, offset: int, position: int) -> Iterator[Token]:
    """Yield the parts of a piece, cut at changes of case, digits or script."""
    if sign := _SIGN_END.search(piece):
        term = fold(piece[: sign.start()]) + _STAR.sub("*", sign.group())
        yield Token(term, position, offset, offset + len(piece))
        return
    cuts = [0, *(m.start() for m in _BOUNDARY.finditer(piece) if 0 < m.start() < len(piece))]
    for start, end in zip(cuts, [*cuts[1:], len(piece)], strict=True):
        for term, first, last in _terms(piece[start:end]):
            yield Token(term, position, offset + start + first, offset + start + last)
            position += 1


def _terms(part: str) -> Iterator[tuple[str, int, int]]:
    """Yield the terms of a part: itself, names of Greek letters, or pairs of ideographs."""
    folded = fold(part)
    if len(folded) <= 2 and all(letter in _GREEK for letter in folded):
        yield from ((_GREEK[letter], 0, len(part)) for letter in folded)
    elif _IDEOGRAPHS.fullmatch(folded) and len(folded) == len(part):
        for at in range(len(folded)):
            yield folded[at : at + 2], at, min(at + 2, len(folded))
    elif folded:
        yield _spell(folded), 0, len(part)


def _spell(folded: str) -> str:
    return _TEX_VARIANTS.get(folded, folded)[:MAX_WORD]
