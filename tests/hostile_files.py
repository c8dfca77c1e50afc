"""Files that could make an import take forever, as functions of their length."""

import json
from collections.abc import Callable
from typing import Final

CFF = "cff-version: 1.2.0\ntitle: T\n"


def chain(length: int) -> str:
    """Return an entry whose parent is one of many stores that all inherit from each other."""
    keys = [f"x{number}" for number in range(length)]
    stores = (f"@xdata{{{key}, xdata = {{{','.join(keys)}}}, {key} = {{v}}}}\n" for key in keys)
    return "".join(stores) + "@misc{k, xdata = {x0}, title = {T}, year = 2020}"


def doubled(times: int) -> str:
    lines = (f"@string{{a{n + 1} = a{n} # a{n}}}\n" for n in range(times))
    return "@string{a0 = {xy}}\n" + "".join(lines) + f"@misc{{k, title = a{times}, year = 2020}}"


def merges(levels: int) -> str:
    lines = (f"a{n + 1}: &a{n + 1}\n  <<: [{', '.join([f'*a{n}'] * 9)}]\n" for n in range(levels))
    return f"{CFF}a0: &a0 {{x: 1, y: 2}}\n{''.join(lines)}"


# By name: a file that grows with a number.
GROWING: Final[dict[str, Callable[[int], str]]] = {
    "names": lambda n: f"@misc{{k, title={{T}}, author={{{'A B and ' * n}C}}}}",
    "and": lambda n: f"@misc{{k, title={{T}}, author={{{'and ' * n}}}}}",
    "commas": lambda n: f"@misc{{k, title={{T}}, author={{{',' * n}}}}}",
    "marks": lambda n: f"@misc{{k, title={{T}}, author={{A{'&' * n}x}}}}",
    "braces": lambda n: f"@misc{{k, title={{T}}, author={{{'{' * n}{'}' * n}}}}}",
    "blanks after arxiv": lambda n: f"@misc{{k, title={{T}}, note={{arxiv{' ' * n}x}}}}",
    "macros": lambda n: "@misc{k, title={T}, note={" + "\\emph{" * n + "}" * n + "}}",
    "fractions": lambda n: "@misc{k, title={T}, note={" + "\\frac{" * n + "}" * n + "}}",
    "accents": lambda n: "@misc{k, title={T}, note={" + "\\'" * n + "}}",
    "mathematics": lambda n: "@misc{k, title={T}, note={$" + "{" * n + "}" * n + "$}}",
    "fields": lambda n: "@misc{k, title={T}" + "".join(f", f{i}={{x}}" for i in range(n)) + "}",
    "one field": lambda n: "@misc{k" + "".join(f", title={{x{i}}}" for i in range(n)) + "}",
    "joined": lambda n: "@misc{k, title={T}, note=" + " # ".join(["{x}"] * n) + "}",
    "key": lambda n: f"@misc{{{'k' * n}, title={{T}}}}",
    "unclosed": lambda n: "@misc{k,\n" + "t = {\n" * n,
    "keys": lambda n: "@misc{k,title={T}}\n" * (n // 4),
    "strings": lambda n: "".join(f"@string{{a{i}={{x}}}}\n" for i in range(n)) + "@misc{k,t=a1}",
    "ris": lambda n: "TY  - JOUR\nTI  - T\n" + "AU  - Doe, J\n" * n + "ER  - \n",
    "ris of one tag": lambda n: "TY  - JOUR\n" * n,
    "endnote": lambda n: "%0 Book\n%T T\n" + "%A Doe, J\n" * n,
    "pubmed": lambda n: "PMID- 1\nTI  - T\n" + "FAU - Doe, J\n" * n,
    "isi": lambda n: "PT J\nTI T\nAU Doe, J\n" + "   Doe, J\n" * n + "ER\n",
    "cff": lambda n: CFF + "authors:\n" + "  - name: A\n" * n,
    "csl": lambda n: json.dumps([{"type": "book", "title": "T", "author": [{"family": "D"}] * n}]),
    "parents": lambda n: chain(max(2, n // 500)),
    "doubled macros": lambda n: doubled(n // 100),
    "merge keys": lambda n: merges(n // 100),
    "aliases": lambda n: CFF + "a: &a {title: X, type: book}\nreferences: [" + "*a, " * n + "*a]\n",
    "quotes": lambda n: '@misc{k, title="' + '{"' * n + "}" * n + '"}',
    "accents of accents": lambda n: "@misc{k, title={" + "\\'{" * n + "e" + "}" * n + "}}",
    "combining marks": lambda n: "@misc{k, title={T}, author={a" + "\u0301\u0327" * n + "}}",
    "identifiers": lambda n: "@misc{k, title={T}, note={" + "10.1234/" * n + "}}",
    "xml": lambda n: (
        "<xml><records><record><ref-type name='Book'>6</ref-type><titles><title>"
        f"{'<style>' * n}T{'</style>' * n}</title></titles></record></records></xml>"
    ),
}  # fmt: skip
