"""Accounts and grades of everyone, from what the measure says of the whole log.

As `assessment.standing` has them for one person, in the same words and order; there the measure is
asked about the person with what weighs for them, here it was asked about everything.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import duckdb

from shouwen.measures.assessment.store import literal, quoted
from shouwen.measures.assessment.summary import files
from shouwen.measures.evaluation.ledgers import in_period
from shouwen.measures.language.model import Ledger
from shouwen.service.assessment.figures import Span
from shouwen.service.assessment.standing import account_row, grade_row
from shouwen.service.assessment.together import comparing
from shouwen.service.assessment.whole.judging import Judged
from shouwen.service.organisations.models import Person

Standing = dict[str, list[dict[str, Any]]]
"""By staff number, the rows of a sheet that say what the measure says of a person."""


def standing_of_all(
    database: duckdb.DuckDBPyConnection, judged: Judged, people: list[Person], span: Span
) -> Standing:
    """The accounts of people at the end of days, and the grades given to them within."""
    found: Standing = {p.number: [] for p in people}
    for ledger in judged.known.measure.ledgers:
        if ledger.per != "person":
            continue
        booked = _booked(database, judged, ledger, span)
        period = in_period(ledger, _last(span))
        for number, rows in found.items():
            value = ledger.base + booked.get(number, Decimal(0))
            rows.append(account_row(ledger, value, period))
    given = _grades(database, judged, span)
    for number, rows in found.items():
        rows += given[number]
    return found


def _booked(
    database: duckdb.DuckDBPyConnection, judged: Judged, ledger: Ledger, span: Span
) -> dict[str, Decimal]:
    """What was booked of a ledger in its period up to the end of days, by subject."""
    if "entries" not in judged.found.tables:
        return {}
    begins = _begin(ledger, span)
    since = "" if begins is None else f" AND {_INSTANT} >= {_literal(begins)}"
    rows = database.execute(
        f"SELECT subject, sum(amount) FROM {files(judged.found.tables['entries'])} "
        f"WHERE ledger = {literal(ledger.id)} AND {_INSTANT} < {_literal(span.ends)}{since} "
        "GROUP BY subject"
    )
    return dict(rows.fetchall())


def _begin(ledger: Ledger, span: Span) -> datetime | None:
    """The first instant of a ledger's period in which days end; None where it has no periods."""
    last = _last(span)
    here = in_period(ledger, last)
    if here is None:
        return None
    while in_period(ledger, last - timedelta(days=1)) == here:
        last -= timedelta(days=1)
    return last


def _grades(
    database: duckdb.DuckDBPyConnection, judged: Judged, span: Span
) -> defaultdict[str, list[dict[str, Any]]]:
    """The grades given within days, by subject: those that compare people last."""
    found: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    if "grades" not in judged.found.tables:
        return found
    grades = {g.id: g for g in judged.known.measure.grades}
    outputs = [f"{g.id}.{o.name}" for g in grades.values() for o in g.table.outputs]
    compared = ", ".join(literal(r) for r in sorted(comparing(judged.known.measure))) or "''"
    rows = database.execute(
        f"SELECT rule, norm, subject, {', '.join(quoted(o) for o in outputs)} "
        f"FROM {files(judged.found.tables['grades'])} WHERE {_INSTANT} >= {_literal(span.begins)} "
        f'AND {_INSTANT} < {_literal(span.ends)} ORDER BY rule IN ({compared}), "at", id'
    )
    for rule, norm, subject, *values in rows.fetchall():
        if subject is None:
            continue
        own = dict(zip(outputs, values, strict=True))
        given = [own[f"{rule}.{o.name}"] for o in grades[rule].table.outputs]
        found[subject].append(grade_row(grades[rule], norm, given))
    return found


_INSTANT = 'make_timestamp(epoch_us("at"))'


def _literal(at: datetime) -> str:
    return f"TIMESTAMP '{at.astimezone(UTC).replace(tzinfo=None).isoformat(sep=' ')}'"


def _last(span: Span) -> datetime:
    return datetime.combine(span.last, datetime.min.time(), span.zone)


def subjects_of(rows: Standing) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every row with the staff number of whom it is about."""
    for number, own in rows.items():
        for row in own:
            yield number, row
