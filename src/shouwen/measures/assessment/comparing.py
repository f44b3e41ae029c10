"""Two assessments of the same events held against each other: who gains, who loses, which cases.

Outcomes are the same one on both sides if they have the same id: the rule and what set it off. So
a version that renames a rule shows its breaches as gone and as new.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from shouwen.measures.assessment import spreads
from shouwen.measures.assessment.assess import WORK, Assessment, Terms, assess
from shouwen.measures.assessment.differing import Differing, may_differ
from shouwen.measures.assessment.results import write_result
from shouwen.measures.assessment.running import Limits, database
from shouwen.measures.assessment.sources import Source
from shouwen.measures.assessment.store import Tell, literal, quoted
from shouwen.measures.assessment.summary import files
from shouwen.measures.bulk.compile import rules_of
from shouwen.measures.evaluation import Adoption

EXAMPLES = 20


@dataclass(frozen=True)
class Change:
    """What changes for a unit in one clause.

    Attributes:
        unit: the unit; None where no event says which.
        clause: the norm broken.
        a, b: breaches on either side.
        gone: breaches of A that are none in B, or of another clause; `new`, the other way round.
    """

    unit: str | None
    clause: str
    a: int
    b: int
    gone: int
    new: int


@dataclass(frozen=True)
class Money:
    """What changes for a unit in amounts of one kind: the sums of least and most on each side.

    A range without an end counts with its least.
    """

    unit: str | None
    quantity: str
    a_least: float
    a_most: float
    b_least: float
    b_most: float


@dataclass(frozen=True)
class Gain:
    """What changes for a person in breaches; `unit`, the one in which most of it happened."""

    person: str
    unit: str | None
    a: int
    b: int
    gone: int
    new: int


@dataclass(frozen=True)
class Flip:
    """A case in which the two differ: a breach that is `new` in B, or `gone`, or an `other` one (of
    another clause, or somebody else's)."""

    change: str
    rule: str
    clause_a: str | None
    clause_b: str | None
    unit: str | None
    person: str | None
    occasion: str | None
    at: Any
    status_a: str | None
    status_b: str | None
    deadline_a: Any
    deadline_b: Any
    performed_at: Any


@dataclass(frozen=True)
class Compared:
    """What came of a comparison.

    Attributes:
        a, b: the two assessments; their files are gone.
        readings: readings that differ, with the options chosen (None: there is no such reading).
        moved: duties of both whose deadline is another.
        changes: by unit and clause, where there is any difference, the largest first.
        money: by unit and kind of amount, where there is any difference.
        flips: how many cases flip; `examples`, the first of them in order of time.
        people: by person, where there is any difference, the largest first.
        same: how many rules mean the same on both sides and rest on the same. They cannot flip,
            and are evaluated only where others rest on them.
    """

    a: Assessment
    b: Assessment
    readings: Mapping[str, tuple[str | None, str | None]]
    moved: int
    changes: tuple[Change, ...]
    money: tuple[Money, ...]
    flips: int
    examples: tuple[Flip, ...]
    people: tuple[Gain, ...] = ()
    same: int = 0

    def data(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "a": self.a.about(),
            "b": self.b.about(),
            "readings": {n: list(pair) for n, pair in self.readings.items()},
            "deadlines_moved": self.moved,
            "changes": [asdict(c) for c in self.changes],
            "money": [asdict(m) for m in self.money],
            "people": [asdict(p) for p in self.people],
            "same_rules": self.same,
            "flips": self.flips,
            "examples": [{k: _plain(v) for k, v in asdict(f).items()} for f in self.examples],
        }


def _plain(value: Any) -> Any:
    """An instant of DuckDB (UTC, without a zone) as ISO 8601; everything else as it is."""
    return value.replace(tzinfo=UTC).isoformat() if isinstance(value, datetime) else value


def tried_on(adoption: Adoption, days_of: Adoption) -> Adoption:
    """An adoption as if it had been in force on the days of another."""
    return replace(
        adoption, first_day=days_of.first_day, last_day=days_of.last_day,
        counted_from=days_of.counted_from,
    )  # fmt: skip


def compare_to(
    path: Path,
    sources: tuple[Source, Source],
    terms: tuple[Terms, Terms],
    limits: Limits | None = None,
    tell: Tell | None = None,
) -> Compared:
    """Assess the same events twice and write what differs (see `write_result`).

    Evaluated are the rules that may answer differently, and those that they rest on (`differing`).

    The result has the tables ``flips``, ``changes`` (by unit and clause), ``people``, ``money`` (by
    unit) and ``money of people``, which hold what differs, and ``clauses``, ``statuses``,
    ``lateness`` and ``amounts``, which hold both sides as far as evaluated (see `spreads`). B is
    asked at the instant of A.

    Raises: as `assess_to`.
    """
    work = path.with_name(path.name + WORK)
    differing = may_differ(terms[0].adoption, terms[1].adoption)
    one, two = (_narrowed(t, differing) for t in terms)
    a = assess(work / "a", sources[0], one, limits, tell)
    b = assess(work / "b", sources[1], replace(two, as_of=a.terms.as_of), limits, tell)
    found, tables = _compared(a, b, work, limits or Limits(), differing.same)
    write_result(path, tables, found.data(), terms[0].adoption.zone)
    shutil.rmtree(work, ignore_errors=True)
    return found


def _narrowed(terms: Terms, differing: Differing) -> Terms:
    """The same question, of the rules that may differ and what these rest on."""
    own = rules_of(terms.adoption.measure)
    asked = own if terms.rules is None else terms.rules
    return replace(terms, rules=tuple(r for r in asked if r in differing.wanted))


def _compared(
    a: Assessment, b: Assessment, work: Path, limits: Limits, same: int
) -> tuple[Compared, dict[str, list[Path]]]:
    with database(replace(limits, spill=limits.spill or work / "spill")) as connection:
        _load(connection, a, b)
        tables = {}
        for name, sql in _tables(a, b):
            connection.execute(f"CREATE TEMP TABLE {quoted(name)} AS {sql}")
            tables[name] = _written(connection, name, work)
        moved = connection.execute(_MOVED).fetchone()
        flips = connection.execute("SELECT count(*) FROM flips").fetchone()
        assert moved is not None
        assert flips is not None
        return (
            Compared(
                a, b, _readings(a.terms.adoption, b.terms.adoption), int(moved[0]),
                tuple(Change(*r) for r in _rows(connection, "SELECT * FROM changes")),
                tuple(Money(*r) for r in _rows(connection, "SELECT * FROM money")),
                int(flips[0]),
                tuple(
                    Flip(*r)
                    for r in _rows(connection, f"{_EXAMPLES} LIMIT {EXAMPLES}")
                ),
                tuple(Gain(*r) for r in _rows(connection, "SELECT * FROM people")),
                same,
            ),
            tables,
        )  # fmt: skip


def _tables(a: Assessment, b: Assessment) -> list[tuple[str, str]]:
    """The tables of the result, each with its query; flips first, since others read them."""
    return [
        ("flips", _FLIPS), ("changes", _CHANGES), ("people", spreads.PEOPLE),
        ("money", _money(a, b, "unit")), ("money of people", _money(a, b, "person")),
        ("clauses", spreads.CLAUSES), ("statuses", spreads.STATUSES),
        ("lateness", spreads.lateness()), ("amounts", spreads.amounts(a, b)),
    ]  # fmt: skip


def _rows(connection: duckdb.DuckDBPyConnection, sql: str) -> Sequence[tuple[Any, ...]]:
    return connection.execute(sql).fetchall()


def _readings(a: Adoption, b: Adoption) -> dict[str, tuple[str | None, str | None]]:
    names = dict.fromkeys([*a.readings, *b.readings])
    pairs = {n: (a.readings.get(n), b.readings.get(n)) for n in names}
    return {n: p for n, p in pairs.items() if p[0] != p[1]}


_COLUMNS = {
    "breaches": "id VARCHAR, rule VARCHAR, norm VARCHAR, at TIMESTAMP, unit VARCHAR, "
    "person VARCHAR, occasion VARCHAR",
    "duties": "id VARCHAR, status VARCHAR, deadline TIMESTAMP, performed_at TIMESTAMP",
}


def _load(connection: duckdb.DuckDBPyConnection, a: Assessment, b: Assessment) -> None:
    """Views of both sides: duties_a, breaches_a, …, with the columns that are compared."""
    for kind, columns in _COLUMNS.items():
        names = [c.split()[0] for c in columns.split(", ")]
        for side, found in (("a", a), ("b", b)):
            source = (
                files(found.tables[kind])
                if kind in found.tables
                else "(SELECT " + ", ".join(
                    f"NULL::{c.split()[1]} AS {quoted(c.split()[0])}" for c in columns.split(", ")
                ) + " WHERE false)"
            )  # fmt: skip
            connection.execute(
                f"CREATE TEMP VIEW {kind}_{side} AS SELECT "
                f"{', '.join(quoted(n) for n in names)} FROM {source}"
            )


_FLIPS = """
SELECT coalesce(a.id, b.id) AS id,
       CASE WHEN a.id IS NULL THEN 'new' WHEN b.id IS NULL THEN 'gone' ELSE 'other' END AS change,
       coalesce(a.rule, b.rule) AS rule, a.norm AS clause_a, b.norm AS clause_b,
       a.unit AS unit_a, b.unit AS unit_b, coalesce(b.unit, a.unit) AS unit,
       a.person AS person_a, b.person AS person_b, coalesce(b.person, a.person) AS person,
       coalesce(a.occasion, b.occasion) AS occasion, coalesce(a."at", b."at") AS "at",
       da.status AS status_a, db.status AS status_b, da.deadline AS deadline_a,
       db.deadline AS deadline_b, coalesce(db.performed_at, da.performed_at) AS performed_at
FROM breaches_a a FULL JOIN breaches_b b ON a.id = b.id
LEFT JOIN duties_a da ON coalesce(a.id, b.id) = 'breach:' || da.id
LEFT JOIN duties_b db ON coalesce(a.id, b.id) = 'breach:' || db.id
WHERE a.id IS NULL OR b.id IS NULL OR a.norm <> b.norm OR a.unit IS DISTINCT FROM b.unit
      OR a.person IS DISTINCT FROM b.person
"""
_EXAMPLES = """
SELECT change, rule, clause_a, clause_b, unit, person, occasion, "at", status_a, status_b,
       deadline_a, deadline_b, performed_at FROM flips ORDER BY "at", id
"""
_CHANGES = """
SELECT unit, clause, sum(a)::BIGINT AS a, sum(b)::BIGINT AS b, sum(gone)::BIGINT AS gone,
       sum(new)::BIGINT AS new
FROM (SELECT unit, norm AS clause, count(*) AS a, 0 AS b, 0 AS gone, 0 AS new
      FROM breaches_a GROUP BY ALL
      UNION ALL
      SELECT unit, norm, 0, count(*), 0, 0 FROM breaches_b GROUP BY ALL
      UNION ALL
      SELECT unit_a, clause_a, 0, 0, count(*), 0 FROM flips WHERE change <> 'new' GROUP BY ALL
      UNION ALL
      SELECT unit_b, clause_b, 0, 0, 0, count(*) FROM flips WHERE change <> 'gone' GROUP BY ALL)
GROUP BY unit, clause
HAVING sum(gone) > 0 OR sum(new) > 0 OR sum(a) <> sum(b)
ORDER BY abs(sum(b) - sum(a)) DESC, sum(gone) + sum(new) DESC, unit, clause
"""
_MOVED = """
SELECT count(*) FROM duties_a a JOIN duties_b b USING (id)
WHERE a.deadline IS DISTINCT FROM b.deadline
"""


def _money(a: Assessment, b: Assessment, by: str) -> str:
    """Sums of amounts of both sides by quantity and by unit or person, where they differ."""
    sides = []
    column = {"unit": "unit", "person": '"to"'}[by]
    for side, found in (("a", a), ("b", b)):
        for quantity, source in spreads.amounts_of(found):
            least = f"sum({quoted(quantity)}.lo)"
            most = f"sum(coalesce({quoted(quantity)}.hi, {quoted(quantity)}.lo))"
            sums = (
                f"{least} AS a1, {most} AS a2, 0 AS b1, 0 AS b2"
                if side == "a"
                else f"0 AS a1, 0 AS a2, {least} AS b1, {most} AS b2"
            )
            sides.append(
                f"SELECT {column} AS {by}, {literal(quantity)} AS quantity, {sums} FROM {source} "
                f"WHERE {quoted(quantity)} IS NOT NULL GROUP BY {column}"
            )
    if not sides:
        sides = [f"SELECT NULL::VARCHAR AS {by}, '' AS quantity, 0 AS a1, 0 AS a2, 0 AS b1, "
                 "0 AS b2 WHERE false"]  # fmt: skip
    return (
        f"SELECT {by}, quantity, coalesce(sum(a1), 0)::DOUBLE AS a_least, "
        "coalesce(sum(a2), 0)::DOUBLE AS a_most, coalesce(sum(b1), 0)::DOUBLE AS b_least, "
        f"coalesce(sum(b2), 0)::DOUBLE AS b_most FROM ({' UNION ALL '.join(sides)}) "
        f"GROUP BY {by}, quantity HAVING a_least <> b_least OR a_most <> b_most "
        f"ORDER BY abs(b_most - a_most) DESC, {by}, quantity"
    )


def _written(connection: duckdb.DuckDBPyConnection, name: str, work: Path) -> list[Path]:
    path = work / f"{name}.parquet"
    connection.execute(f"COPY {quoted(name)} TO {literal(path)} (FORMAT parquet, COMPRESSION zstd)")
    return [path]
