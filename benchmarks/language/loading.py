"""How long it takes to read and check a whole measure, beside parsing its Markdown alone.

    .venv/bin/python benchmarks/language/loading.py

*read* parses a measure and checks all of it: names, types, tables, circles. The ratio says what
that costs on top of the Markdown parser that it stands on. *review* is the second look of
`shouwen check`, which asks a solver. The best of several runs counts, in one process.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from markdown_it import MarkdownIt

from shouwen import library
from shouwen.measures.checking import review
from shouwen.measures.diagnostics import Report
from shouwen.measures.language import Measure, read_measure

RUNS = 5


def best(action: Callable[[], object]) -> float:
    """Seconds of the fastest of `RUNS` runs, of this process's own time."""
    found = []
    for _ in range(RUNS):
        start = time.process_time()
        action()
        found.append(time.process_time() - start)
    return min(found)


def main() -> None:
    """Measure and print."""
    parser = MarkdownIt("commonmark").enable("table")
    print(
        f"{'measure':<10} {'norms':>6} {'lines':>6} {'markdown ms':>12} {'all ms':>8} {'ratio':>6}"
    )
    for key in library.shipped():
        folder = library.path_of(key)
        texts = [p.read_text("utf-8") for p in _files(folder)]
        report = Report()
        measure = read_measure(folder, report)
        if measure is None:
            print(f"{key:<10} refused")
            continue

        def read(folder: Path = folder) -> None:
            assert read_measure(folder, Report()) is not None

        def look_again(measure: Measure = measure) -> None:
            review(measure, Report())

        def parse(texts: list[str] = texts) -> None:
            for text in texts:
                parser.parse(text)

        markdown, whole, again = best(parse), best(read), best(look_again)
        lines = sum(t.count("\n") for t in texts)
        print(
            f"{key:<10} {len(measure.norms):>6} {lines:>6} {markdown * 1000:>12.0f} "
            f"{whole * 1000:>8.0f} {whole / markdown:>6.1f} {again * 1000:>10.0f}"
        )


def _files(folder: Path) -> list[Path]:
    return sorted(p for p in folder.glob("*.md"))


if __name__ == "__main__":
    main()
