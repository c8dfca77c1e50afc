"""Entries that are not well formed: everything that can be understood, and what is wrong where."""

import re
from typing import Final

from ..braces import Ends
from ..reading import Block, Problem
from .values import end_of

_KEY = re.compile(r"\s*+([^,={}\n\"]*)(?:,|(?=[})\n]|$))")
_NO_KEY = re.compile(r"\s*[A-Za-z][\w:+-]*\s*=")
_KEY_BEFORE_FIELD = re.compile(r"\s*([^\s,={}\"]+)\s+(?=[A-Za-z][\w:+-]*\s*=)")
_SKIP = re.compile(r"(?:[\s,]|%[^\n]*(?:\n|$))*")
_NAME = re.compile(r"([^\s=,{}\"#%()@]+)\s*=\s*")
_NEXT_FIELD = re.compile(r"(?<=\n)[ \t]*[A-Za-z][\w:+-]*[ \t]*=\s*(?=[{\"\w])")
_BARE = re.compile(r"[^\n,{}\"#]*")
_JUNK = re.compile(r"[^\n,}]*")
_JOIN = re.compile(r"\s*#\s*")

_MAX_PROBLEMS = 40  # an entry with more is no entry, and reading on would take forever

_ENDS: Final = {"{": "}", "(": ")"}
_MESSAGES: Final = {
    "missing-comma": "A comma is missing before “{name}”; it was read as if it were there.",
    "missing-brace": "The brace that closes “{name}” is missing; its value was read up to the next "
    "field. Add the brace.",
    "missing-quote": "The quotation mark that closes “{name}” is missing; its value was read up to "
    "the next field. Add it.",
    "unclosed-entry": "The brace that closes the entry is missing; it was read up to the next one.",
    "extra-brace": "There is a closing brace too many before “{name}”; the entry was read on.",
    "junk-in-entry": "“{name}” is not a field and was left out; write name = {{value}}.",
    "unquoted-value": "The value of “{name}” has neither braces nor quotation marks; write "
    "{name} = {{value}}.",
}


def repair(block: Block, body: str, opening: str) -> Block:
    """`block` with all that can be read out of `body`, the text after the entry's first brace."""
    if block.type == "string":
        return _Repair(block, body, _ENDS[opening]).fields(0)
    position = 0
    if not _NO_KEY.match(body):
        found = _KEY_BEFORE_FIELD.match(body) or _KEY.match(body)
        if found:
            block.key = bare_key(found[1])
            position = found.end()
    return _Repair(block, body, _ENDS[opening]).fields(position)


def bare_key(written: str) -> str:
    """A key on one line, without a last backslash, which would swallow the comma behind it."""
    return " ".join(written.split()).rstrip("\\ ")


