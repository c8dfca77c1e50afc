"""Every regular expression of webapp takes time that grows with its input, not faster."""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

import webapp
from tests.pumping import hostile_inputs, is_linear

METHODS: Final = ("search", "match", "fullmatch", "sub", "subn", "split", "findall", "finditer")


@dataclass(frozen=True, slots=True)
class Use:
    """A pattern and how the code uses it."""

    module: str
    pattern: re.Pattern[str]
    method: str

    def run(self, text: str) -> object:
        if self.method in ("sub", "subn"):
            return self.pattern.sub("", text)
        found = getattr(self.pattern, self.method)(text)
        return sum(1 for _ in found) if self.method == "finditer" else found


def modules() -> Iterator[tuple[str, ast.Module]]:
    for found in pkgutil.walk_packages(webapp.__path__, "webapp."):
        if ".migrations" not in found.name and found.name != "webapp.__main__":
            module = importlib.import_module(found.name)
            yield found.name, ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))


def uses() -> Iterator[Use]:
    """Patterns that modules hold, with each method called on their name anywhere, and patterns
    in calls of `re` itself.
    """
    trees = dict(modules())
    methods: dict[re.Pattern[str], set[str]] = {}
    for module, tree in trees.items():
        held = vars(importlib.import_module(module))
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr in METHODS and _is_name(node.value):
                for pattern in _patterns(_evaluated(node.value, held)):
                    methods.setdefault(pattern, set()).add(node.attr)
    for module, tree in trees.items():
        held = vars(importlib.import_module(module))
        for value in held.values():
            for pattern in _patterns(value):
                for method in sorted(methods.get(pattern, set())) or ("finditer", "fullmatch"):
                    yield Use(module, pattern, method)
        yield from _inline(module, tree, held)


def _is_name(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) or (isinstance(node, ast.Attribute) and _is_name(node.value))


def _patterns(value: object) -> list[re.Pattern[str]]:
    """The patterns in a value: itself, or in tuples and dictionaries, which tables are made of."""
    if isinstance(value, re.Pattern):
        return [value] if isinstance(value.pattern, str) else []
    if isinstance(value, dict):
        return [found for each in value.values() for found in _patterns(each)]
    if isinstance(value, (tuple, list)):
        return [found for each in value for found in _patterns(each)]
    return []


def _inline(module: str, tree: ast.Module, held: dict[str, object]) -> Iterator[Use]:
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == "re"
            and node.func.attr in METHODS
        ):
            source, flags = _evaluated(node.args[0], held), 0
            for keyword in node.keywords:
                flags = _evaluated(keyword.value, held) if keyword.arg == "flags" else flags
            place = {"sub": 4, "subn": 4, "split": 3}.get(node.func.attr, 2)
            if len(node.args) > place:
                flags = _evaluated(node.args[place], held)
            assert source is None or isinstance(source, (str, bytes))
            if isinstance(source, str):
                yield Use(module, re.compile(source, flags or 0), node.func.attr)


def _evaluated(node: ast.expr, held: dict[str, object]) -> object:
    """A literal, or an f-string of the module's own names; None where it depends on more."""
    try:
        return eval(compile(ast.Expression(node), "", "eval"), dict(held))  # noqa: S307  our own code
    except (NameError, AttributeError, TypeError):
        return None


USES: Final = list(
    {(use.pattern.pattern, use.pattern.flags, use.method): use for use in uses()}
    .values()
)  # fmt: skip


def test_the_patterns_are_found() -> None:
    sources = {use.module for use in USES}
    assert {"webapp.formats.links", "webapp.search.query", "webapp.config"} <= sources
    assert len(USES) > 200


@pytest.mark.parametrize("use", USES, ids=lambda use: f"{use.module}-{use.method}")
def test_every_pattern_is_linear_in_hostile_input(use: Use) -> None:
    slow = [make(24)[:60] for make in hostile_inputs(use.pattern) if not is_linear(use.run, make)]
    assert slow == [], use.pattern.pattern
