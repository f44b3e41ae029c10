"""The slip as a PDF, and the code on it by which a customer follows the job."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager

import segno
from django.core import signing
from django.utils import timezone
from django.utils.translation import gettext as _
from fpdf import FPDF

from shouwen.service.enactment.models import Clock
from shouwen.service.tenancy.scope import scope
from shouwen.service.ui import paper
from shouwen.service.ui.words import listed
from shouwen.service.workorders.models import WorkOrder

SALT = "fieldwork.follow"
DAYS = 60


def token(work: WorkOrder) -> str:
    """The code of a job; it says nothing, cannot be guessed, and ends after sixty days."""
    return signing.dumps([work.organisation_id, work.key], salt=SALT)


@contextmanager
def followed(code: str) -> Iterator[WorkOrder | None]:
    """The job of a code, inside its organisation; None when the code is no good."""
    try:
        organisation_id, key = signing.loads(code, salt=SALT, max_age=DAYS * 86_400)
    except (signing.BadSignature, ValueError, TypeError):
        yield None
        return
    with scope(organisation_id):
        yield WorkOrder.objects.select_related("unit", "organisation").filter(key=key).first()


def pdf(work: WorkOrder, follow: str) -> bytes:
    """The slip of a job on one page, with the customer's signature.

    Raises:
        FileNotFoundError: when the font was not made (`scripts/assets.py`).
    """
    slip, case = work.receipt, work.case
    page = paper.blank(slip.number, (148, 210))
    main = paper.NAME
    page.set_font(main, size=15)
    title = _("Service slip")
    page.cell(0, 9, f"{work.organisation.label} {title}", align="C",
              new_x="LMARGIN", new_y="NEXT")  # fmt: skip
    page.set_font(main, size=9.5)
    page.cell(0, 6, slip.number, align="C", new_x="LMARGIN", new_y="NEXT")
    page.ln(2)
    kept = Clock.objects.filter(case_key=work.key, deadline__isnull=False).order_by("deadline")
    rows = [
        (_("Customer"), f"{case.name}  {case.phone}"),
        (_("Address"), case.address),
        (_("Matter"), f"{work.get_kind_display()}  {case.matter}"),
        (_("Reported"), _at(work.reported_at)),
        (_("Arrived"), _at(work.arrived_at)),
        (_("Finished"), _at(work.done_at)),
        (_("Result"), work.result),
        (_("Material"), listed(f"{p.name} × {p.quantity.normalize():f}{p.measure}"
                               for p in work.parts.all())),
        (_("Technician"), work.technician.label if work.technician else ""),
        (_("Rating"), "★" * (slip.rating or 0) if slip.rating else ""),
        (_("Promises"), listed(f"{c.label} {_promise(c)}" for c in kept)),
    ]  # fmt: skip
    for label, text in rows:
        page.set_text_color(90)
        page.cell(22, 6.5, label)
        page.set_text_color(0)
        page.multi_cell(0, 6.5, text or "—", new_x="LMARGIN", new_y="NEXT")
    page.ln(2)
    top = page.get_y()
    page.cell(0, 6, _("Signature of the customer"), new_x="LMARGIN", new_y="NEXT")
    _draw(page, slip.signature, page.l_margin, top + 7, 72)
    code = io.BytesIO()
    segno.make(follow, error="m").save(code, kind="png", scale=6, border=1)
    page.image(code, x=page.w - page.r_margin - 30, y=top, w=30)
    page.set_xy(page.w - page.r_margin - 44, top + 31)
    page.set_font(main, size=7.5)
    page.cell(44, 4, _("Scan to follow the job"), align="R")
    return bytes(page.output())


def _at(instant: object) -> str:
    from datetime import datetime

    return f"{timezone.localtime(instant):%Y-%m-%d %H:%M}" if isinstance(instant, datetime) else ""


def _promise(clock: Clock) -> str:
    if clock.status == "met":
        return _("kept")
    return _("missed") if clock.status == "breached" else _("running")


def _draw(page: FPDF, signature: str, x: float, y: float, width: float) -> None:
    """A signature as it was drawn, in a box of 3 to 1."""
    import re

    scale = width / 600
    last: tuple[float, float] | None = None
    page.set_line_width(0.5)
    for verb, px, py in re.findall(r"([ML])(\d+) (\d+)", signature):
        point = (x + int(px) * scale, y + int(py) * scale)
        if verb == "L" and last is not None:
            page.line(*last, *point)
        last = point
