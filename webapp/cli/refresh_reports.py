"""Reports for owners: what a source would change, and what was not fetched."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..curation.refreshing import RefreshPlan
from ..curation.reports import brief, section
from ..services.works import Failure
from .reports import differences


@dataclass(frozen=True, slots=True)
class Report:
    """A source by its name, and what it would change."""

    name: str
    works: int
    plan: RefreshPlan
    failures: Sequence[Failure]
    outside: Sequence[str]  # titles of works of other people or years


def lines(report: Report, quiet: bool) -> Iterator[str]:
    """Yield the lines of a report, the most important first; with `quiet` only the news."""
    contents = list(_short_lines(report) if quiet else _all_lines(report))
    if contents or not quiet:
        count = f"{report.works:,} works" if report.works != 1 else "1 work"
        yield f"{brief(report.name)}: {count}"
    yield from contents


def _all_lines(report: Report) -> Iterator[str]:
    plan = report.plan
    yield from _problems(report)
    yield from _failures(report, "never fetched: without a title", is_lasting=True)
    yield from section(
        "may be the same work (octavo join shows two as one item)",
        [f"octavo join {pair.published} {pair.other}  ({pair.why})" for pair in plan.likenesses],
    )
    yield from section("added", [record.key for record in plan.added])
    yield from section("of these incomplete: only the list names them", plan.incomplete)
    changes = [f"{change.record.key} ({', '.join(change.fields)})" for change in plan.changed]
    yield from section("changed", changes)
    yield from differences(plan.differences, "octavo refresh")
    yield from section(
        "left out on purpose: you removed them (octavo fetch brings one back)", plan.left_out
    )
    yield from section("of other people or years than the settings want", report.outside)
    stay = [key for key in plan.gone if key not in plan.removed]
    yield from section("not in the source any more, not removed", stay)
    yield from section("not in the source any more, removed", plan.removed)
    yield f"{plan.unchanged} unchanged"


def _short_lines(report: Report) -> Iterator[str]:
    """Yield a report as a scheduled refresh prints it: problems and counts.

    What is never fetched is no news: it is named only beside something else.
    """
    news = [*_problems(report), *_news(report)]
    if news:
        yield from _failures(report, "never fetched: without a title", is_lasting=True)
    yield from news


def _news(report: Report) -> Iterator[str]:
    plan = report.plan
    yield from differences(plan.differences, "octavo refresh")
    counts = (
        (len(plan.added), "added"),
        (len(plan.incomplete), "of these incomplete"),
        (len(plan.changed), "changed"),
        (len(plan.removed), "removed"),
    )
    if line := ", ".join(f"{count} {what}" for count, what in counts if count):
        yield line


def _problems(report: Report) -> Iterator[str]:
    plan = report.plan
    yield from _failures(report, "not fetched", is_lasting=False)
    if plan.is_suspicious:
        yield (
            f"The source lacks {len(plan.gone)} publications that it had, more than half: nothing "
            "was removed. If that is right: octavo refresh --really"
        )
    yield from section(
        "not merged: their number belongs to a publication with a very different title",
        [
            f"{doubt.identifier} is “{brief(doubt.title, 100)}” there, but "
            f"“{brief(doubt.known_title, 100)}” ({doubt.key}) here: one of the numbers is wrong"
            for doubt in plan.doubts
        ],
    )


def _failures(report: Report, heading: str, *, is_lasting: bool) -> Iterator[str]:
    failures = [failure for failure in report.failures if failure.is_lasting == is_lasting]
    yield from section(heading, [f"{failure.what}: {failure.why}" for failure in failures])
