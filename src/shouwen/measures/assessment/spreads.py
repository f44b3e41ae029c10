"""How two assessments spread: by person, by how late things were, by how high amounts are.

All of it is SQL over views of both sides (``duties_a``, ``breaches_b`` …, see `comparing`).
"""

from __future__ import annotations

from shouwen.measures.assessment.assess import Assessment
from shouwen.measures.assessment.store import literal, quoted
from shouwen.measures.assessment.summary import files

LATE = (15 * 60, 60 * 60, 4 * 3_600, 86_400, 3 * 86_400)
"""Upper ends, in seconds, of how late something was; beyond the last there is one more class."""
NEVER = -1
"""The class of what was not done at all by the instant asked at."""
_FEW = (1, 2, 3, 5)
STEPS = tuple(n * 10**e for e in range(7) for n in _FEW)
"""Upper ends of amounts: 1, 2, 3, 5, 10, 20, 30, 50, …"""

PEOPLE = """
SELECT person,
       first(unit ORDER BY gone + new DESC, unit)
           FILTER (unit IS NOT NULL AND gone + new > 0) AS unit,
       sum(a)::BIGINT AS a, sum(b)::BIGINT AS b, sum(gone)::BIGINT AS gone, sum(new)::BIGINT AS new
FROM (SELECT person, unit, sum(a) AS a, sum(b) AS b, sum(gone) AS gone, sum(new) AS new
      FROM (SELECT person, unit, count(*) AS a, 0 AS b, 0 AS gone, 0 AS new
            FROM breaches_a GROUP BY person, unit
            UNION ALL
            SELECT person, unit, 0, count(*), 0, 0 FROM breaches_b GROUP BY person, unit
            UNION ALL
            SELECT person_a, unit_a, 0, 0, count(*), 0
            FROM flips WHERE change <> 'new' GROUP BY ALL
            UNION ALL
            SELECT person_b, unit_b, 0, 0, 0, count(*)
            FROM flips WHERE change <> 'gone' GROUP BY ALL)
      GROUP BY person, unit)
WHERE person IS NOT NULL
GROUP BY person
HAVING sum(gone) > 0 OR sum(new) > 0 OR sum(a) <> sum(b)
ORDER BY abs(sum(b) - sum(a)) DESC, sum(gone) + sum(new) DESC, person
"""
"""Whose breaches differ, those first for whom most does. The unit is the one in which most of what
differs happened, of equals the first by name: who worked in two has one row."""

STATUSES = """
SELECT status, sum(a)::BIGINT AS a, sum(b)::BIGINT AS b
FROM (SELECT status, count(*) AS a, 0 AS b FROM duties_a GROUP BY status
      UNION ALL SELECT status, 0, count(*) FROM duties_b GROUP BY status)
GROUP BY status ORDER BY status
"""
"""What became of the duties of either side."""

CLAUSES = """
SELECT clause, sum(a)::BIGINT AS a, sum(b)::BIGINT AS b
FROM (SELECT norm AS clause, count(*) AS a, 0 AS b FROM breaches_a GROUP BY norm
      UNION ALL SELECT norm, 0, count(*) FROM breaches_b GROUP BY norm)
GROUP BY clause ORDER BY clause
"""
"""Breaches of either side by clause, whether they differ or not."""


def lateness() -> str:
    """How late broken duties were done, in the classes of `LATE`; `NEVER` for what was not done.

    Columns: ``upto`` (seconds; NULL: beyond the last), ``a``, ``b``.
    """
    late = "epoch(performed_at) - epoch(deadline)"
    steps = " ".join(f"WHEN {late} <= {s} THEN {s}" for s in LATE)
    upto = f"CASE WHEN performed_at IS NULL THEN {NEVER} {steps} END"

    parts = [
        f"SELECT {upto} AS upto, {counts} FROM duties_{side} "
        "WHERE status = 'breached' AND deadline IS NOT NULL GROUP BY 1"
        for side, counts in (("a", "count(*) AS a, 0 AS b"), ("b", "0 AS a, count(*) AS b"))
    ]
    return (
        "SELECT upto::BIGINT AS upto, sum(a)::BIGINT AS a, sum(b)::BIGINT AS b "
        f"FROM ({' UNION ALL '.join(parts)}) GROUP BY upto ORDER BY upto NULLS LAST"
    )


def amounts_of(side: Assessment) -> list[tuple[str, str]]:
    """The quantities of a side, each with the consequences that may have it, as DuckDB reads them;
    empty where the rules evaluated have none."""
    if "consequences" not in side.tables:
        return []
    source = files(side.tables["consequences"])
    return [(q, source) for q in side.terms.adoption.measure.vocabulary.quantities]


def amounts(a: Assessment, b: Assessment) -> str:
    """How high amounts are, in the classes of `STEPS`, by quantity; a range counts by its least.

    Columns: ``quantity``, ``upto`` (NULL: beyond the last; 0: nothing), ``a``, ``b``.
    """
    parts = []
    for side, counts in ((a, "count(*) AS a, 0 AS b"), (b, "0 AS a, count(*) AS b")):
        for quantity, source in amounts_of(side):
            least = f"{quoted(quantity)}.lo"
            steps = " ".join(f"WHEN {least} <= {s} THEN {s}" for s in (0, *STEPS))
            parts.append(
                f"SELECT {literal(quantity)} AS quantity, CASE {steps} END AS upto, {counts} "
                f"FROM {source} WHERE {quoted(quantity)} IS NOT NULL GROUP BY ALL"
            )
    if not parts:
        parts = ["SELECT '' AS quantity, 0 AS upto, 0 AS a, 0 AS b WHERE false"]
    return (
        "SELECT quantity, upto::BIGINT AS upto, sum(a)::BIGINT AS a, sum(b)::BIGINT AS b "
        f"FROM ({' UNION ALL '.join(parts)}) GROUP BY quantity, upto "
        "ORDER BY quantity, upto NULLS LAST"
    )
