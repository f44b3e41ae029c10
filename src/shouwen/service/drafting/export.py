"""The result of a trial as a workbook."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from shouwen.service.access.actor import Actor
from shouwen.service.drafting import documents
from shouwen.service.drafting.forms import adoption_name
from shouwen.service.drafting.models import Trial
from shouwen.service.drafting.showing import Money, result_of
from shouwen.service.measurebook.texts import name_of
from shouwen.service.ui.workbooks import content_of, local, safe


def workbook(actor: Actor, trial: Trial, cases: Iterable[dict[str, Any]]) -> bytes:
    """All that the page shows, a table a sheet; people as the page shows them."""
    result = result_of(actor, trial)
    book = Workbook(write_only=True)
    a, b, more = "A", "B", "B − A"
    _sheet(book, _("Totals"), [_("What"), a, b, more],
           [(r.label, r.a, r.b, r.more) for r in (*result.totals, *result.statuses)])  # fmt: skip
    _sheet(
        book, _("Units and clauses"),
        [_("Unit"), _("Clause"), "", a, b, _("no longer"), _("new")],
        [(u, r.norm, r.label, r.a, r.b, r.gone, r.new) for u, r in result.changes],
    )  # fmt: skip
    _sheet(
        book, _("People"), [_("Person"), _("Unit"), a, b, _("no longer"), _("new")],
        [(r.label, r.note, r.a, r.b, r.gone, r.new) for r in result.people],
    )  # fmt: skip
    heads = [_("Unit"), _("Amount"), _("A least"), _("A most"), _("B least"), _("B most")]
    _sheet(book, _("Amounts by unit"), heads, map(_money, result.money))
    _sheet(book, _("Amounts by person"), [_("Person"), *heads[1:]],
           map(_money, result.money_of_people))  # fmt: skip
    _sheet(
        book, _("Cases"),
        [_("How it differs"), _("Case"), _("Clause"), "", _("Unit"), _("Person"), _("When"),
         _("Deadline A"), _("Deadline B"), _("Done"), a, b],
        [
            (c["flip"].get_change_display(), c["flip"].occasion, c["clause"], str(c["title"]),
             c["unit"], c["person"], local(c["flip"].at), local(c["flip"].deadline_a),
             local(c["flip"].deadline_b), local(c["flip"].performed_at), c["status_a"],
             c["status_b"])
            for c in cases
        ],
    )  # fmt: skip
    for plot in result.plots:
        rows = [(f"{r.norm} {r.label}".strip(), r.a, r.b) for r in plot.rows]
        _sheet(book, plot.title, ["", a, b], rows)
    _sheet(book, _("How it came about"), ["", ""], [
        (_("Days"), f"{trial.first} – {trial.last}"),
        ("A", adoption_name(trial.adoption)), ("B", name_of(trial.measure)),
        (_("Asked at"), local(trial.as_of)),
        *((e.name, "\n".join(f"{n.sign} {n.text}" for n in e.lines))
          for e in documents.changed_in(trial)),
    ])  # fmt: skip
    return content_of(book)


def _money(row: Money) -> tuple[object, ...]:
    return (row.label, row.quantity, *row.a, *row.b)


_NOT_IN_A_NAME = str.maketrans(dict.fromkeys("[]:*?/\\", " "))


def _sheet(
    book: Workbook, title: str, heads: Iterable[str], rows: Iterable[Iterable[object]]
) -> None:
    sheet = book.create_sheet(title.translate(_NOT_IN_A_NAME)[:31])
    sheet.freeze_panes = "A2"
    head = []
    for text in heads:
        cell = WriteOnlyCell(sheet, value=text)
        cell.font = Font(bold=True)
        head.append(cell)
    sheet.append(head)
    for row in rows:
        sheet.append([safe(value) for value in row])
