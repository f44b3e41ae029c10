"""The sheets from the whole log held against those of the service, cell by cell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from shouwen.measures.assessment.store import Tell
from shouwen.service import clock
from shouwen.service.access.actor import Actor
from shouwen.service.assessment.actions import frozen
from shouwen.service.assessment.counting import bring_up_to_date
from shouwen.service.assessment.models import Scope
from shouwen.service.assessment.queries import Subject
from shouwen.service.assessment.whole.sheets import WholeSheets
from shouwen.service.tenancy.models import Organisation

CELLS = ("value", "good", "total", "period")


@dataclass(frozen=True)
class Difference:
    """A cell in which the two differ; None where the row is missing on that side.

    Attributes:
        scope, code: of whom the sheet speaks.
        row: the figure with its norm, or the norm and name of an account or a grade.
        cell: which of its parts.
        whole: what the whole log gives.
        service: what the service has.
    """

    scope: str
    code: str
    row: str
    cell: str
    whole: str | None
    service: str | None


def differences(
    found: WholeSheets, organisation: Organisation, tell: Tell | None = None
) -> Iterator[Difference]:
    """The cells in which sheets differ from those that would be issued now, of the entered
    organisation. What waits to be counted is counted first, as it is before a sheet is issued."""
    period = found.period
    reader = Actor(organisation, None)
    # Days that lie ahead wait until they are there, on both sides.
    today = clock.now().astimezone(reader.zone).date()
    with transaction.atomic():
        bring_up_to_date(period.first, min(period.last, today), reader.zone)
    for number, subject in enumerate(found.subjects):
        if tell is not None:
            tell("comparing", number, len(found.subjects))
        online = frozen(reader, subject, period.first, period.last)
        yield from compared(subject, found.of(subject), online)


def compared(
    subject: Subject, whole: dict[str, Any], online: dict[str, Any]
) -> Iterator[Difference]:
    """The cells in which two sheets of a subject differ."""
    a, b = _rows(whole), _rows(online)
    for name in dict.fromkeys([*a, *b]):
        left, right = a.get(name), b.get(name)
        if left is None or right is None:
            yield _difference(subject, name, "row", _said(left), _said(right))
            continue
        for cell in CELLS:
            if left.get(cell) != right.get(cell):
                yield _difference(subject, name, cell, _cell(left, cell), _cell(right, cell))


def _rows(sheet: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The rows of a sheet by what they are called; of several that are called alike, each."""
    found: dict[str, dict[str, Any]] = {}
    named = [(f"{r['figure']} {r['norm']}".strip(), r) for r in sheet["rows"]]
    given = [(f"{r['norm']} {r['label']['zh']}", r) for r in sheet["standing"]]
    for name, row in (*named, *sorted(given, key=lambda pair: (pair[0], pair[1]["value"]))):
        number, key = 1, name
        while key in found:
            number += 1
            key = f"{name} ({number})"
        found[key] = row
    return found


def _difference(
    subject: Subject, row: str, cell: str, whole: str | None, service: str | None
) -> Difference:
    code = ""
    if subject.unit is not None:
        code = subject.unit.code
    elif subject.person is not None and subject.scope is Scope.PERSON:
        code = subject.person.number
    return Difference(subject.scope.value, code, row, cell, whole, service)


def _cell(row: dict[str, Any], cell: str) -> str | None:
    value = row.get(cell)
    return None if value is None else str(value)


def _said(row: dict[str, Any] | None) -> str | None:
    if row is None:
        return None
    parts = f" ({row['good']}/{row['total']})" if "good" in row else ""
    return f"{row['value']}{parts}"
