"""Deltas between two states, and their size."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.store import deltas
from webapp.store.deltas import DeltaWriter, delta, restore, unpack

TEXT = st.text(st.characters(codec=None), max_size=12)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


def as_stored(value: Any) -> Any:
    """Write a delta and return it as the database has it."""
    writer = DeltaWriter()
    writer.write(7, value)
    ((id_, stored),) = unpack(writer.packed())
    assert id_ == 7
    return stored


@given(VALUES, VALUES)
def test_a_delta_restores_any_state_from_any_other(after: Any, before: Any) -> None:
    restored = restore(after, as_stored(delta(after, before)))
    assert json.dumps(restored) == json.dumps(before)  # including the order of names


@pytest.mark.parametrize(
    ("after", "before"),
    [
        ({"value": 1}, {"value": {"splice": [0, 1, ""]}}),
        ({"items": {"a": 1}}, {"items": {}, "absent": ["a"]}),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        ("aaa", "aa"),
        ([["Doe", "J"]], [["Doe", "J"], ["Doe", "J"]]),
        ("\ud800x", "x\udfff"),
        (None, {"position": 1}),
    ],
)
def test_states_that_look_like_deltas_are_stored_as_states(after: Any, before: Any) -> None:
    restored = restore(after, as_stored(delta(after, before)))
    assert json.dumps(restored) == json.dumps(before)


def test_a_changed_word_in_a_long_text_is_stored_alone() -> None:
    text = "An abstract that is very long. " * 100
    result = delta({"abstract": f"{text}new{text}"}, {"abstract": f"{text}old{text}"})
    assert result == {"items": {"abstract": {"splice": [len(text), len(text) + 3, "old"]}}}


def test_an_empty_writer_stores_nothing() -> None:
    assert DeltaWriter().packed() is None
    assert list(unpack(None)) == []


def test_a_delta_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deltas, "MAX_LINE", 1000)
    writer = DeltaWriter()
    writer.write(1, {"value": "short"})
    writer.write(2, {"value": "x" * 1000})
    changes = unpack(writer.packed())
    assert next(changes) == (1, {"value": "short"})
    with pytest.raises(ValueError, match="a change of more than"):
        next(changes)
