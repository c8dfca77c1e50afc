"""The time of every regular expression of webapp is linear in the length of its input."""

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
        result = getattr(self.pattern, self.method)(text)
        return sum(1 for _ in result) if self.method == "finditer" else result


def modules() -> Iterator[tuple[str, ast.Module]]:
    for info in pkgutil.walk_packages(webapp.__path__, "webapp."):
        if ".migrations" not in info.name and info.name != "webapp.__main__":
            module = importlib.import_module(info.name)
            yield info.name, ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))


def uses() -> Iterator[Use]:
    """Yield the patterns of modules with each method called on their names, and calls of `re`."""
    trees = dict(modules())
    methods: dict[re.Pattern[str], set[str]] = {}
    for module, tree in trees.items():
        namespace = vars(importlib.import_module(module))
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr in METHODS and _is_name(node.value):
                for pattern in _patterns(_evaluate(node.value, namespace)):
                    methods.setdefault(pattern, set()).add(node.attr)
    for module, tree in trees.items():
        namespace = vars(importlib.import_module(module))
        for value in namespace.values():
            for pattern in _patterns(value):
                for method in sorted(methods.get(pattern, set())) or ("finditer", "fullmatch"):
                    yield Use(module, pattern, method)
        yield from _inline(module, tree, namespace)


def _is_name(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) or (isinstance(node, ast.Attribute) and _is_name(node.value))


def _patterns(value: object) -> list[re.Pattern[str]]:
    """Return the patterns in a value: itself, or members of its tuples and dictionaries."""
    if isinstance(value, re.Pattern):
        return [value] if isinstance(value.pattern, str) else []
    if isinstance(value, dict):
        return [pattern for member in value.values() for pattern in _patterns(member)]
    if isinstance(value, (tuple, list)):
        return [pattern for member in value for pattern in _patterns(member)]
    return []


def _inline(module: str, tree: ast.Module, namespace: dict[str, object]) -> Iterator[Use]:
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == "re"
            and node.func.attr in METHODS
        ):
            source, flags = _evaluate(node.args[0], namespace), 0
            for keyword in node.keywords:
                if keyword.arg == "flags":
                    flags = _evaluate(keyword.value, namespace)
            place = {"sub": 4, "subn": 4, "split": 3}.get(node.func.attr, 2)
            if len(node.args) > place:
                flags = _evaluate(node.args[place], namespace)
            assert source is None or isinstance(source, (str, bytes))
            if isinstance(source, str):
                yield Use(module, re.compile(source, flags or 0), node.func.attr)


def _evaluate(node: ast.expr, namespace: dict[str, object]) -> object:
    """Return the value of an expression of the module's own names; None if it uses others."""
    try:
        return eval(compile(ast.Expression(node), "", "eval"), dict(namespace))  # noqa: S307
    except (NameError, AttributeError, TypeError):
        return None


USES: Final = list(
    {(use.pattern.pattern, use.pattern.flags, use.method): use for use in uses()}
    .values()
)  # fmt: skip


def test_the_patterns_are_found() -> None:
    sources = {use.module for use in USES}
    assert {"webapp.formats.links", "webapp.search.query", "webapp.setting_types"} <= sources
    assert len(USES) > 200


@pytest.mark.parametrize("use", USES, ids=lambda use: f"{use.module}-{use.method}")
def test_every_pattern_is_linear_in_hostile_input(use: Use) -> None:
    inputs = hostile_inputs(use.pattern)
    slow = next((make(24)[:60] for make in inputs if not is_linear(use.run, make)), None)
    assert slow is None, use.pattern.pattern


def test_one_slow_run_is_no_growth() -> None:
    runs = iter([True])

    def run(text: str) -> None:
        if next(runs, False):
            _ = sum(range(5_000_000))

    assert is_linear(run, lambda length: "a" * length)
