r"""MathML in the values of fields, as publishers write it, to TeX: `$k_{1}$`.

DESIGN: only what the page can show becomes TeX. Of all other elements the content counts. The time
is linear in the length of the input, and elements that are nested too deeply become their text.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import Final

from ..latex.symbols import SYMBOLS

_TOKEN = re.compile(
    r"<(?P<end>/?)(?:\w{1,20}:)?(?P<name>[A-Za-z][\w-]*+)(?P<attributes>[^<>]*+)>|[^<]++|<"
)
_TEX_ANNOTATION = re.compile(
    r"<(?:\w{1,20}:)?annotation\s[^<>]{0,200}?encoding\s*+=\s*+[\"'](?:application/x-tex|TeX|LaTeX)"
    r"[\"'][^<>]*+>([^<]*+)<",
    re.IGNORECASE,
)
_DOCUMENT = re.compile(r"\\begin\{document\}([^\0]*?)\\end\{document\}")
_SPACES = re.compile(r"\s+")
_MAX_DEPTH: Final = 30

_NAMES: Final = """
alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi rho
sigma tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi
Omega leq geq neq approx equiv sim pm mp times cdot infty partial nabla sum prod int rightarrow
leftarrow leftrightarrow in notin subset subseteq cup cap forall exists ell hbar
"""
_MACROS: Final = {SYMBOLS[name]: f"\\{name}" for name in _NAMES.split() if name in SYMBOLS}
_SIGNS: Final[Mapping[str, str]] = {
    **{sign: macro for sign, macro in _MACROS.items() if len(sign) == 1 and not sign.isascii()},
    "−": "-",
    "\xa0": " ",
    "⁢": "",
    "⁡": "",
    "⁣": "",
    "‐": "-",
    "′": "'",
    "∗": "*",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "%": r"\%",
    "#": r"\#",
    "&": r"\&",
    "_": r"\_",
    "\\": r"\backslash ",
    "^": r"\hat{}",
    "~": r"\sim ",
}
_FUNCTION_NAMES = """
sin cos tan log ln exp lim max min sup inf det dim ker arg deg gcd Pr sinh cosh tanh
"""
_FUNCTIONS: Final = frozenset(_FUNCTION_NAMES.split())
_ACCENTS: Final = {
    "¯": "bar",
    "‾": "bar",
    "^": "hat",
    "ˆ": "hat",
    "̂": "hat",
    "~": "tilde",
    "˜": "tilde",
    "→": "vec",
    "⃗": "vec",
    "˙": "dot",
    "̇": "dot",
    "¨": "ddot",
    "ˇ": "check",
    "_": "bar",
}
_VARIANTS: Final = {
    "bold": "mathbf", "double-struck": "mathbb", "script": "mathcal", "fraktur": "mathfrak",
    "bold-italic": "mathbf", "normal": "mathrm",
}  # fmt: skip
_VARIANT = re.compile(r"\bmathvariant\s*+=\s*+[\"'](?P<name>[\w-]+)[\"']")


@dataclass(slots=True)
class _Node:
    """An element. `text` is the text of a leaf."""

    name: str
    attributes: str = ""
    children: list["_Node"] = field(default_factory=list)
    text: str = ""


def to_tex(source: str) -> str:
    """Return the TeX of an element `math` or `tex-math`, given with its tags; "" if it is empty."""
    if written := _DOCUMENT.search(source):
        tex = _unescaped(written[1])
    elif annotation := _TEX_ANNOTATION.search(source):
        tex = _unescaped(annotation[1])
    elif re.match(r"<(?:\w{1,20}:)?tex-math", source):
        text = (token[0] for token in _TOKEN.finditer(source) if not token["name"])
        tex = _unescaped("".join(text))
    else:
        tex = _tex(_tree(source))
    return _SPACES.sub(" ", tex.strip().strip("$")).strip()


def _unescaped(text: str) -> str:
    return unescape(text).strip()


def _tree(source: str) -> _Node:
    root = _Node("mrow")
    opened = [root]
    for token in _TOKEN.finditer(source):
        name = token["name"]
        if not name:
            opened[-1].text += token[0].strip("\n\t ") if opened[-1].name != "mtext" else token[0]
        elif token["end"]:
            if len(opened) > 1 and opened[-1].name == name:
                opened.pop()
        elif len(opened) <= _MAX_DEPTH:
            node = _Node(name, token["attributes"])
            opened[-1].children.append(node)
            if not token["attributes"].endswith("/"):
                opened.append(node)
    return root


def _tex(node: _Node) -> str:
    if render := _RENDERERS.get(node.name):
        return render(node)
    return _row(node)


def _row(node: _Node) -> str:
    return _joined([_escaped(unescape(node.text)), *map(_tex, node.children)])


def _joined(parts: list[str]) -> str:
    """Return TeX with a space after a macro that a letter follows."""
    joined: list[str] = []
    for part in filter(None, parts):
        if joined and part[0].isalpha() and re.search(r"\\[A-Za-z]{1,20}\Z", joined[-1]):
            joined.append(" ")
        joined.append(part)
    return "".join(joined)


def _escaped(text: str) -> str:
    return _joined([_SIGNS.get(sign, sign) for sign in text])


def _identifier(node: _Node) -> str:
    name = unescape(node.text)
    if name in _FUNCTIONS:
        return f"\\{name}"
    variant = _VARIANT.search(node.attributes)
    macro = _VARIANTS.get(variant["name"], "") if variant else ""
    if macro in ("", "mathrm") and len(name) > 1 and name.isalpha():
        macro = "mathrm"
    elif macro == "mathrm" and len(name) == 1 and not name.isascii():
        macro = ""
    return f"\\{macro}{{{_escaped(name)}}}" if macro else _escaped(name)


def _text(node: _Node) -> str:
    text = unescape(node.text)
    return f"\\text{{{_escaped(text)}}}" if text.strip() else " " * bool(text)


def _argument(node: _Node, index: int) -> str:
    return _tex(node.children[index]) if index < len(node.children) else ""


def _scripts(*marks: str) -> Callable[[_Node], str]:
    def render(node: _Node) -> str:
        base = _argument(node, 0)
        if len(base) > 1 and not re.fullmatch(r"\\[A-Za-z]+(?:\{[^{}]*\})?|\w", base):
            base = f"{{{base}}}"
        scripts = (f"{mark}{{{_argument(node, index)}}}" for index, mark in enumerate(marks, 1))
        return base + "".join(scripts)

    return render


def _over(node: _Node) -> str:
    base, over = _argument(node, 0), node.children[1] if len(node.children) > 1 else _Node("mrow")
    sign = unescape(over.text).strip()
    if sign in _ACCENTS:
        return f"\\{_ACCENTS[sign]}{{{base}}}"
    return _scripts("^")(node)


def _fraction(node: _Node) -> str:
    return f"\\frac{{{_argument(node, 0)}}}{{{_argument(node, 1)}}}"


def _root(node: _Node) -> str:
    return f"\\sqrt[{_argument(node, 1)}]{{{_argument(node, 0)}}}"


def _fenced(node: _Node) -> str:
    fences = dict(re.findall(r"\b(open|close|separators)\s{0,9}=\s{0,9}[\"']([^\"']{0,9})",
                             node.attributes))  # fmt: skip
    separator = _escaped(fences.get("separators", ",")[:1])
    inside = separator.join(map(_tex, node.children))
    return f"{_escaped(fences.get('open', '('))}{inside}{_escaped(fences.get('close', ')'))}"


def _table(node: _Node) -> str:
    rows = (" & ".join(map(_row, row.children)) for row in node.children)
    inside = r" \\ ".join(rows)
    return rf"\begin{{matrix}}{inside}\end{{matrix}}"


def _semantics(node: _Node) -> str:
    return _argument(node, 0)


_RENDERERS: Final[Mapping[str, Callable[[_Node], str]]] = {
    "mi": _identifier, "mtext": _text, "msub": _scripts("_"), "msup": _scripts("^"),
    "msubsup": _scripts("_", "^"), "munder": _scripts("_"), "munderover": _scripts("_", "^"),
    "mover": _over, "mfrac": _fraction, "mroot": _root, "mfenced": _fenced, "mtable": _table,
    "msqrt": lambda node: f"\\sqrt{{{_row(node)}}}", "semantics": _semantics,
    "mspace": lambda _: " ", "mphantom": lambda _: "", "annotation": lambda _: "",
}  # fmt: skip