class _Repair:
    """One pass over a broken entry; it holds the place and what was found wrong."""

    def __init__(self, block: Block, body: str, closing: str) -> None:
        self.block = block
        self.body = body
        self.ends = Ends(body)
        self.closing = closing
        self.told: set[tuple[str, str]] = set()
        self.closed = False
        self.junk = 0
        self.cut = False  # the last value was cut where the next field begins
        # Only an entry that never closes can have swallowed the fields behind a missing brace.
        self.unclosed = end_of("{" + body, 0) < 0 if closing == "}" else False

    def fields(self, position: int) -> Block:
        comma = True
        while (position := self._skip(position)) < len(self.body):
            if len(self.block.problems) > _MAX_PROBLEMS or self.junk > _MAX_PROBLEMS:
                break
            sign = self.body[position]
            found = _NAME.match(self.body, position)
            if found:
                if not comma:
                    self._say("missing-comma", position, found[1])
                position = self._value(found[1].lower(), found.end())
                comma = self.cut or "," in self.body[position : self._skip(position)]
            elif sign == self.closing and not self._fields_follow(position):
                self.closed = True
                break
            else:
                position = self._junk(position)
                comma = True
        if not self.closed:
            self._say("unclosed-entry", len(self.body), "")
        return self.block

    def _skip(self, position: int) -> int:
        found = _SKIP.match(self.body, position)
        return found.end() if found else position

    def _fields_follow(self, position: int) -> bool:
        after = self._skip(position + 1)
        return bool(_NAME.match(self.body, after))

    def _junk(self, position: int) -> int:
        """Past what is no field: a brace too many, or words up to the next line or comma."""
        self.junk += 1
        if self.body[position] in "})":
            after = self._skip(position + 1)
            found = _NAME.match(self.body, after)
            self._say("extra-brace", position, found[1] if found else self.body[position])
            return position + 1
        if self.body[position] in '{"':
            end = self.ends.of(position)
            stop = end + 1 if end > 0 else position + 1
        else:
            found = _JUNK.match(self.body, position)
            stop = max(found.end() if found else 0, position + 1)
        words = " ".join(self.body[position:stop].split())
        if words.strip('{}"@%#()'):
            self._say("junk-in-entry", position, words[:40])
        return stop

    def _value(self, name: str, position: int) -> int:
        """Take the value that starts at `position`; the position behind it."""
        start = position
        self.cut = False
        while True:
            position = self._part(name, position)
            join = _JOIN.match(self.body, position)
            if not join:
                break
            position = join.end()
        self.block.fields.append((name, self._written(start, position)))
        return position

    def _written(self, start: int, end: int) -> str:
        written = self.body[start:end].strip().rstrip(",").rstrip()
        opening = written[:1]
        if opening in ("{", '"') and end_of(written, 0) < 0:
            return "{" + balanced(written[1:].removesuffix("\\}")) + "}"
        return written

    def _part(self, name: str, position: int) -> int:
        sign = self.body[position : position + 1]
        if not sign:
            return position
        if sign in '{"':
            return self._enclosed(name, position)
        found = _BARE.match(self.body, position)
        end = found.end() if found else position
        words = self.body[position:end]
        following = re.search(r"\s[A-Za-z][\w:+-]*\s*=", words)
        if following:
            return position + following.start()
        if len(words.split()) > 1:
            self._say("unquoted-value", position, name)
            return position + len(words)
        return position + len(words.rstrip().rstrip(self.closing))

    def _enclosed(self, name: str, position: int) -> int:
        sign = self.body[position]
        end = self.ends.of(position)
        other = self.ends.of(position, escapes=False)
        backslash = sign == "{" and other > 0 and self.body[other - 1] == "\\"
        if (
            self.unclosed
            and backslash
            and (end < 0 or _NEXT_FIELD.search(self.body, position, end))
        ):
            end = other  # "C:\dir\}": BibTeX itself closes here
        cut = _NEXT_FIELD.search(self.body, position + 1, end if end > 0 else len(self.body))
        if cut and (end < 0 or self.unclosed or sign == '"'):
            self._say("missing-brace" if sign == "{" else "missing-quote", position, name)
            self.cut = True
            return cut.start()
        if end < 0:
            self._say("missing-brace" if sign == "{" else "missing-quote", position, name)
            return len(self.body)
        return end + 1

    def _say(self, reason: str, position: int, name: str) -> None:
        if (reason, name) in self.told:
            return
        self.told.add((reason, name))
        line = self.block.line + self.body.count("\n", 0, min(position, len(self.body.rstrip())))
        message = _MESSAGES[reason].format(name=name)
        self.block.problems.append(Problem(line, self.block.key, reason, message))


def balanced(words: str) -> str:
    """Without the braces that have no partner."""
    kept: list[str] = []
    open_at: list[int] = []
    for piece in re.split(r"((?<!\\)[{}])", words.rstrip("\\")):
        if piece == "}" and not open_at:
            continue
        if piece == "}":
            open_at.pop()
        elif piece == "{":
            open_at.append(len(kept))
        kept.append(piece)
    for index in open_at:
        kept[index] = ""
    return "".join(kept)
