"""A decision on paper: what, why, the article, the arithmetic, how to appeal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from shouwen.service.conduct.models import Decision
from shouwen.service.conduct.showing import decided_basis, decided_said
from shouwen.service.ui import paper

GREY, BLACK = 90, 0


def pdf(decision: Decision, names: Mapping[str, str]) -> bytes:
    """The notice, in the language of the page, as one or more pages of A4.

    Raises:
        FileNotFoundError: when the font was not made (`scripts/assets.py`).
    """
    page = _Paper(decision.cited)
    kept = decided_basis(decision, names)
    page.title(f"{decision.organisation.label}", _("Notice of a decision"), decision.cited)
    page.row(_("Addressee"), _who(decision))
    page.row(_("Kind"), str(decision.get_kind_display()))
    if decision.follows is not None:
        page.row(_("In place of"), decision.follows.cited)
    if decision.with_decision is not None:
        page.row(_("Follows from"), decision.with_decision.cited)
    page.row(_("Decision"), decided_said(decision))
    page.row(_("Reasons"), decision.reason)
    page.heading(_("What it rests on"))
    page.row(_("Finding"), kept.said)
    for clause in kept.clauses:
        page.row(clause["cite"], clause["text"])
    for fact in kept.facts:
        told = "；".join(f"{a} {b}" for a, b in fact["told"])
        late = _("(registered later, %(at)s)") % {"at": _at(fact["recorded_at"])}
        page.row(_at(fact["at"]), f"{fact['label']}　{told} {late if fact['late'] else ''}")
    if kept.steps:
        page.row(_("Arithmetic"), "\n".join(kept.steps))
    for reading in kept.readings:
        page.row(_("Reading"), f"{reading['question']} {reading['chosen']}")
    page.row(_("Measure"), _("%(title)s, adopted from %(day)s")
             % {"title": kept.measure, "day": kept.adopted_from})  # fmt: skip
    _rights(page, decision)
    page.signatures(decision)
    return page.bytes()


def _who(decision: Decision) -> str:
    unit = decision.unit.label if decision.unit is not None else ""
    return f"{decision.subject.label}　{unit}"


def _rights(page: _Paper, decision: Decision) -> None:
    page.heading(_("What you can do"))
    served = getattr(decision, "service", None)
    if served is None:
        page.text(_("The times to appeal and to pay begin on the day this notice reaches you."))
        return
    page.row(pgettext("decision", "Served"), f"{_at(served.at)}　{served.get_way_display()}")
    page.row(_("Appeal until"), f"{served.appeal_until:%Y-%m-%d}")
    if served.pay_until is not None:
        page.row(_("Pay until"), f"{served.pay_until:%Y-%m-%d}")
    page.text(_("Whoever decides about an appeal is not the one who decided this."))


def _at(instant: datetime) -> str:
    return f"{timezone.localtime(instant):%Y-%m-%d %H:%M}"


class _Paper:
    """A sheet of A4 with labels on the left and texts on the right."""

    def __init__(self, title: str) -> None:
        self._page = paper.blank(title, margin=20)

    def _font(self, size: float, grey: int = BLACK) -> None:
        self._page.set_font(paper.NAME, size=size)
        self._page.set_text_color(grey)

    def title(self, above: str, title: str, number: str) -> None:
        """The head of the sheet."""
        for text, size, height in ((above, 12, 8), (title, 18, 12), (number, 11, 8)):
            self._font(size)
            self._page.cell(0, height, text, align="C", new_x="LMARGIN", new_y="NEXT")
        self._page.ln(4)

    def heading(self, text: str) -> None:
        """A line above a group of rows."""
        self._page.ln(3)
        self._font(12)
        self._page.cell(0, 8, text, new_x="LMARGIN", new_y="NEXT", border="B")
        self._page.ln(2)

    def row(self, label: str, text: str) -> None:
        """A label and its text."""
        self._font(9.5, GREY)
        top, page = self._page.get_y(), self._page.page
        self._page.multi_cell(38, 6, label, align="L", new_x="LMARGIN", new_y="NEXT")
        under, under_page = self._page.get_y(), self._page.page
        if page == under_page:
            self._page.set_xy(self._page.l_margin + 40, top)
        else:
            self._page.set_xy(self._page.l_margin + 40, self._page.t_margin)
        self._font(10)
        self._page.multi_cell(0, 6, text or "—", align="L", new_x="LMARGIN", new_y="NEXT")
        if self._page.page == under_page:
            self._page.set_y(max(under, self._page.get_y()))

    def text(self, text: str) -> None:
        """A sentence over the whole width."""
        self._font(10)
        self._page.multi_cell(0, 6, text, align="L", new_x="LMARGIN", new_y="NEXT")

    def signatures(self, decision: Decision) -> None:
        """Who decided, and room for the person to sign."""
        self._page.ln(8)
        self._font(10)
        decided = _("Decided by %(who)s, %(at)s") % {
            "who": decision.decided_by.label, "at": _at(decision.decided_at),
        }  # fmt: skip
        self._page.cell(0, 8, decided, align="R", new_x="LMARGIN", new_y="NEXT")
        signed = getattr(decision, "acknowledgement", None)
        if signed is not None:
            text = _("Acknowledged by %(who)s, %(at)s") % {"who": signed.name, "at": _at(signed.at)}
        else:
            text = _("Received (name, date): ____________________")
        self._page.cell(0, 10, text, new_x="LMARGIN", new_y="NEXT")
        self._font(7.5, GREY)
        self._page.multi_cell(0, 5, f"SHA-256 {decision.digest}")

    def bytes(self) -> bytes:
        """The finished document."""
        return bytes(self._page.output())
