"""Write tests/data/citations.json: how citeproc-js cites the entries of citations.bib.

For development only, with Node: npm install citeproc, then, with NODE_PATH naming node_modules,
python -m tests.formats.csl.references. The table has been made with citeproc 2.4.63.
"""

import html
import json
import re
import subprocess
from pathlib import Path
from typing import Any

from webapp.formats.bibtex import bibtex
from webapp.formats.csl import citations
from webapp.records import Record

DATA = Path(__file__).parents[2] / "data"
FOLDER = Path(citations.__file__).parent / "styles"
FILES = {
    "apa": "apa",
    "ieee": "ieee",
    "acm": "association-for-computing-machinery",
    "chicago": "chicago-author-date",
    "mla": "modern-language-association",
    "nlm": "nlm-citation-sequence",
}


def records() -> list[Record]:
    """Return the records of citations.bib."""
    return list(bibtex.read((DATA / "citations.bib").read_text("utf-8")).records)


def without_number(text: str) -> str:
    """Return a citation without the number that some styles put first, with normalized spaces."""
    return " ".join(html.unescape(re.sub(r"^\s*(\[1\]|1\.)", "", text)).split())


def main() -> None:
    items: list[dict[str, Any]] = [
        {**citations.readable_item(record), "id": record.key} for record in records()
    ]
    command = ["node", str(Path(__file__).with_name("reference.js")), str(FOLDER), *FILES.values()]
    output = subprocess.run(
        command, input=json.dumps(items), check=True, capture_output=True, text=True
    ).stdout
    cited = json.loads(output)
    table = {
        key: {style: without_number(styled[file]) for style, file in FILES.items()}
        for key, styled in cited.items()
    }
    text = json.dumps(table, ensure_ascii=False, indent=1)
    (DATA / "citations.json").write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
