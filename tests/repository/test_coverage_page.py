"""The page of coverage is what the measures give."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_of_coverage_is_up_to_date() -> None:
    result = subprocess.run(
        [sys.executable, "scripts/coverage_page.py", "--check"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr


def test_every_norm_of_the_inventory_of_976_stands_in_a_measure() -> None:
    text = (ROOT / "docs" / "reference" / "coverage.md").read_text("utf-8")
    total = next(line for line in text.splitlines() if line.startswith("| total |"))
    norms, enacted = total.split("|")[2:4]
    assert norms.strip() == enacted.strip() == "976"
