"""Command lines: each command with the arguments it needs, and values for each of its options."""

import click
from click.testing import Result

from webapp.cli import COMMANDS, Commands

# The arguments that each command needs. {…} are files that the fixture `command_files` creates.
ARGUMENTS = {
    "prepare": "",
    "import": "{new}",
    "fetch": "10.5555/plain",
    "refresh": "",
    "export": "",
    "document": "",
    "check": "",
    "join": "liu2025eaas chen2025respec",
    "reindex": "",
    "history": "",
    "diff": "1",
    "undo": "2",
    "backup": "{out}",
    "restore": "{backup} --force",
    "sign-in": "ada",
    "editors": "",
    "sessions": "",
}
# One or more values for each option; None for flags.
OPTIONS: dict[tuple[str, str], list[str | None]] = {
    ("export", "--format"): ["bibtex", "cff", "csl-json", "endnote", "pubmed", "ris", "zotero"],
    ("export", "--output"): ["{out}", "-"],
    ("export", "--site"): ["{out}"],
    ("export", "--address"): ["https://ada.example.org/pubs/"],
    ("document", "--search"): ["agents"],
    ("document", "--list"): ["unknown"],
    ("document", "--person"): ["siyuan-feng"],
    ("document", "--selection"): ["chen2025respec.zhang2019cityflow"],
    ("document", "--style"): ["ieee"],
    ("document", "--format"): ["docx", "tex", "md", "html", "txt", "rendercv", "jsonresume"],
    ("document", "--group"): ["year", "none"],
    ("document", "--number"): ["down", "none"],
    ("document", "--bold"): ["Ruihang"],
    ("document", "--output"): ["-"],
    ("export", "--as-published"): [None],
    ("import", "--prune"): ["=all", "=missing", None],
    ("import", "--replace"): ["liu2025eaas", "unknown"],
    ("import", "--take"): ["new title"],
    ("refresh", "--take"): ["liu2025eaas note"],
    ("sign-in", "--site"): ["https://example.org/pubs/"],
    ("sessions", "--end"): ["{session}"],
    ("sessions", "--editor"): ["ada", "unknown"],
    ("history", "--number"): ["1", "1000"],
    ("history", "--forget-before"): ["2000-01-01", "2999-12-31"],
    **{
        (command, option): [None]
        for command, option in (
            *(("import", flag) for flag in ("--all", "--dry-run", "--yes", "--quiet", "--json")),
            *(("fetch", flag) for flag in ("--dry-run", "--yes", "--quiet", "--json")),
            *(("refresh", flag) for flag in ("--dry-run", "--yes", "--quiet", "--json")),
            *(("refresh", flag) for flag in ("--really", "--enrich", "--requested")),
            *(("check", flag) for flag in ("--all", "--json")),
            ("join", "--part"),
            ("document", "--all-authors"),
            *(("reindex", flag) for flag in ("--if-needed", "--quiet")),
            *(("history", flag) for flag in ("--json", "--yes")),
            ("diff", "--json"),
            ("editors", "--json"),
            *(("sessions", flag) for flag in ("--json", "--end-all")),
            *(("restore", flag) for flag in ("--force", "--keep-settings")),
        )
    },
    **{
        (command, "--wait"): ["0", "86400"]
        for command in (
            *("prepare", "import", "fetch", "refresh", "join"),
            *("reindex", "history", "undo", "restore", "sign-in", "sessions"),
        )
    },
}
STATUSES = {"check": (0, 1)}  # 1: something to look at
WITHOUT_VALUE = [("import", "--prune")]  # options with an optional value
# Refused: without a terminal to ask on, because too much would be removed; no such list.
REFUSED = [("import", "--prune", value) for value in ("=missing", None)]
REFUSED += [("document", "--list", "unknown")]


def command(name: str) -> click.Command:
    result = Commands().get_command(click.Context(Commands()), name)
    assert result
    return result


def parameters(name: str, kind: type[click.Parameter]) -> list[click.Parameter]:
    return [parameter for parameter in command(name).params if isinstance(parameter, kind)]


ALL_OPTIONS = [
    (name, option.opts[-1], option)
    for name in COMMANDS
    for option in parameters(name, click.Option)
]
CASES = [(*key, value) for key, values in OPTIONS.items() for value in values]


def line(name: str, option: str = "", value: str | None = None, *more: str) -> list[str]:
    """Return a command line with an option. A value that begins with "=" is joined to it."""
    given = (
        [option + value] if value and value.startswith("=") else [option, *(value or "").split()]
    )
    return [name, *ARGUMENTS[name].split(), *filter(None, given), *more]


def statuses(name: str, option: str = "", value: str | None = None) -> tuple[int, ...]:
    """Return the exit statuses that a command may have."""
    return (2,) if (name, option, value) in REFUSED else STATUSES.get(name, (0,))


def filled(arguments: list[str], files: dict[str, str]) -> list[str]:
    return [argument.format(**files) for argument in arguments]


def is_plain(result: Result) -> bool:
    """Return whether a command ended without an unexpected exception."""
    return result.exception is None or isinstance(result.exception, SystemExit)


def assert_refused(result: Result, *statuses: int) -> None:
    assert is_plain(result), result.exception
    assert result.exit_code in (statuses or (2,)), result.output
    errors = [line for line in result.stderr.splitlines() if line.startswith("Error: ")]
    assert len(errors) == 1, result.stderr
    assert result.stderr.rstrip().endswith(errors[0])
    assert "Traceback" not in result.output
