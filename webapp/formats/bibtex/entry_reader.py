"""The reader of one entry, well formed or not.

DESIGN: one pass over the entry. A fault costs at most the field that has it: a missing comma is
read as if it were there; a value that nothing closes ends before the next line that begins a field;
a closing brace that fields follow is skipped; words that are no field are left out. Each fault is
reported with its line. A well-formed entry is simply one without a fault, so there is no second
reader for those.
"""

import re
from typing import Final

from ..braces import Ends, end_of, remove_unpaired
from ..reading import Block, Problem

_FIELD: Final = r"[A-Za-z][\w:+-]*\s*="
_KEY = re.compile(r"\s*+([^,={}\n\"]*)(?:,|(?=[})\n]|$))")
_KEY_WITH_SIGNS = re.compile(r"\s*+((?:[^\s,={}]|\{[^{}\n]*+\})++),")
_NO_KEY = re.compile(rf"\s*{_FIELD}")
_KEY_BEFORE_FIELD = re.compile(rf"\s*([^\s,={{}}\"]+)\s+(?={_FIELD})")
_BETWEEN_FIELDS = re.compile(r"(?:[\s,]|%[^\n]*(?:\n|$))*")
_NAME = re.compile(r"([^\s=,{}\"%)@][^\s=,{}\"%]*)\s*=\s*")
_NEXT_FIELD = re.compile(r"(?<=\n)[ \t]*[A-Za-z][\w:+-]*[ \t]*=\s*(?=[{\"\w])")
_BARE_VALUE = re.compile(r"[^\n,{}\"#]*")
_FIELD_IN_VALUE = re.compile(rf"\s{_FIELD}")
_NOT_A_FIELD = re.compile(r"[^\n,}]*")
_CONCATENATION = re.compile(r"\s*#\s*")
_VALUE_END = re.compile(r"\s*([,#})])")
_SURE_VALUE: Final = frozenset('{"0123456789')  # begin the value of a field, not a word of prose

_NEAR: Final = 2_000  # characters in which a second closing sign is looked for
_MAX_FAULTS = 40  # more than any entry has; reading on would take too long

_CLOSING: Final = {"{": "}", "(": ")"}
_MESSAGES: Final = {
    "missing-comma": "A comma is missing before “{name}”. The field was read as if it were there.",
    "missing-brace": "The closing brace of “{name}” is missing, so the value was read up to the "
    "next field. Add the brace.",
    "missing-quote": "The closing quotation mark of “{name}” is missing, so the value was read up "
    "to the next field. Add it.",
    "unclosed-entry": "The closing brace of this entry is missing, so it was read up to the next "
    "entry. Add the brace.",
    "extra-brace": "There is an extra closing brace before “{name}”. Remove it.",
    "junk-in-entry": "“{name}” is not a field and was left out. Write name = {{value}}.",
    "unquoted-value": "The value of “{name}” has neither braces nor quotation marks. Write "
    "{name} = {{value}}.",
}


def read_entry(block: Block, text: str, opening: int, ends: Ends) -> int:
    """Fill `block` from the entry whose first brace is at `opening`; return where the entry ends.

    Everything that can be understood becomes a field; faults become problems of the block. `text`
    must not reach into the next entry that begins a line; `ends` are those of `text`.
    """
    position = opening + 1
    if block.type != "string" and not _NO_KEY.match(text, position):
        key = (
            _KEY_BEFORE_FIELD.match(text, position)
            or _KEY.match(text, position)
            or _KEY_WITH_SIGNS.match(text, position)
        )
        if key:
            block.key = clean_key(key[1])
            position = key.end()
    return _EntryReader(block, text, opening, ends).read(position)


def clean_key(written: str) -> str:
    """Return a key on one line, without a last backslash, which would escape the comma after it."""
    return " ".join(written.split()).rstrip("\\ ")


