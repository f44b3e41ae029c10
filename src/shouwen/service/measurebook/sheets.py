"""Events as a spreadsheet, whatever their type: a template, a file brought in, rows taken out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from openpyxl import Workbook

from shouwen.measures.evaluation.events import convert
from shouwen.measures.feel.types import BOOLEAN, DATETIME, EnumType
from shouwen.measures.language.model import Field, Measure, Relation
from shouwen.service.enactment.models import Event
from shouwen.service.measurebook.words import facts_of, members, pick, told, type_name
from shouwen.service.organisations.models import Person, Unit
from shouwen.service.ui.workbooks import content_of, safe
from shouwen.service.ui.xlsx import Fault, Unreadable, lines_of

MOST_OUT = 10_000


@dataclass(frozen=True)
class Row:
    """An event as a row of a file says; `at` is aware."""

    number: int
    at: datetime
    facts: dict[str, Any]


def titles(relation: Relation) -> list[str]:
    """The titles of the columns of an event type, in the language of the page."""
    return [_("When it happened"), *(pick(f.label) for f in facts_of(relation))]


def template(measure: Measure, relation: Relation) -> bytes:
    """An empty sheet for an event type; a second one says what each column takes."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("Events"))
    sheet.freeze_panes = "A2"
    sheet.append(titles(relation))
    notes = book.create_sheet(_("Columns"))
    notes.append([_("When it happened"), "2026-05-06 09:30"])
    for fact in facts_of(relation):
        notes.append([pick(fact.label), _takes(measure, fact)])
    return content_of(book)


def _takes(measure: Measure, fact: Field) -> str:
    if fact.entity == "person":
        return _("Staff number")
    if fact.entity == "unit":
        return _("Code of the unit")
    if isinstance(fact.type, EnumType):
        return " / ".join(label for _name, label in members(measure, fact.type))
    if fact.type == BOOLEAN:
        return f"{_('yes')} / {_('no')}"
    return str(fact.type) if fact.entity is None else _("Number")


def taken_out(measure: Measure, rows: Iterable[Event]) -> bytes:
    """A sheet of events, one a row."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("Events"))
    sheet.freeze_panes = "A2"
    sheet.append([_("When"), _("What happened"), _("Details"), _("Registered"), _("By")])
    zone = ZoneInfo(measure.zone)
    for e in rows:
        details = "; ".join(f"{k}: {v}" for k, v in told(measure, e.type, e.facts))
        by = e.by.label if e.by is not None else ""
        name = type_name(measure, e.type)
        if e.retracts:
            name += f" ({_('taken back')})"
        row = [_local(e.at, zone), name, details, _local(e.recorded_at, zone), by]
        sheet.append([safe(v) for v in row])
    return content_of(book)


def read(
    measure: Measure, relation: Relation, file: Any, size: int, now: datetime
) -> tuple[list[Row], list[Fault]]:
    """The events of a file, and everything that is wrong with it."""
    try:
        lines = lines_of(file, size, titles(relation))
    except Unreadable as error:
        return [], [error.fault]
    return _rows(measure, relation, lines, now)


def _rows(
    measure: Measure, relation: Relation, lines: list[tuple[Any, ...]], now: datetime
) -> tuple[list[Row], list[Fault]]:
    zone = ZoneInfo(measure.zone)
    known = {
        "person": set(Person.objects.values_list("number", flat=True)),
        "unit": set(Unit.objects.values_list("code", flat=True)),
    }
    facts = facts_of(relation)
    named = titles(relation)
    rows: list[Row] = []
    faults: list[Fault] = []
    for number, line in enumerate(lines, 2):
        cells = [*line, *[None] * len(named)][: len(named)]
        if all(c is None or str(c).strip() == "" for c in cells):
            continue
        found: dict[str, Any] = {}
        at = _instant(cells[0], zone)
        if at is None:
            said = _("'%(text)s' is no time; write 2026-05-06 09:30.")
            faults.append(Fault(number, named[0], said % {"text": str(cells[0] or "")[:30]}))
        elif at > now:
            faults.append(Fault(number, named[0], _("This lies in the future.")))
        for fact, title, cell in zip(facts, named[1:], cells[1:], strict=True):
            if cell is None or str(cell).strip() == "":
                continue
            value = _value(measure, fact, cell, zone)
            if value is None or (fact.entity in known and value not in known[fact.entity]):
                said = _("'%(text)s' does not fit. Possible: %(possible)s.")
                faults.append(Fault(number, title, said % {
                    "text": str(cell)[:30], "possible": _takes(measure, fact)[:200]}))  # fmt: skip
            else:
                found[fact.name] = value
        if at is not None:
            rows.append(Row(number, at, found))
    if not rows and not faults:
        faults.append(Fault(0, "", _("The file is empty.")))
    return rows, faults


def _value(measure: Measure, fact: Field, cell: Any, zone: ZoneInfo) -> Any:
    if fact.type == DATETIME:
        return _instant(cell, zone)
    if isinstance(fact.type, EnumType):
        text = str(cell).strip()
        by_label = {label: name for name, label in members(measure, fact.type)}
        return by_label.get(text) or fact.type.member(text)
    if fact.entity is not None and isinstance(cell, float) and cell.is_integer():
        # A spreadsheet makes a number of 1001; people meant its digits.
        cell = int(cell)
    return convert(cell.strip() if isinstance(cell, str) else cell, fact.type, zone)


def _instant(cell: Any, zone: ZoneInfo) -> datetime | None:
    if isinstance(cell, datetime):
        return cell.replace(tzinfo=zone) if cell.tzinfo is None else cell
    found = convert(str(cell or "").strip(), DATETIME, zone)
    return found if isinstance(found, datetime) else None


def _local(instant: datetime, zone: ZoneInfo) -> str:
    return f"{instant.astimezone(zone):%Y-%m-%d %H:%M:%S}"
