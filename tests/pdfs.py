"""A writer of small PDFs, whole and hostile ones, for tests."""

import zlib
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from pathlib import Path

from pypdf import PdfReader, PdfWriter

HELVETICA = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"


def pdf(pages: Sequence[Iterable[str]]) -> bytes:
    """Return a PDF whose pages have some lines of text."""
    objects: dict[int, bytes] = {}
    kids = []
    for number, lines in enumerate(pages):
        page, content = 4 + 2 * number, 5 + 2 * number
        kids.append(f"{page} 0 R")
        objects[page] = (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {content} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>"
        ).encode()
        objects[content] = stream(_text_operators(lines))
    objects[1] = b"<< /Type /Catalog /Pages 2 0 R >>"
    objects[2] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>".encode()
    objects[3] = HELVETICA.encode()
    return file_of(objects)


def _text_operators(lines: Iterable[str]) -> bytes:
    parts = [b"BT /F1 11 Tf 13 TL 60 780 Td"]
    for line in lines:
        escaped = line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
        parts.append(b"(" + escaped.encode("cp1252", "replace") + b") Tj T*")
    return b"\n".join([*parts, b"ET"])


def stream(content: bytes, entries: str = "") -> bytes:
    """Return a stream object, compressed."""
    packed = zlib.compress(content, 9)
    head = f"<< /Length {len(packed)} /Filter /FlateDecode {entries} >>"
    return head.encode() + b"\nstream\n" + packed + b"\nendstream"


def file_of(objects: Mapping[int, bytes]) -> bytes:
    """Return a PDF of numbered objects, of which 1 is the catalog."""
    data, offsets = b"%PDF-1.7\n", {}
    for number, content in sorted(objects.items()):
        offsets[number] = len(data)
        data += f"{number} 0 obj\n".encode() + content + b"\nendobj\n"
    size = max(objects) + 1
    rows = ["0000000000 65535 f "]
    rows += [f"{offsets.get(number, 0):010} 00000 n " for number in range(1, size)]
    table = f"xref\n0 {size}\n" + "\n".join(rows)
    trailer = f"\ntrailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{len(data)}\n%%EOF\n"
    return data + (table + trailer).encode()


def encrypted(data: bytes, password: str, algorithm: str = "RC4-128") -> bytes:
    """Return a PDF that needs a password; "" is that of its owner only."""
    writer, output = PdfWriter(clone_from=PdfReader(BytesIO(data))), BytesIO()
    writer.encrypt(password, "owner", algorithm=algorithm)
    writer.write(output)
    return output.getvalue()


def page_with(content: bytes, resources: str, more: Mapping[int, bytes] | None = None) -> bytes:
    """Return a PDF of one page with a content stream and resources."""
    page = f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R {resources} >>"
    return file_of(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R >>",
            2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            3: page.encode(),
            4: content,
            5: HELVETICA.encode(),
            **(more or {}),
        }
    )


FONT = "/Font << /F1 5 0 R >>"
TEXT = b"BT /F1 9 Tf (before the fault) Tj ET "


def hostile() -> dict[str, bytes]:
    """Return PDFs that are damaged or made to exhaust a reader, by what is wrong with them."""
    form = "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 6 0 R >> >>"
    whole = pdf([["an ordinary page"]])
    pages = b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 9 >>"
    nested = b"[" * 200_000
    return {
        "empty": b"",
        "no pdf": b"%PDF-1.7\nnothing of the kind",
        "cut": whole[: len(whole) // 2],
        "random": bytes(range(256)) * 99,
        "bomb": page_with(stream(TEXT + b" " * 300_000_000), f"/Resources << {FONT} >>"),
        "form in itself": page_with(
            stream(TEXT + b"/X Do"),
            f"/Resources << {FONT} /XObject << /X 6 0 R >> >>",
            {6: stream(b"/X Do /X Do", form)},
        ),
        "pages in themselves": file_of({1: b"<< /Type /Catalog /Pages 2 0 R >>", 2: pages}),
        "reference to itself": page_with(b"4 0 R", f"/Resources << {FONT} >>"),
        "arrays in arrays": page_with(stream(TEXT + nested), f"/Resources << {FONT} >>"),
        "a long length": whole.replace(b"/Length ", b"/Length 99999999"),
        "many operators": page_with(stream(TEXT + b"q 1 0 0 1 0 0 cm " * 2_000_000), ""),
    }


def write_pdf(path: Path, *pages: str) -> Path:
    """Write a PDF of some pages, each a text whose lines are at most 90 characters long."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(pdf([_wrapped(page) for page in pages]))
    return path


def _wrapped(text: str) -> list[str]:
    lines, line = [], ""
    for word in text.split(" "):
        if line and len(line) + len(word) > 90:
            lines.append(line)
            line = ""
        line = f"{line} {word}".strip()
        if "\n" in line:
            *whole, line = line.split("\n")
            lines += whole
    return [*lines, line]
