"""Lighthouse's four scores, and the layout shift of the seven-item page on a phone."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from .server import serving, temporary_instance
from .weight import chromium

HERE = Path(__file__).resolve().parent
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")


def run() -> str:
    subprocess.run(["npm", "ci", "--ignore-scripts", "--silent"], cwd=HERE, check=True)
    with temporary_instance() as instance, serving(instance) as site:
        report = _lighthouse(f"http://127.0.0.1:{site.port}/", instance / "lighthouse.json")
    scores = {name: report["categories"][name]["score"] * 100 for name in CATEGORIES}
    lines = ["| what | reached | goal |", "|---|---|---|"]
    lines += [f"| {name} | {score:.0f} | 100 |" for name, score in scores.items()]
    shift = report["audits"]["cumulative-layout-shift"]["numericValue"]
    lines.append(f"| layout shift | {shift:.3f} | 0 |")
    for name in CATEGORIES:
        for reference in report["categories"][name]["auditRefs"]:
            audit = report["audits"][reference["id"]]
            if audit["score"] is not None and audit["score"] < 1 and reference["weight"]:
                print(f"{name}: {audit['title']} {audit.get('displayValue', '')}", file=sys.stderr)
    return "\n".join(lines)


def _lighthouse(url: str, output: Path) -> dict[str, Any]:
    command = ["node", "node_modules/lighthouse/cli/index.js", url, "--quiet"]
    flags = ["--output=json", f"--output-path={output}"]
    chrome = "--chrome-flags=--headless=new --no-sandbox"
    environment = {**os.environ, "CHROME_PATH": chromium()}
    subprocess.run([*command, *flags, chrome], cwd=HERE, env=environment, check=True)
    report: dict[str, Any] = json.loads(output.read_text())
    return report
