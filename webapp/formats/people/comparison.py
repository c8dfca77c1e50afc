"""Whether two names are of one person, and how sure that is.

DESIGN. ORCID iDs decide where both have one. Else the family names must be equal, apart from case,
accents and transliteration, and the given names compatible: an initial is compatible with a name
that begins with it, a missing middle name with any. A family name that lacks a particle or one of
its two names is equal only if the first given names are written out. Nicknames and changed names
are not guessed: the owner lists them as `variants`.
"""

from collections.abc import Sequence
from enum import IntEnum
from functools import lru_cache

from ...records import OTHERS, Person
from .readings import Given, Reading, generation, is_group, readings


class Agreement(IntEnum):
    """How far two names agree, from the least to the most certain."""

    NONE = 0
    INITIALS = 1  # "S. Feng" and "Siyuan Feng"
    GIVEN_NAME = 2  # "Siyuan Feng" and "Siyuan K. Feng"
    WHOLE_NAME = 3  # "Siyuan Feng" and "Feng, Si-Yuan"
    ORCID = 4


def compare(first: Person, second: Person) -> Agreement:
    """Return how far two people agree, by their ORCID iDs if both have one, else by names.

    >>> compare(Person("Feng", "S."), Person("Feng", "Siyuan"))
    <Agreement.INITIALS: 1>
    """
    if first.orcid and second.orcid:
        return Agreement.ORCID if first.orcid == second.orcid else Agreement.NONE
    return compare_names(first, second)


@lru_cache(maxsize=65536)
def compare_names(first: Person, second: Person) -> Agreement:
    """Return how far two names agree."""
    if OTHERS in (first, second) or _are_relatives(first, second):
        return Agreement.NONE
    pairs = ((left, right) for left in readings(first) for right in readings(second))
    if not (first.given and second.given) or is_group(first) or is_group(second):
        is_same = any(left.whole == right.whole != "" for left, right in pairs)
        return Agreement.WHOLE_NAME if is_same else Agreement.NONE
    agreement = max(_compare(left, right) for left, right in pairs)
    is_whole = generation(first.suffix) == generation(second.suffix)
    return agreement if is_whole else min(agreement, Agreement.GIVEN_NAME)


def _are_relatives(first: Person, second: Person) -> bool:
    """Return whether suffixes tell father and son apart."""
    generations = {generation(first.suffix), generation(second.suffix)} - {""}
    return len(generations) > 1


def _compare(left: Reading, right: Reading) -> Agreement:
    if left.last_name == right.last_name:
        return _compare_given(left.given, right.given)
    shorter, longer = sorted((left, right), key=_size_of_last_name)
    if given := _without_first_family_name(longer, shorter):
        return _compare_given(longer.given, given)
    agreement = _compare_given(left.given, right.given)
    if agreement >= Agreement.GIVEN_NAME and _may_be_shortened(longer, shorter):
        return Agreement.GIVEN_NAME
    return Agreement.NONE


def _size_of_last_name(reading: Reading) -> tuple[int, Sequence[str], str]:
    return len(reading.last_name), reading.family, reading.particle


def _without_first_family_name(longer: Reading, shorter: Reading) -> Sequence[Given]:
    """Return the given names before a family name of two words that was read as one.

    "Gabriel García Márquez" without a comma has the given names Gabriel and García. The result is
    empty if the names are not such a pair.
    """
    extra = longer.last_name.removesuffix(shorter.last_name)
    if extra == longer.last_name or not shorter.family:
        return ()
    for count in range(1, len(shorter.given)):
        if "".join(name.text for name in shorter.given[-count:]) == extra:
            return shorter.given[:-count]
    return ()


def _may_be_shortened(longer: Reading, shorter: Reading) -> bool:
    """Return whether a family name lacks only its particle, or one of two names."""
    size = len(shorter.family)
    if not size or (longer.particle and shorter.particle and longer.particle != shorter.particle):
        return False
    if longer.family == shorter.family or "".join(longer.family) == "".join(shorter.family):
        return not (longer.particle and shorter.particle)
    return shorter.family in (longer.family[:size], longer.family[-size:])


def _compare_given(left: Sequence[Given], right: Sequence[Given]) -> Agreement:
    if [name.text for name in left] == [name.text for name in right]:
        return Agreement.WHOLE_NAME
    if _joined(left) == _joined(right) and not (_has_short(left) or _has_short(right)):
        return Agreement.WHOLE_NAME
    if not (left and right):  # one is written without letters, as "-"
        return Agreement.NONE
    if _are_compatible(left, right):
        is_short = left[0].is_short or right[0].is_short
        return Agreement.INITIALS if is_short else Agreement.GIVEN_NAME
    for with_initial, other in ((left, right), (right, left)):
        if _begins_after_initial(with_initial, other):  # "J. Robert" and "Robert"
            return Agreement.GIVEN_NAME
    return Agreement.NONE


def _begins_after_initial(given: Sequence[Given], other: Sequence[Given]) -> bool:
    return (
        len(given) > 1
        and len(given[0].text) == 1
        and not given[1].is_joined
        and not (given[1].is_short or other[0].is_short)
        and given[1].text == other[0].text
        and _are_compatible(given[1:], other)
    )


def _are_compatible(left: Sequence[Given], right: Sequence[Given]) -> bool:
    """Return whether the given names are equal as far as both have them."""
    while left and right:
        taken = _match_first(left, right)
        if not taken:
            return False
        last_left, last_right = left[taken[0] - 1], right[taken[1] - 1]
        left, right = left[taken[0] :], right[taken[1] :]
        if not right and _continues(left, last_right):
            return False
        if not left and _continues(right, last_left):
            return False
    return True


def _continues(rest: Sequence[Given], last: Given) -> bool:
    """Return whether a hyphen joins the next name to one that the other side writes out."""
    return bool(rest) and rest[0].is_joined and not last.is_short


def _match_first(left: Sequence[Given], right: Sequence[Given]) -> tuple[int, int] | None:
    """Return how many names of each side are the first name; None if they are not one."""
    if left[0].is_short or right[0].is_short:
        return _match_short(left, right)
    if left[0].text == right[0].text:
        return 1, 1
    for one, many, is_swapped in ((left[0], right, False), (right[0], left, True)):
        for count in range(2, len(many) + 1):  # "Siyuan" and "Si-Yuan"
            if _joined(many[:count]) == one.text and not _has_short(many[:count]):
                return (count, 1) if is_swapped else (1, count)
    return None


def _match_short(left: Sequence[Given], right: Sequence[Given]) -> tuple[int, int] | None:
    first, second = left[0], right[0]
    if not (first.text.startswith(second.text) or second.text.startswith(first.text)):
        return None
    if first.is_short == second.is_short:
        return 1, 1
    if second.is_short:
        taken = _match_initials(left, right)
        return (1, taken) if taken else None
    taken = _match_initials(right, left)
    return (taken, 1) if taken else None


def _match_initials(full: Sequence[Given], short: Sequence[Given]) -> int:
    """Return how many initials the first name has; 0 if it lacks the second of "S.-Y.".

    "Siyuan" has both, "Jean" has not those of "J.-P.".
    """
    is_double = len(short) > 1 and short[1].is_joined and short[1].is_short
    if not is_double or (len(full) > 1 and full[1].text.startswith(short[1].text)):
        return 1
    return 2 if short[1].text in full[0].text[1:] else 0


def _joined(given: Sequence[Given]) -> str:
    return "".join(name.text for name in given)


def _has_short(given: Sequence[Given]) -> bool:
    return any(name.is_short for name in given)
