"""What an assessment comes to, clause by clause."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb

from shouwen.measures.assessment.store import literal
from shouwen.measures.evaluation import Adoption


@dataclass(frozen=True)
class Line:
    """The duties of one rule that cite one clause.

    Attributes:
        met, breached: how many were kept and broken.
        open: how many are neither yet.
        other: exempt, unknown, aims missed.
    """

    rule: str
    clause: str
    title: str
    met: int
    breached: int
    open: int
    other: int

    @property
    def kept(self) -> float | None:
        """The share of those decided that were met; None where none is."""
        decided = self.met + self.breached
        return self.met / decided if decided else None

    def data(self) -> dict[str, Any]:
        """As plain data."""
        return {**asdict(self), "kept": self.kept}


def files(paths: list[Path]) -> str:
    """Some Parquet files as DuckDB reads them."""
    return f"read_parquet([{', '.join(literal(p) for p in paths)}])"


def summary(tables: Mapping[str, list[Path]], adoption: Adoption) -> list[Line]:
    """The duties of an assessment, by rule and clause in the order of the text."""
    if "duties" not in tables:
        return []
    with duckdb.connect(":memory:") as connection:
        rows = connection.execute(
            "SELECT rule, norm, count(*) FILTER (status = 'met'), "
            "count(*) FILTER (status = 'breached'), count(*) FILTER (status = 'pending'), "
            "count(*) FILTER (status NOT IN ('met', 'breached', 'pending')) "
            f"FROM {files(tables['duties'])} GROUP BY rule, norm"
        ).fetchall()
    clauses = adoption.measure.clauses
    places = {clause: n for n, clause in enumerate(clauses)}
    rows.sort(key=lambda r: (places.get(r[1], len(places)), r[0]))
    return [Line(r[0], r[1], clauses[r[1]].title if r[1] in clauses else "", *r[2:]) for r in rows]
