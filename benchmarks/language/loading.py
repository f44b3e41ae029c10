"""How long it takes to read and check a whole measure, beside parsing its Markdown alone.

    .venv/bin/python benchmarks/language/loading.py

The ratio says what the language costs on top of the Markdown parser that it stands on. Every
measure that ships is read; the best of several runs counts, in one process.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from markdown_it import MarkdownIt

from shouwen import library
from shouwen.measures.checking import review
from shouwen.measures.diagnostics import Report
from shouwen.measures.language import read_measure

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
            report = Report()
            found = read_measure(folder, report)
            assert found is not None
            review(found, report)

        def parse(texts: list[str] = texts) -> None:
            for text in texts:
                parser.parse(text)

        markdown, whole = best(parse), best(read)
        lines = sum(t.count("\n") for t in texts)
        print(
            f"{key:<10} {len(measure.norms):>6} {lines:>6} {markdown * 1000:>12.0f} "
            f"{whole * 1000:>8.0f} {whole / markdown:>6.1f}"
        )


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.md"))


if __name__ == "__main__":
    main()
