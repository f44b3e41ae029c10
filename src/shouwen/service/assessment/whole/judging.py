"""Clocks and breaches as the bulk engine says them, in tables that look like the service's own.

The adoption in force when a thread began decides about it to its end. Where threads hang on several
adoptions, the log is judged by each of them, and of what it says is kept what it decides about: an
outcome belongs to the thread of the event that set it off, one that the calendar set off to the
standing thread.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb
from django.db import connection
from psycopg import sql

from shouwen.measures.assessment import Assessment, Limits, Terms
from shouwen.measures.assessment.assess import assess
from shouwen.measures.assessment.store import Tell, literal, quoted
from shouwen.measures.assessment.summary import files
from shouwen.measures.language.model import Force
from shouwen.service.enactment.enacted import Enacted, enacted
from shouwen.service.enactment.extract import source_of
from shouwen.service.enactment.history import History
from shouwen.service.enactment.models import Adoption, Breach, Clock, Event, Thread
from shouwen.service.enactment.threads import STANDING
from shouwen.service.organisations.models import Person, Unit

_THREADS = "threads.csv"


@dataclass(frozen=True)
class Judged:
    """What one adoption says of the whole log."""

    adoption: Adoption
    known: Enacted
    found: Assessment


@dataclass(frozen=True)
class Asked:
    """How the log is to be judged: up to when, how much at once, and within which bounds."""

    as_of: datetime
    target: int | None
    limits: Limits
    tell: Tell | None = None


def adoptions() -> list[Adoption]:
    """The adoptions that decide about any thread, in order of their first days."""
    deciding = Thread.objects.order_by().values("adoption").distinct()
    return list(Adoption.objects.filter(pk__in=deciding).order_by("first_day", "id"))


def judge(history: History, deciding: Sequence[Adoption], work: Path, asked: Asked) -> list[Judged]:
    """Ask each adoption about the whole log; what was judged before is found again.

    Raises: as `assess`.
    """
    found = []
    for adoption in deciding:
        known = enacted(adoption)
        # Which events an outcome rests on is needed only to tell whose it is.
        terms = Terms(known.adopted, asked.as_of, target=asked.target, trails=len(deciding) > 1)
        home = work / f"adoption-{adoption.pk}"
        said = assess(home, source_of(history), terms, asked.limits, asked.tell)
        found.append(Judged(adoption, known, said))
    return found


def tabulate(database: duckdb.DuckDBPyConnection, judged: Sequence[Judged], work: Path) -> None:
    """Make the tables of clocks and breaches."""
    _names(database)
    if len(judged) > 1:
        _threads(database, work)
    clocks = [_clocks(j, alone=len(judged) == 1) for j in judged]
    breaches = [_breaches(j, alone=len(judged) == 1) for j in judged]
    for model, selects, empty in ((Clock, clocks, _NO_CLOCK), (Breach, breaches, _NO_BREACH)):
        union = " UNION ALL ".join(s for s in (*selects, empty) if s)
        database.execute(
            f"CREATE TABLE {quoted(model._meta.db_table)} AS "
            f"SELECT row_number() OVER () AS id, * FROM ({union})"
        )


_NO_CLOCK = (
    "SELECT NULL::TIMESTAMP AS deadline, '' AS status, false AS aim, '' AS rule, '' AS norm, "
    "NULL::BIGINT AS unit_id, NULL::BIGINT AS person_id WHERE false"
)
_NO_BREACH = (
    "SELECT NULL::TIMESTAMP AS \"at\", false AS gone, '' AS rule, '' AS norm, "
    "NULL::BIGINT AS unit_id, NULL::BIGINT AS person_id WHERE false"
)


def _names(database: duckdb.DuckDBPyConnection) -> None:
    """People and units by what events call them."""
    for table, rows in (
        ("people", Person.objects.values_list("number", "pk")),
        ("units", Unit.objects.values_list("code", "pk")),
    ):
        database.execute(f"CREATE TABLE {table} (name VARCHAR, id BIGINT)")
        if found := list(rows):
            database.executemany(f"INSERT INTO {table} VALUES (?, ?)", found)


def _clocks(judged: Judged, *, alone: bool) -> str:
    if "duties" not in judged.found.tables:
        return ""
    aims = [d.id for d in judged.known.measure.duties if d.force is Force.AIM]
    # The last instant in time; Spark gives instants a zone, DuckDB none.
    end = "make_timestamp(epoch_us(o.deadline))"
    return (
        f"SELECT CASE WHEN o.inclusive THEN {end} ELSE {end} - INTERVAL 1 SECOND END AS deadline, "
        f"o.status, list_contains({_texts(aims)}, o.rule) AS aim, o.rule, o.norm, "
        f"units.id AS unit_id, people.id AS person_id FROM {files(judged.found.tables['duties'])} o"
        f"{_JOINS}{_own(judged, alone=alone)}"
    )


def _breaches(judged: Judged, *, alone: bool) -> str:
    if "breaches" not in judged.found.tables:
        return ""
    return (
        'SELECT make_timestamp(epoch_us(o."at")) AS "at", false AS gone, o.rule, o.norm, '
        f"units.id AS unit_id, people.id AS person_id "
        f"FROM {files(judged.found.tables['breaches'])} o{_JOINS}{_own(judged, alone=alone)}"
    )


_JOINS = " LEFT JOIN people ON people.name = o.person LEFT JOIN units ON units.name = o.unit"


def _texts(names: Sequence[str]) -> str:
    return f"[{', '.join(literal(n) for n in names)}]::VARCHAR[]"


# --- whose an outcome is, where several adoptions decide ----------------------------------------


def _threads(database: duckdb.DuckDBPyConnection, work: Path) -> None:
    """By event, the adoption of its thread, and whether that is the standing one."""
    path = work / _THREADS
    event, thread = Event._meta.db_table, Thread._meta.db_table
    statement = sql.SQL(
        "COPY (SELECT e.uid, t.adoption_id, t.key = {} FROM {} e JOIN {} t ON t.id = e.thread_id "
        "AND t.organisation_id = e.organisation_id) TO STDOUT (FORMAT csv)"
    ).format(STANDING, sql.Identifier(event), sql.Identifier(thread))
    with path.open("wb") as file, connection.cursor() as cursor, cursor.copy(statement) as copy:
        for block in copy:
            file.write(block)
    database.execute(
        f"CREATE TABLE threads AS SELECT * FROM read_csv({literal(path)}, header = false, "
        "columns = {'uid': 'VARCHAR', 'adoption': 'BIGINT', 'standing': 'BOOLEAN'})"
    )
    path.unlink()


def _own(judged: Judged, *, alone: bool) -> str:
    """The condition that this adoption decides about an outcome; none where it is the only one.

    What set an outcome off is the event that its id ends with; where that is none (a row of the
    calendar), any event of a thread of its own.
    """
    if alone:
        return ""
    pk = judged.adoption.pk
    standing = Thread.objects.filter(key=STANDING).values_list("adoption_id", flat=True).first()
    periodic = f"list_contains({_texts(sorted(judged.known.periodic_rules))}, o.rule)"
    whose = (
        "(SELECT arg_max(t.adoption, (ends_with(o.id, ':' || t.uid), NOT t.standing, t.uid)) "
        "FROM (SELECT unnest(o.events) AS uid) e JOIN threads t USING (uid))"
    )
    return f" WHERE CASE WHEN {periodic} THEN {standing == pk} ELSE {whose} = {pk} END"


def outcomes_by(judged: Sequence[Judged]) -> Mapping[int, Judged]:
    """What was judged, by the id of the adoption."""
    return {j.adoption.pk: j for j in judged}