class _EntryReader:
    """The state of one pass over an entry."""

    def __init__(self, block: Block, text: str, opening: int, ends: Ends) -> None:
        self.block = block
        self.text = text
        self.start = opening
        self.ends = ends
        self.closing = _CLOSING[text[opening]]
        self.reported: set[tuple[str, str]] = set()
        self.faults = 0  # words that are no fields, and braces too many
        self.cut = False  # whether the last value was cut where the next field begins
        # Only an entry without an end can have a value that swallowed the fields after it.
        self.unclosed = text[opening] == "{" and ends.of(opening) < 0

    def read(self, position: int) -> int:
        """Read the fields from `position` on; return the place after the entry."""
        has_comma = True
        while (position := self._skip(position)) < len(self.text):
            if max(len(self.block.problems), self.faults) > _MAX_FAULTS:
                break
            name = _NAME.match(self.text, position)
            if name:
                if not has_comma:
                    self._report("missing-comma", position, name[1])
                position = self._read_value(name[1].lower(), name.end())
                has_comma = self.cut or "," in self.text[position : self._skip(position)]
            elif self.text[position] == self.closing and not self._fields_follow(position):
                return position + 1
            else:
                position = self._skip_fault(position)
                has_comma = True
        self._report("unclosed-entry", len(self.text), "")
        return len(self.text)

    def _skip(self, position: int) -> int:
        """Return the place after blanks, commas and comments."""
        match = _BETWEEN_FIELDS.match(self.text, position)
        return match.end() if match else position

    def _fields_follow(self, position: int) -> bool:
        """Return whether the entry continues after a closing sign, which is then one too many.

        After an entry without a fault, what looks like a field with a macro may be prose between
        entries, unless another closing sign follows.
        """
        name = _NAME.match(self.text, self._skip(position + 1))
        if not name or self.block.problems:
            return bool(name)
        rest = self.text[name.end() : name.end() + _NEAR]
        return rest[:1] in _SURE_VALUE or end_of("{" + rest, 0) > 0

    def _skip_fault(self, position: int) -> int:
        """Report what is no field: an extra brace, or words up to the next line or comma."""
        self.faults += 1
        sign = self.text[position]
        if sign in "})":
            name = _NAME.match(self.text, self._skip(position + 1))
            self._report("extra-brace", position, name[1] if name else sign)
            return position + 1
        if sign in '{"':
            end = max(self.ends.of(position), position) + 1
        else:
            match = _NOT_A_FIELD.match(self.text, position)
            end = max(match.end() if match else 0, position + 1)
        words = " ".join(self.text[position:end].split())
        if words.strip('{}"@%#()'):
            self._report("junk-in-entry", position, words[:40])
        return end

    def _read_value(self, name: str, start: int) -> int:
        """Add the field whose value starts at `start`; return the place after it."""
        self.cut = False
        end = self._end_of_part(name, start)
        while join := _CONCATENATION.match(self.text, end):
            end = self._end_of_part(name, join.end())
        written = self.text[start:end].strip().rstrip(",").rstrip()
        if written[:1] in ("{", '"') and not self._is_closed(start, end) and end_of(written, 0) < 0:
            written = "{" + remove_unpaired(written[1:].removesuffix("\\}")) + "}"
        self.block.fields.append((name, written))
        return end

    def _is_closed(self, start: int, end: int) -> bool:
        """Return whether the sign at `start` is closed just before `end`, as in most values."""
        return self.ends.of(start) == end - 1

    def _end_of_part(self, name: str, position: int) -> int:
        """Return the end of a part of a value: in braces, in quotation marks, a number or macro."""
        sign = self.text[position : position + 1]
        if not sign:
            return position
        if sign in '{"':
            return self._end_of_enclosed(name, position)
        match = _BARE_VALUE.match(self.text, position)
        words = match.group() if match else ""
        if field := _FIELD_IN_VALUE.search(words):
            return position + field.start()
        if len(words.split()) > 1:
            self._report("unquoted-value", position, name)
            return position + len(words)
        return position + len(words.rstrip().rstrip(self.closing))

    def _end_of_enclosed(self, name: str, position: int) -> int:
        sign = self.text[position]
        end = self.ends.of(position)
        if self.unclosed and sign == "{":
            end = self._end_before_backslash(position, end)
        is_doubtful = end < 0 or self.unclosed or (sign == '"' and not self._value_ends(end + 1))
        next_field = is_doubtful and _NEXT_FIELD.search(
            self.text, position + 1, end if end > 0 else len(self.text)
        )
        if next_field or end < 0:
            self._report("missing-brace" if sign == "{" else "missing-quote", position, name)
        if next_field:
            self.cut = True
            return next_field.start()
        return end + 1 if end >= 0 else len(self.text)

    def _end_before_backslash(self, position: int, end: int) -> int:
        r"""Return where `C:\dir\}` ends: BibTeX takes no notice of the backslash."""
        plain_end = self.ends.of(position, escapes=False)
        if plain_end <= 0 or self.text[plain_end - 1] != "\\":
            return end
        is_end = end < 0 or _NEXT_FIELD.search(self.text, position, end)
        return plain_end if is_end else end

    def _value_ends(self, position: int) -> bool:
        """Return whether a comma, a `#` or the end of the entry follows."""
        match = _VALUE_END.match(self.text, position)
        return match is not None and match[1] in (",", "#", self.closing)

    def _report(self, reason: str, position: int, name: str) -> None:
        if (reason, name) in self.reported:
            return
        self.reported.add((reason, name))
        if position == len(self.text):
            position = len(self.text.rstrip())
        line = self.block.line + self.text.count("\n", self.start, position)
        message = _MESSAGES[reason].format(name=name)
        self.block.problems.append(Problem(line, self.block.key, reason, message))
