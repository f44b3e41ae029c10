"""Rows that are typed or pasted from a spreadsheet, read by the measure's types, whole or not at
all: every line that cannot be read is named with what is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from shouwen.measures.evaluation.events import convert
from shouwen.measures.feel.types import NUMBER
from shouwen.measures.language.model import Field
from shouwen.service.access.actor import Actor
from shouwen.service.enactment.values import plain
from shouwen.service.measurebook.words import pick
from shouwen.service.organisations.models import Person, Unit
from shouwen.service.publication.measure import known_to
from shouwen.service.publication.obligations import EACH, asked
from shouwen.service.ui.templatetags.ui import masked_name

MOST = 500
_BETWEEN = re.compile(r"\t|\||，|,")

Row = dict[str, Any]
"""`facts` as the measure takes them; to be shown, `who` (a masked name) and `unit` (two names)."""


def figure_rows(text: str, fields: tuple[Field, ...], zone: ZoneInfo) -> list[Row]:
    """The rows of a text whose columns are facts of an event. Raises ValidationError."""
    people, units = _people(), _units()
    faults: list[str] = []
    found: list[Row] = []
    for number, cells in _cells(text, len(fields), faults):
        facts: dict[str, Any] = {}
        shown: Row = {}
        for field, cell in zip(fields, cells, strict=True):
            value = _value(field, cell, zone)
            there = {"person": people, "unit": units}.get(field.entity or "")
            if value is None or (there is not None and cell not in there):
                faults.append(
                    _("Line %(n)d: “%(text)s” is no %(what)s.")
                    % {"n": number, "text": cell, "what": pick(field.label)}
                )
                continue
            facts[field.name] = value
            if field.entity == "person":
                shown["who"] = masked_name(people[cell])
            elif field.entity == "unit":
                shown["unit"] = units[cell]
        found.append({"facts": plain(facts), **shown})
    if faults:
        raise ValidationError(faults)
    return found


def result_lines(text: str) -> list[Row]:
    """The rows of a list of results: staff number, text, perhaps the English text.

    The name stands in them masked, so that what is kept for the public holds no more than that.

    Raises:
        ValidationError: naming every line that cannot be read.
    """
    people = _people()
    faults: list[str] = []
    found: list[Row] = []
    for number, cells in _cells(text, 3, faults, least=2):
        if cells[0] not in people:
            faults.append(
                _("Line %(n)d: nobody has the staff number “%(text)s”.")
                % {"n": number, "text": cells[0]}
            )
            continue
        found.append({"who": masked_name(people[cells[0]]), "text": cells[1], "text_en": cells[2]})
    if faults:
        raise ValidationError(faults)
    return found


def _cells(
    text: str, width: int, faults: list[str], least: int | None = None
) -> Iterator[tuple[int, list[str]]]:
    lines = [(n, line) for n, line in enumerate(text.splitlines(), 1) if line.strip()]
    if len(lines) > MOST:
        faults.append(_("There are more than %(n)d lines; split the list.") % {"n": MOST})
        return
    for number, line in lines:
        cells = [c.strip() for c in _BETWEEN.split(line)]
        if not (least or width) <= len(cells) <= width:
            faults.append(
                _("Line %(n)d has %(have)d columns; it must have %(want)d.")
                % {"n": number, "have": len(cells), "want": width}
            )
            continue
        yield number, cells + [""] * (width - len(cells))


def _value(field: Field, cell: str, zone: ZoneInfo) -> Any:
    if field.type == NUMBER and cell.endswith(("%", "％")):
        try:
            return Decimal(cell[:-1].strip()) / 100
        except InvalidOperation:
            return None
    return convert(cell, field.type, zone) if cell else None


def _people() -> Mapping[str, str]:
    return dict(Person.objects.filter(is_active=True).values_list("number", "name"))


def _units() -> Mapping[str, list[str]]:
    rows = Unit.objects.filter(is_active=True).values_list("code", "name", "name_en")
    return {code: [name, name_en or name] for code, name, name_en in rows}


def as_text(rows: list[Row], fields: tuple[Field, ...]) -> str:
    """Rows as they are typed, to be corrected."""
    return "\n".join("\t".join(str(r["facts"].get(f.name, "")) for f in fields) for r in rows)


def figures_of_text(actor: Actor, norms: Iterable[str], text: str) -> dict[str, Any]:
    """Typed rows as the figures of a version, by what the measure asks for now; nothing where it
    asks for no rows. Raises ValidationError."""
    known = known_to(actor)
    asks = asked(known, EACH, norms) if known is not None else ()
    rows = figure_rows(text, asks[0].fields, actor.zone) if asks else []
    return {"rows": rows} if rows else {}
