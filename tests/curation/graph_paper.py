"""A published paper and its preprint, and entries under other keys."""

import re

from webapp.curation import importing

JOURNAL = "journal = {Graph Journal}, volume = 7, number = 2, pages = {11--19}"
PAPER = "title = {On Graphs with Many Edges}, author = {Rossi, Anna and Chen, Xi}, year = 2024"
PUBLISHED = f"@article{{conf, {PAPER}, {JOURNAL}, doi = {{10.5555/graph.1}}}}\n"
PREPRINT = (
    f"@misc{{pre, {PAPER}, eprint = {{2401.12345}}, archiveprefix = {{arXiv}},"
    " versionof = {conf}}\n"
)


def new_keys(plan: importing.Plan) -> list[tuple[str, str]]:
    return [(change.old, change.new) for change in plan.new_keys]


def rekeyed(text: str, *keys: str) -> str:
    names = iter(keys)
    return re.sub(r"(@\w+\{)\w+", lambda match: match[1] + next(names), text)
