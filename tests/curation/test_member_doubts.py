"""What `octavo check` says of who is who."""

from webapp.catalog import Members
from webapp.curation.member_doubts import MemberDoubts
from webapp.formats.names import people
from webapp.member_settings import Member
from webapp.records import Record


def reasons(members: Members, works: dict[str, str]) -> dict[str, str]:
    doubts = MemberDoubts(members)
    for key, authors in works.items():
        doubts.add(Record(key, "misc", authors=people(authors)))
    return {f"{problem.reason} {problem.key}": problem.message for problem in doubts.problems()}


def test_initials_with_another_full_name_near() -> None:
    members = Members((Member(name="Siyuan Feng"),))
    works = {"a": "S. Feng", "b": "Siyuan Feng", "c": "Shuo Feng"}
    problems = reasons(members, works)
    assert list(problems) == ["doubtful-member a"]
    assert "may be Shuo Feng, an author of c" in problems["doubtful-member a"]
    assert not reasons(members, {"a": "S. Feng", "b": "Siyuan Feng", "c": "Tao Feng"})


def test_two_members_for_one_author() -> None:
    members = Members((Member(name="Siyuan Feng"), Member(name="Shuo Feng")))
    problems = reasons(members, {"a": "S. Feng", "b": "Siyuan Feng", "c": "Shuo Feng"})
    assert list(problems) == ["several-members a"]
    told_apart = Members((Member(name="Siyuan Feng"), Member(name="Shuo Feng", only=("c",))))
    assert not reasons(told_apart, {"a": "S. Feng", "b": "Siyuan Feng", "c": "Shuo Feng"})


def test_members_without_a_publication() -> None:
    members = Members((Member(name="Ada Sand"),))
    assert list(reasons(members, {"a": "Feng, Siyuan"})) == ["member-without-works site.toml"]
