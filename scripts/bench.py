"""Run the benchmarks one after the other, each in a process of its own.

    .venv/bin/python scripts/bench.py [WORD ...]

With words, only the benchmarks whose path holds one of them. What they have in common is told in
`benchmarks/README.md`.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "benchmarks"


def is_benchmark(path: Path) -> bool:
    """Whether a file can be run by itself, rather than being shared by those that can."""
    return not path.name.startswith("_") and "__main__" in path.read_text(encoding="utf-8")


def find(words: list[str]) -> list[Path]:
    """The benchmarks whose path holds one of the words; all of them when there are no words."""
    every = [path for path in sorted(FOLDER.rglob("*.py")) if is_benchmark(path)]
    names = {path: path.relative_to(FOLDER).as_posix() for path in every}
    return [path for path in every if not words or any(word in names[path] for word in words)]


def main() -> None:
    """Run them, and fail at the end if one of them failed."""
    words = sys.argv[1:]
    chosen = find(words)
    if not chosen:
        sys.exit(f"No benchmark under benchmarks/ has {' or '.join(words) or 'a main part'}.")
    print(f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores")
    failed = []
    for path in chosen:
        name = path.relative_to(ROOT).as_posix()
        print(f"\n== {name}", flush=True)
        begun = time.perf_counter()
        done = subprocess.run([sys.executable, str(path)], cwd=ROOT, check=False)
        print(f"-- {time.perf_counter() - begun:.1f} s in all", flush=True)
        if done.returncode != 0:
            failed.append(name)
    if failed:
        sys.exit("\nFailed: " + ", ".join(failed))


if __name__ == "__main__":
    main()
