"""What the pages of inspections share."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from shouwen.service.access.gate import ActorRequest
from shouwen.service.audit.models import LogEntry
from shouwen.service.inspections import permissions as p
from shouwen.service.inspections.actions import pictures
from shouwen.service.inspections.export import Column, workbook
from shouwen.service.inspections.models import Finding, Inspection
from shouwen.service.ui.workbooks import download

TABS = (
    ("inspections", _("Inspections"), p.SEE_INSPECTIONS),
    ("findings", _("Findings"), p.SEE_FINDINGS),
    ("to-put-right", _("To be put right"), p.PUT_RIGHT),
    ("programmes", _("Programmes"), p.PLAN),
    ("rota", _("Executives' rota"), p.SEE_ROTA),
    ("phones", _("Phones"), p.CHECK_PHONES),
    ("samples", _("Samples"), p.DRAW),
    ("rules", _("Bounds"), p.SET_RULES),
)
EXPORTED = 10_000

VERBS = {
    "inspections.begin": _("Begun"),
    "inspections.tick": _("Ticked off"),
    "inspections.hold": _("Held"),
    "inspections.abandon": _("Broken off"),
    "inspections.picture": _("Picture taken"),
    "inspections.refused": _("Came too late and was not kept"),
    "findings.find": _("A finding was made"),
    "findings.take-back": _("Taken back"),
    "rectification.order": _("Ordered to be put right"),
    "rectification.report": _("Reported as put right"),
    "rectification.look": _("Second look"),
}


def tabs(request: ActorRequest, current: str) -> list[tuple[str, Any, bool]]:
    """The pages that an actor may go to from here: address, name, whether it is this one."""
    return [
        (reverse(f"inspections:{name}"), label, name == current)
        for name, label, permission in TABS
        if request.actor.may(permission)
    ]


def timeline(subject: str, *, named: bool = True) -> list[dict[str, Any]]:
    """What was done with a thing, the last first; `named`: by whom."""
    rows = LogEntry.objects.filter(subject=subject).select_related("person").order_by("-number")
    return [
        {
            "at": row.at,
            "what": VERBS.get(row.verb, row.verb),
            "who": row.person.label if named and row.person is not None else "",
            "text": row.data.get("reason") or row.data.get("done") or row.data.get("why") or "",
        }
        for row in rows[:200]
    ]


def refused(error: ValidationError) -> str:
    """What was wrong, as one text."""
    return "; ".join(error.messages)


def keep_picture(request: ActorRequest, row: Finding | Inspection) -> None:
    """Keep the picture that was sent, and say what came of it."""
    file = request.FILES.get("photo")
    try:
        if file is None:
            raise ValidationError(_("Choose a picture."))
        pictures.keep(request.actor, row, file)
        messages.success(request, _("Kept."))
    except ValidationError as error:
        messages.error(request, refused(error))


def sheet(name: str, title: str, columns: list[Column], rows: Any) -> HttpResponse:
    """Rows as an Excel file to download."""
    return download(workbook(title, columns, rows), name)
