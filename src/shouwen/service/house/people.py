"""People as a spreadsheet: taken out, and brought in all or none."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from shouwen.service.access.actor import Actor
from shouwen.service.access.gate import require
from shouwen.service.audit.actions import log
from shouwen.service.house.actions import keep
from shouwen.service.house.permissions import MANAGE
from shouwen.service.organisations.models import Person, Unit
from shouwen.service.ui.workbooks import listed
from shouwen.service.ui.xlsx import Fault, Unreadable, lines_of, text_of

FIELDS = ("number", "name", "name_en", "phone", "unit")


def titles() -> list[str]:
    """The titles of the columns, in the language of the page."""
    return [_("Staff number"), _("Name"), _("English name"), _("Phone"), _("Code of the unit")]


@dataclass(frozen=True)
class Row:
    """Someone as a row of a file says; `line` is that row."""

    line: int
    number: str
    name: str
    name_en: str
    phone: str
    unit: Unit


def workbook(people: Iterable[Person]) -> bytes:
    """A sheet of people; of none, it is the template."""
    rows = ([p.number, p.name, p.name_en, p.phone, p.unit.code] for p in people)
    return listed(_("People"), titles(), rows)


def read(file: Any, size: int) -> tuple[list[Row], list[Fault]]:
    """The people of a file, and everything that is wrong with it."""
    try:
        lines = lines_of(file, size, titles())
    except Unreadable as error:
        return [], [error.fault]
    units = {u.code: u for u in Unit.objects.filter(is_active=True)}
    named = dict(zip(FIELDS, titles(), strict=True))
    rows: list[Row] = []
    faults: list[Fault] = []
    seen: dict[str, int] = {}
    for line, cells in enumerate(lines, 2):
        said = {f: text_of(v) for f, v in zip(FIELDS, (*cells, *[None] * 5), strict=False)}
        if not any(said.values()):
            continue
        wrong = [(f, _("This must not be empty.")) for f in ("number", "name") if not said[f]]
        if said["number"] in seen:
            same = _("Row %(row)d has the same number.") % {"row": seen[said["number"]]}
            wrong.append(("number", same))
        for field, most in (("number", 40), ("name", 100), ("name_en", 100), ("phone", 30)):
            if len(said[field]) > most:
                wrong.append((field, _("At most %(most)d characters.") % {"most": most}))
        if said["phone"] and not re.fullmatch(r"[\d\s+-]{5,}", said["phone"]):
            told = _("'%(text)s' is no phone number.") % {"text": said["phone"][:30]}
            wrong.append(("phone", told))
        if said["unit"] not in units:
            told = _("There is no unit '%(code)s'. Known: %(known)s.")
            known = ", ".join(sorted(units))
            wrong.append(("unit", told % {"code": said["unit"][:30], "known": known}))
        faults += [Fault(line, named[f], what) for f, what in wrong]
        if said["number"]:
            seen.setdefault(said["number"], line)
        if not wrong:
            unit = units[said["unit"]]
            rows.append(
                Row(line, said["number"], said["name"], said["name_en"], said["phone"], unit)
            )
    return rows, faults


@transaction.atomic
def bring_in(actor: Actor, rows: list[Row]) -> tuple[int, int]:
    """Keep people as a file says: known numbers are changed, others added; nobody is removed.

    Returns:
        how many were added, and how many changed.

    Raises:
        ValidationError: with every row that cannot be kept; then none is.
    """
    require(actor, MANAGE)
    known = {p.number: p for p in Person.objects.filter(number__in=[r.number for r in rows])}
    faults: list[str] = []
    added = changed = 0
    for row in rows:
        person = known.get(row.number) or Person(number=row.number)
        new = person.pk is None
        told = {f: getattr(row, f) for f in ("name", "name_en", "phone", "unit")}
        differs = [f for f, v in told.items() if new or getattr(person, f) != v]
        if not differs:
            continue
        for field, value in told.items():
            setattr(person, field, value)
        try:
            with transaction.atomic():
                keep(actor, person, differs)
        except ValidationError as error:
            faults += [f"{row.line}: {said}" for said in error.messages]
        added, changed = added + new, changed + (not new)
    if faults:
        raise ValidationError(faults)
    log(actor, "house.people-brought-in", "people", {"added": added, "changed": changed})
    return added, changed


def taken_out(actor: Actor) -> None:
    """Note that someone took the people out as a sheet."""
    require(actor, MANAGE)
    log(actor, "house.people-taken-out", "people")
