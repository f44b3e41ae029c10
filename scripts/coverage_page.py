"""Write docs/reference/coverage.md: every norm of every measure that ships, and what shows it.

    .venv/bin/python scripts/coverage_page.py            # write it anew
    .venv/bin/python scripts/coverage_page.py --check    # fail if it is not what it would be

The page is made from the measures and their scenarios, like `shouwen coverage`.
"""

from __future__ import annotations

import sys
from pathlib import Path

from shouwen import library
from shouwen.cli.coverage import Shown, shown_by
from shouwen.cli.norms import KINDS_ZH
from shouwen.cli.output import load
from shouwen.measures.diagnostics import Report

PAGE = Path(__file__).resolve().parent.parent / "docs" / "reference" / "coverage.md"
HEAD = """# Coverage 规范落实一览

Every norm of every measure that ships: as what it is enacted, by how many scenarios it is shown,
and on which readings it rests. Made from the measures themselves by `scripts/coverage_page.py`;
`shouwen coverage` shows the same.

"""


def page() -> str:
    """The whole page."""
    report = Report()
    found = {key: shown_by(key, report) for key in library.shipped()}
    if report.errors:
        raise SystemExit(f"{len(report.errors)} errors in scenario files; run shouwen test")
    parts = [HEAD, "| measure | norms | enacted | with scenario | prose only |\n"]
    parts.append("|---|---:|---:|---:|---:|\n")
    totals = dict.fromkeys(("norms", "enacted", "with_scenario", "prose_only"), 0)
    for key, shown in found.items():
        counts = shown.counts()
        title = load(key).title.zh
        parts.append(f"| [{key}](#{key}) {title} | " + " | ".join(str(n) for n in counts.values()))
        parts.append(" |\n")
        for name, count in counts.items():
            totals[name] += count
    parts.append("| total | " + " | ".join(str(n) for n in totals.values()) + " |\n")
    for key, shown in found.items():
        parts.append(f"\n## {key}\n\n")
        parts += _table(shown)
    return "".join(parts)


def _table(shown: Shown) -> list[str]:
    lines = [
        "| norm | citation | title | enacted as | scenarios | readings |\n",
        "|---|---|---|---|---:|---|\n",
    ]
    for norm in shown.coverage.norms:
        kinds = "、".join(dict.fromkeys(KINDS_ZH.get(e.kind, e.kind) for e in norm.enactments))
        clause = norm.clause
        cells = (
            clause.id, clause.cite, clause.title, kinds or "—", str(len(shown.of(norm))),
            "、".join(norm.readings),
        )  # fmt: skip
        lines.append("| " + " | ".join(c.replace("|", "\\|") for c in cells) + " |\n")
    return lines


def main() -> None:
    """Write or check."""
    text = page()
    if "--check" in sys.argv:
        if not PAGE.exists() or PAGE.read_text("utf-8") != text:
            sys.exit(f"{PAGE.name} is not up to date; run scripts/coverage_page.py")
        return
    PAGE.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
