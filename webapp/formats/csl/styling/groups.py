"""Parts of a citation that are omitted: empty groups, and variables that replaced others.

citeproc-py infers both from the style alone; here each rendering records what it does.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from citeproc import model
from citeproc.source import LiteralDate, Reference, VariableError
from citeproc.string import String

PART = ""  # the name of a group or a macro among the variables


@dataclass(slots=True)
class Item:
    """The cited item as citeproc-py's elements need it, and a record of its rendering."""

    reference: Reference
    called: int = 0  # how many times an element called a variable
    rendered: list[str] = field(default_factory=list)  # variables that were not empty
    replaced: set[str] = field(default_factory=set)  # variables that replaced others
    has_locator: bool = False  # never "p. 5": the whole work is cited

    @property
    def locator(self) -> Any:
        raise VariableError

    def __contains__(self, name: str) -> bool:
        return False

    def note(self, variable: str, text: Any) -> Any:
        """Return the text that an element made of a variable, and record it."""
        self.called += 1
        if text:
            self.rendered.append(variable)
        return text


class CorrectedGroup(model.Group):  # type: ignore[misc]
    """`cs:group`: omitted if it calls variables and all of them are empty.

    A group or macro in it that renders text counts as a variable that is not empty.
    """

    def process(self, item: Item, context: Any = None, **kwargs: Any) -> Any:
        called, rendered = item.called, len(item.rendered)
        delimiter = self.get("delimiter", "")
        text = self.render_children(item, delimiter=delimiter, context=context, **kwargs)
        if not text or (item.called > called and len(item.rendered) == rendered):
            raise VariableError
        return item.note(PART, text)


class CorrectedDate(model.Date):  # type: ignore[misc]
    """`cs:date`."""

    def process(self, item: Item, *args: Any, **kwargs: Any) -> Any:
        variable = self.get("variable")
        if variable.replace("-", "_") not in item.reference:
            return item.note(variable, None)
        is_in_words = isinstance(item.reference[variable.replace("-", "_")], LiteralDate)
        if is_in_words and not self._shows_year():  # "in press" takes the place of the year
            return item.note(variable, None)
        return item.note(variable, super().process(item, *args, **kwargs))

    def _shows_year(self) -> bool:
        if self.get("form") is not None:
            return "year" in self.get("date-parts", "year-month-day")
        return any(part.get("name") == "year" for part in self.iterchildren())


class CorrectedNames(model.Names):  # type: ignore[misc]
    """`cs:names`."""

    def process(self, item: Item, names_context: Any = None, **kwargs: Any) -> Any:
        whole = names_context if names_context is not None and self.name is None else self
        roles = [role for role in self.get("variable").split() if role not in item.replaced]
        present = [role for role in roles if role.replace("-", "_") in item.reference]
        if len(present) == 2 and _same_people(item, present):
            texts = [_people(item, whole, present[0], "editortranslator")]
        else:
            texts = [_people(item, whole, role, role) for role in present]
        for role in self.get("variable").split():
            item.note(role, role in present)
        if texts:
            return self.join(texts, self.get_root().bibliography.get_option("names-delimiter"))
        substitute = self.substitute()
        return None if substitute is None else substitute.render(item, **kwargs)


def _same_people(item: Item, roles: Sequence[str]) -> bool:
    people = item.reference
    return {"editor", "translator"} == set(roles) and people["editor"] == people["translator"]


def _people(item: Item, names: Any, role: str, term: str) -> Any:
    """Return the people of a role with its label, which the style puts before or after them."""
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


class CorrectedSubstitute(model.Substitute):  # type: ignore[misc]
    """`cs:substitute`: the first child that is not empty. Its variables are omitted later."""

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
