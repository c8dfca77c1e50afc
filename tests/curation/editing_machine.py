"""Two editors and an importer at the same publications, in any order, as a Hypothesis machine.

Whatever happens in between, a field that one editor changed alone keeps that value; undoing a
revision restores what was before it; and the revisions of a publication lead to its present state
without a gap.
"""

from contextlib import ExitStack

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from tests.importing import plan_of
from tests.states import Snapshot, ids, snapshot
from webapp.curation import editing, importing, undo
from webapp.curation.editing import FieldChange
from webapp.errors import CannotUndoError
from webapp.store import revisions
from webapp.store.connections import reading

KEYS = ("doe2020", "roe2021")
FIELDS = ("title", "author", "volume", "note", "grain")
NAMES = st.sampled_from(FIELDS)
# Few values, so that editors often write the same, or what was there before.
VALUES = {
    "title": ("Sorting sand by hand", "Brewing tea at altitude", "Weighing the smoke"),
    "author": ("Doe, Jane", "Roe, Richard and Poe, Edgar", ""),
}
NUMBERS = ("", "1", "2", "3")
EDITORS = st.sampled_from(("ada", "grace"))


def value_of(key: str, name: str, number: int) -> str:
    """Return one of the values of a field. No two publications have a title in common."""
    values = VALUES.get(name, NUMBERS)
    value = values[number % len(values)]
    return f"{value} by {key}" if name == "title" else value


class EditingMachine(RuleBasedStateMachine):
    """The state that is expected, beside the catalog."""

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.catalog = self.stack.enter_context(Snapshot.empty_catalog())
        self.file = {
            key: {"title": f"Sorting sand, part {key}", "author": "Doe, Jane", "year": "2020"}
            for key in KEYS
        }
        self.loaded: dict[tuple[str, str], dict[str, str]] = {}
        self.owned: dict[tuple[str, str], str] = {}  # the values of fields with one last editor
        self._import()
        self.ids = ids(self.catalog)
        self.before: dict[int, Snapshot] = {}

    def teardown(self) -> None:
        self.check_history()
        self.stack.close()

    def _import(self) -> None:
        entries = "\n".join(
            f"@misc{{{key}, "
            + ", ".join(f"{name} = {{{value}}}" for name, value in fields.items() if value)
            + "}"
            for key, fields in self.file.items()
        )
        importing.carry_out(self.catalog, plan_of(self.catalog, entries), "octavo import")

    def fields(self, key: str) -> dict[str, str]:
        return editing.fields_of(snapshot(self.catalog).states[self.ids[key]].record)

    def number(self) -> int:
        return self.catalog.state().revision.counter

    @rule(who=EDITORS, key=st.sampled_from(KEYS))
    def open_form(self, who: str, key: str) -> None:
        self.loaded[who, key] = self.fields(key)

    @rule(
        who=EDITORS,
        key=st.sampled_from(KEYS),
        name=NAMES,
        number=st.integers(0, 3),
        insists=st.booleans(),
    )
    def save_field(self, who: str, key: str, name: str, number: int, insists: bool) -> None:
        before, value = snapshot(self.catalog), value_of(key, name, number)
        loaded = self.loaded.get((who, key)) or self.fields(key)
        present = self.fields(key).get(name, "")
        outcome = self._save(who, key, FieldChange(name, loaded.get(name, ""), value))
        assert bool(outcome.conflicts) == (present not in (loaded.get(name, ""), value))
        for conflict in outcome.conflicts:
            assert conflict.present == present
            assert snapshot(self.catalog) == before
            if insists:
                outcome = self._save(who, key, FieldChange(name, present, value))
                assert not outcome.conflicts
        if outcome.revision:
            self.before[outcome.revision.counter] = before
            self.owned[key, name] = value
            self.loaded[who, key] = self.fields(key)

    def _save(self, who: str, key: str, change: FieldChange) -> editing.Outcome:
        return editing.save_changes(self.catalog, self.ids[key], [change], f"edit {key}", who)

    @rule(key=st.sampled_from(KEYS), name=NAMES, number=st.integers(0, 3), changes=st.booleans())
    def import_file(self, key: str, name: str, number: int, changes: bool) -> None:
        if changes:
            self.file[key] = {**self.file[key], name: value_of(key, name, number)}
        before, number = snapshot(self.catalog), self.number()
        self._import()
        if self.number() != number:
            self.before[self.number()] = before
        # What the file states too is not only the editor's: the file may change it again.
        for (owner, field), value in list(self.owned.items()):
            if self.file[owner].get(field, "") == value:
                del self.owned[owner, field]

    @rule(who=EDITORS, steps=st.integers(0, 3))
    def undo_revision(self, who: str, steps: int) -> None:
        if len(self.before) <= steps:
            return
        number = sorted(self.before)[-1 - steps]
        before, latest = snapshot(self.catalog), self.number()
        try:
            undo.undo(self.catalog, number, who)
        except CannotUndoError:
            assert steps or number != latest
            assert snapshot(self.catalog) == before
            return
        self.before[self.number()] = before
        after = snapshot(self.catalog)
        with reading(self.catalog.database) as connection:
            for id_ in revisions.actions_of(connection, number):
                restored = self.before[number].states[id_].record
                assert editing.fields_of(after.states[id_].record) == editing.fields_of(restored)
        if number == latest:
            assert after == self.before[number]
        for key, name in list(self.owned):
            if self.fields(key).get(name, "") != editing.fields_of(
                before.states[self.ids[key]].record
            ).get(name, ""):
                del self.owned[key, name]

    @invariant()
    def no_edit_is_lost(self) -> None:
        states = snapshot(self.catalog).states
        assert len(states) == len(KEYS)
        for (key, name), value in self.owned.items():
            fields = editing.fields_of(states[self.ids[key]].record)
            assert fields.get(name, "") == value, (key, name)

    def check_history(self) -> None:
        """Check that each revision begins where the one before it ended."""
        states = snapshot(self.catalog).states
        with reading(self.catalog.database) as connection:
            for id_, state in states.items():
                former = None
                for number in revisions.touching(connection, 0, [id_])[id_]:
                    before, after = revisions.states_around(connection, number, [id_])
                    assert before[id_] == former
                    former = after[id_]
                assert former == state


def run_machine(examples: int, steps: int) -> None:
    """Run the machine so often, with so many steps each."""
    chosen = settings(
        max_examples=examples,
        stateful_step_count=steps,
        phases=[Phase.explicit, Phase.generate],  # shrinking would take minutes
    )
    run_state_machine_as_test(EditingMachine, settings=chosen)
