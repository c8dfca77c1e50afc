"""What makes parts of a citation vanish: empty groups, and variables that stood in for another.

citeproc-py guesses both from the style alone; here each rendering notes what it does.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from citeproc import model
from citeproc.source import Reference, VariableError
from citeproc.string import String

PART = ""  # stands for a group or a macro among the variables


@dataclass(slots=True)
class Item:
    """The thing cited, as citeproc-py's elements ask for it, and what its rendering has done."""

    reference: Reference
    called: int = 0  # how many times an element wanted a variable
    rendered: list[str] = field(default_factory=list)  # the variables that gave text, in order
    replaced: set[str] = field(default_factory=set)  # those that stood in for another: no more
    has_locator: bool = False  # never "p. 5": the whole is cited

    @property
    def locator(self) -> Any:
        raise VariableError

    def __contains__(self, name: str) -> bool:
        return False

    def note(self, variable: str, text: Any) -> Any:
        """The text that an element made of a variable, noted."""
        self.called += 1
        if text:
            self.rendered.append(variable)
        return text


class MendedGroup(model.Group):  # type: ignore[misc]
    """`cs:group`: vanishes when it called variables and none of them gave anything.

    A group or macro within that gives text counts as a variable that does.
    """

    def process(self, item: Item, context: Any = None, **kwargs: Any) -> Any:
        called, rendered = item.called, len(item.rendered)
        delimiter = self.get("delimiter", "")
        text = self.render_children(item, delimiter=delimiter, context=context, **kwargs)
        if not text or (item.called > called and len(item.rendered) == rendered):
            raise VariableError
        return item.note(PART, text)


class MendedDate(model.Date):  # type: ignore[misc]
    """`cs:date`."""

    def process(self, item: Item, *args: Any, **kwargs: Any) -> Any:
        variable = self.get("variable")
        if variable.replace("-", "_") not in item.reference:
            return item.note(variable, None)
        return item.note(variable, super().process(item, *args, **kwargs))


class MendedNames(model.Names):  # type: ignore[misc]
    """`cs:names`."""

    def process(self, item: Item, names_context: Any = None, **kwargs: Any) -> Any:
        whole = names_context if names_context is not None and self.name is None else self
        roles = [role for role in self.get("variable").split() if role not in item.replaced]
        found = [role for role in roles if role.replace("-", "_") in item.reference]
        if len(found) == 2 and _same_people(item, found):
            texts = [_people(item, whole, found[0], "editortranslator")]
        else:
            texts = [_people(item, whole, role, role) for role in found]
        for role in self.get("variable").split():
            item.note(role, role in found)
        if texts:
            return self.join(texts, self.get_root().bibliography.get_option("names-delimiter"))
        substitute = self.substitute()
        return None if substitute is None else substitute.render(item, **kwargs)


def _same_people(item: Item, roles: Sequence[str]) -> bool:
    people = item.reference
    return {"editor", "translator"} == set(roles) and people["editor"] == people["translator"]


def _people(item: Item, names: Any, role: str, term: str) -> Any:
    """The people of a role with its label, before or after them as in the style."""
    variable = role.replace("-", "_")
    text = names.name.process(item, variable)
    text = names.name.markup(text)
    if names.label is None:
        return text
    label = names.label.markup(
        names.label.process(item, term, plural=len(item.reference[variable]) > 1)
    )
    if not label:
        return text
    return label + text if names[0] is names.label else text + label


class MendedSubstitute(model.Substitute):  # type: ignore[misc]
    """`cs:substitute`: the first that gives anything; its variables do not appear again."""

    def render(self, item: Item, context: Any = None, **kwargs: Any) -> String | None:
        for child in self:
            before = len(item.rendered)
            try:
                text = child.render(
                    item, context=context, **{**kwargs, "names_context": self.getparent()}
                )
            except VariableError:
                continue
            if text:
                item.replaced.update(item.rendered[before:])
                return String(text)
        return None
