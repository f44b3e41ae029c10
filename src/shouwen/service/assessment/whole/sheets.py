"""Everyone's sheet of a period, from the whole log."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from django.db import connection, transaction

from shouwen.measures.assessment import AssessmentStopped, Limits, write_result
from shouwen.measures.assessment.assess import WORK
from shouwen.measures.assessment.running import database
from shouwen.measures.assessment.store import Tell
from shouwen.service import clock
from shouwen.service.assessment.actions import plain
from shouwen.service.assessment.counting import figures_of_day
from shouwen.service.assessment.figures import FIGURES, Span
from shouwen.service.assessment.models import Scope
from shouwen.service.assessment.periods import Period
from shouwen.service.assessment.queries import (
    Subject,
    Sums,
    customers_by_unit,
    rows_from,
    tree_of_units,
)
from shouwen.service.assessment.whole import copying, standing
from shouwen.service.assessment.whole.asking import Ask, a_day, columns_read
from shouwen.service.assessment.whole.judging import Asked, Judged, adoptions, judge, tabulate
from shouwen.service.enactment.enacted import NotInForce, in_force
from shouwen.service.enactment.history import History
from shouwen.service.organisations.models import Person, Unit
from shouwen.service.tenancy.models import Organisation
from shouwen.service.tenancy.scope import scope

_ASKED, _ROWS = "asked.json", "rows"
PARTS = dict[tuple[str, str, int | None, int | None], list[Any]]


@dataclass(frozen=True)
class WholeSheets:
    """The sheets of a period.

    Attributes:
        period: its days.
        as_of: the instant at which the measure was asked.
        events: how many events there were.
        subjects: the organisation, its units and its people.
        figures: by subject (in the same order), the rows of its sheet.
        standing: by staff number, what the measure says of a person.
        measures: by adoption, in order: key of the measure and first day.
    """

    period: Period
    as_of: datetime
    events: int
    subjects: tuple[Subject, ...]
    figures: tuple[list[dict[str, Any]], ...]
    standing: standing.Standing
    measures: tuple[tuple[str, str], ...]

    def of(self, subject: Subject) -> dict[str, Any]:
        """A sheet as `Sheet.figures` keeps it."""
        said: list[dict[str, Any]] = []
        if subject.person is not None:
            said = self.standing.get(subject.person.number, [])
        return {"rows": self.figures[self.subjects.index(subject)], "standing": said}

    def about(self) -> dict[str, Any]:
        """How it came about, as plain data."""
        return {
            "period": self.period.token,
            "from": self.period.first.isoformat(),
            "to": self.period.last.isoformat(),
            "as_of": self.as_of.isoformat(),
            "events": self.events,
            "subjects": len(self.subjects),
            "measures": [f"{key} ({day})" for key, day in self.measures],
        }


@dataclass(frozen=True)
class Bounds:
    """How much is done at once, and what may be used of the machine."""

    target: int | None
    limits: Limits = field(default_factory=Limits)
    tell: Tell | None = None


def sheets_to(path: Path, history: History, period: Period, bounds: Bounds) -> WholeSheets:
    """Work out everyone's sheet and write it (see `write_result`).

    The result has the tables ``figures`` and ``standing``. While it runs, ``<path>.work`` holds
    what is done; the same command finds it there again, so long as nothing has happened since.

    Raises:
        AssessmentStopped: when a part fails, the disk is full, or the period has not begun.
        SourceError: when events are refused.
        TooManyRows: when a workbook cannot hold the result.
    """
    work = path.with_name(path.name + WORK)
    with scope(history.organisation):
        organisation = Organisation.objects.get(pk=history.organisation)
        zone = ZoneInfo(organisation.zone)
        found = _worked_out(work, history, period, zone, bounds)
    try:
        write_result(path, _tables(found, work), found.about(), zone)
    except OSError as error:
        raise AssessmentStopped(
            f"The result could not be written: {error}. What was worked out is kept in {work}; "
            "the same command goes on from there."
        ) from error
    shutil.rmtree(work, ignore_errors=True)
    return found


def _worked_out(
    work: Path, history: History, period: Period, zone: ZoneInfo, bounds: Bounds
) -> WholeSheets:
    if period.first > clock.now().astimezone(zone).date():
        raise AssessmentStopped(f"{period.token} has not begun yet; there is nothing to tell of.")
    as_of = _resumed(work, history, period)
    columns = columns_read(a_day())
    limits = bounds.limits
    with database(Limits(limits.memory, limits.spill or work / "spill", limits.threads,
                         limits.most_spilled)) as tables:  # fmt: skip
        with _one_instant():
            copying.copy_rows(tables, columns, work / _ROWS)
        judged = judge(history, adoptions(), work,
                       Asked(as_of, bounds.target, limits, bounds.tell))  # fmt: skip
        copying.load(tables, columns, work / _ROWS)
        tabulate(tables, judged, work)
        people = list(Person.objects.order_by("number"))
        subjects = _subjects(people)
        sums = _added(_counted(tables, period, as_of, zone), subjects)
        span = Span(period.first, period.last, zone)
        said: standing.Standing = {}
        deciding = _in_force(judged, span)
        if deciding is not None:
            said = standing.standing_of_all(tables, deciding, people, span)
    served = customers_by_unit(period.last)
    figures = tuple(
        [plain(r) for r in rows_from(s.figures(), own, _customers(s, served))]
        for s, own in zip(subjects, sums, strict=True)
    )
    return WholeSheets(
        period, as_of, history.count, subjects, figures, said,
        tuple((j.adoption.measure, j.adoption.first_day.isoformat()) for j in judged),
    )  # fmt: skip


def _resumed(work: Path, history: History, period: Period) -> datetime:
    """The instant asked at: that of the work that was begun, if it is the same."""
    asked = {"events": history.count, "last": history.last, "code": history.code,
             "period": period.token}  # fmt: skip
    path = work / _ASKED
    if path.is_file():
        before = json.loads(path.read_text("utf-8"))
        as_of = datetime.fromisoformat(before.pop("as_of"))
        if before == asked:
            return as_of
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    as_of = clock.now()
    unfinished = path.with_suffix(".part")
    unfinished.write_text(json.dumps({**asked, "as_of": as_of.isoformat()}), "utf-8")
    os.replace(unfinished, path)
    return as_of


@contextmanager
def _one_instant() -> Iterator[None]:
    """Let all tables be read as they are at one instant, unless a transaction is open already."""
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


# --- whom the sheets are about ------------------------------------------------------------------


def _subjects(people: list[Person]) -> tuple[Subject, ...]:
    tree = tree_of_units()
    units = [Subject.of_unit(u, tree) for u in Unit.objects.order_by("code")]
    return (
        Subject(Scope.ORGANISATION), *units, *(Subject(Scope.PERSON, person=p) for p in people),
    )  # fmt: skip


def _counted(
    tables: duckdb.DuckDBPyConnection, period: Period, as_of: datetime, zone: ZoneInfo
) -> PARTS:
    """What the figures came to in a period, by figure, norm, unit and person."""
    ask = Ask(tables)
    found: PARTS = {}
    day = period.first
    # What lies ahead is not counted before it is there.
    while day <= min(period.last, as_of.astimezone(zone).date()):
        for row in figures_of_day(FIGURES.values(), day, zone, ask):
            parts = found.setdefault((row.figure, row.norm, row.unit_id, row.person_id),
                                     [Decimal(0), 0])  # fmt: skip
            parts[0] += row.good
            parts[1] += row.total
        day += timedelta(days=1)
    return found


def _added(counted: PARTS, subjects: tuple[Subject, ...]) -> list[Sums]:
    """What was counted, added up for every subject that it belongs to."""
    of_unit: dict[int, list[int]] = {}
    of_person: dict[int, int] = {}
    for n, subject in enumerate(subjects):
        for unit in subject.units:
            of_unit.setdefault(unit, []).append(n)
        if subject.person is not None:
            of_person[subject.person.pk] = n
    sums: list[Sums] = [{} for _ in subjects]
    for (figure, norm, unit_id, person_id), (good, total) in counted.items():
        whose = [n for n, s in enumerate(subjects) if s.scope is Scope.ORGANISATION]
        if unit_id is not None:
            whose += of_unit.get(unit_id, ())
        if person_id is not None and person_id in of_person:
            whose.append(of_person[person_id])
        for n in whose:
            before = sums[n].get((figure, norm), (Decimal(0), 0))
            sums[n][figure, norm] = (before[0] + good, before[1] + total)
    return sums


def _customers(subject: Subject, served: dict[int | None, int]) -> int:
    if subject.scope is Scope.PERSON:
        return 0
    if subject.scope is Scope.UNIT:
        return sum(served.get(pk, 0) for pk in subject.units)
    return sum(served.values())


def _in_force(judged: list[Judged], span: Span) -> Judged | None:
    """What the adoption says that is in force at the end of days, as far as it decides about
    anything, else the latest before it."""
    try:
        in_force(span.ends - timedelta(microseconds=1))
    except NotInForce:
        return judged[-1] if judged else None
    fitting = [j for j in judged if j.adoption.first_day <= span.last]
    return (fitting or judged)[-1] if judged else None


# --- as tables ----------------------------------------------------------------------------------

_WHOM = (("scope", pa.string()), ("code", pa.string()), ("name", pa.string()))
_NAMED = (("norm", pa.string()), ("label", pa.string()), ("label_en", pa.string()))
_FIGURES = pa.schema([
    *_WHOM, ("figure", pa.string()), *_NAMED, ("value", pa.decimal128(20, 2)),
    ("measure", pa.string()), ("good", pa.decimal128(24, 4)), ("of_all", pa.int64()),
    ("formula", pa.string()), ("formula_en", pa.string()),
])  # fmt: skip
_STANDING = pa.schema([*_WHOM, *_NAMED, ("value", pa.string()), ("period", pa.string())])


def _tables(found: WholeSheets, work: Path) -> dict[str, list[Path]]:
    """The tables of the result, as Parquet files in a folder."""
    figures, said = [], []
    for subject, rows in zip(found.subjects, found.figures, strict=True):
        whom = _whom(subject)
        figures += [
            {
                **whom, "figure": r["figure"], **_labels(r),
                "value": None if r["value"] is None else Decimal(r["value"]),
                "measure": r["measure"]["zh"], "good": Decimal(r["good"]), "of_all": r["total"],
                "formula": r["formula"]["zh"], "formula_en": r["formula"]["en"],
            }
            for r in rows
        ]  # fmt: skip
        said += [
            {**whom, **_labels(r), "value": r["value"], "period": r["period"]}
            for r in found.of(subject)["standing"]
        ]
    written = {}
    for name, rows_, schema in (("figures", figures, _FIGURES), ("standing", said, _STANDING)):
        path = work / f"{name}.parquet"
        pq.write_table(pa.Table.from_pylist(rows_, schema=schema), path)
        written[name] = [path]
    return written


def _whom(subject: Subject) -> dict[str, str]:
    code = ""
    if subject.unit is not None:
        code = subject.unit.code
    elif subject.person is not None:
        code = subject.person.number
    return {"scope": subject.scope.value, "code": code, "name": subject.label}


def _labels(row: dict[str, Any]) -> dict[str, str]:
    return {"norm": row["norm"], "label": row["label"]["zh"], "label_en": row["label"]["en"]}
