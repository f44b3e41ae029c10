"""One complaint, to those who have to do with it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shouwen.service.access.gate import ActorRequest, page
from shouwen.service.audit.actions import looked_at
from shouwen.service.complaints import queries
from shouwen.service.complaints.actions import common, handling
from shouwen.service.complaints.actions.deciding import rewarded_at_all, standing_findings
from shouwen.service.complaints.forms import AboutForm, AssignForm, ReportForm
from shouwen.service.complaints.measure import AGENT, asks_for, carries, known, shape_of
from shouwen.service.complaints.models import (
    OPEN,
    Complaint,
    Concern,
    Evidence,
    State,
    Verdict,
)
from shouwen.service.complaints.outcomes import Proposal, said_of
from shouwen.service.complaints.permissions import DIRECT, HANDLE, KNOW, SEE
from shouwen.service.complaints.standing import Standing, found, may_know

PAGES = {Standing.ASKED: "complaints/asked.html", Standing.TELLER: "complaints/told.html"}


def the_one(request: ActorRequest, number: str, *standings: Standing) -> Complaint:
    """A complaint that the actor has to do with in one of these ways. Raises Http404."""
    seen = found(request.actor, number)
    if seen is None or (standings and seen[1] not in standings):
        raise Http404
    return seen[0]


@page(SEE)
def complaint(request: ActorRequest, number: str) -> HttpResponseBase:
    """One complaint: all of it to handlers, their part of it to others."""
    seen = found(request.actor, number)
    if seen is None:
        raise Http404
    row, standing = seen
    if standing is Standing.ASKED:
        context = {"complaint": row, "side": queries.side_of(request.actor, row)}
        return render(request, PAGES[standing], context)
    if standing is Standing.TELLER:
        return render(request, PAGES[standing], _told(request, row))
    if request.headers.get("X-Drawer"):
        brief = {"complaint": row, "said": said_of(row), "timeline": queries.timeline(row)}
        return render(request, "complaints/complaint_drawer.html", brief)
    return render(request, "complaints/complaint.html", _all(request, row))


def _told(request: ActorRequest, row: Complaint) -> dict[str, Any]:
    may_report = row.received_by == request.actor.person and row.state == State.NEW
    return {
        "complaint": row,
        "replies": queries.replies(row),
        "report": ReportForm(_barred(row)) if may_report else None,
        "rewards": _own_rewards(request, row),
    }


def _own_rewards(request: ActorRequest, row: Complaint) -> list[Proposal]:
    """What was decided to be given to a colleague for what they themselves told."""
    if not row.from_staff or common.identity(row).person != request.actor.person:
        return []
    return [p for p in said_of(row).rewards if p.status == "decided"]


@page(KNOW)
@require_POST
def complainant(request: ActorRequest, number: str) -> HttpResponseBase:
    """The same page with who complained; that it was read is written down."""
    row = the_one(request, number, Standing.HANDLER)
    if not may_know(request.actor, row):
        raise Http404
    return render(
        request, "complaints/complaint.html",
        _all(request, row) | {"complainant": queries.identity(request.actor, row)},
    )  # fmt: skip


def _all(request: ActorRequest, row: Complaint) -> dict[str, Any]:
    actor = request.actor
    said = said_of(row)
    concerned = common.concerns(row)
    measure = known(actor)
    directs = actor.may(DIRECT)
    going = row.state in (State.NEW, State.REPORTED, State.INVESTIGATING, State.WITHDRAWN)
    findings = standing_findings(row)
    barred = _barred(row)
    agents = AGENT in shape_of(measure).subjects
    verified = row.verdict in (Verdict.VERIFIED, Verdict.PARTLY)
    return {
        "complaint": row,
        "said": said,
        "complainant": queries.masked(row),
        "may_know": may_know(actor, row),
        "readings": queries.readings(row) if may_know(actor, row) else [],
        "others": queries.others_of_the_same(actor, row),
        "duplicates": row.duplicates.all(),
        "concerns": concerned,
        "people": [c.person for c in concerned if c.person is not None],
        "findings": findings,
        "guilty": {f.person for f in findings if f.person is not None},
        "evidence": row.evidence.select_related("person"),
        "timeline": queries.timeline(row),
        "going": going,
        "directs": directs,
        "open": row.state in OPEN,
        "may_reply": row.state in (State.JUDGED, State.REPLIED),
        "may_reopen": (directs and not (going or row.state == State.REPORTED))
        or (directs and row.state == State.WITHDRAWN),
        "may_conclude": directs and row.state in (State.INVESTIGATING, State.WITHDRAWN)
        and row.investigator_id is not None,
        "may_close": directs and row.state in (State.JUDGED, State.REPLIED, State.WITHDRAWN),
        "report": ReportForm(barred, auto_id="report_%s"),
        "assign": AssignForm(barred, auto_id="assign_%s"),
        "about": AboutForm(actor, agents, auto_id="about_%s"),
        "rewards": said.rewards if verified else [],
        "rewarded_at_all": verified and rewarded_at_all(actor),
        "apologies": asks_for(measure, "complaint.apologised"),
        "reports_to": carries(measure, "complaint.reported", "to_whom"),
    }  # fmt: skip


def _barred(row: Complaint) -> list[int]:
    """Who must have nothing to do with a complaint: everyone it was ever about, and who told it."""
    ever = Concern.objects.filter(complaint=row, person__isnull=False)
    told = common.identity(row).person_id
    return [*ever.values_list("person_id", flat=True), *([told] if told else [])]


@page(HANDLE)
@require_POST
def add_evidence(request: ActorRequest, number: str) -> HttpResponseBase:
    """Keep a piece of evidence."""
    row = the_one(request, number, Standing.HANDLER)
    try:
        handling.add_evidence(
            request.actor, row, request.POST.get("title", "")[:200],
            request.POST.get("words", "")[:8000], request.FILES.get("file"),
        )  # fmt: skip
        messages.success(request, _("Kept."))
    except ValidationError as error:
        messages.error(request, "; ".join(error.messages))
    return redirect("complaints:complaint", number)


@page(HANDLE)
def evidence(request: ActorRequest, number: str, pk: int) -> HttpResponseBase:
    """A file, to those who look into the complaint; that it was opened is written down."""
    row = the_one(request, number, Standing.HANDLER)
    piece = Evidence.objects.filter(complaint=row, pk=pk).exclude(file="").first()
    if piece is None or not piece.file.storage.exists(piece.file.name or ""):
        raise Http404
    looked_at(request.actor, f"complaint:{row.number}", f"evidence {piece.pk}")
    if piece.is_document:
        name = f"{row.number}-{piece.pk}.pdf"
        return FileResponse(
            piece.file.open("rb"), content_type="application/pdf", as_attachment=True, filename=name
        )
    return FileResponse(piece.file.open("rb"), content_type="image/jpeg")


@page(SEE)
@require_POST
def statement(request: ActorRequest, number: str) -> HttpResponseBase:
    """Someone's own side of it."""
    row = the_one(request, number, Standing.ASKED)
    try:
        handling.state_own(request.actor, row, request.POST.get("words", "")[:8000])
        messages.success(request, _("Your side was kept, as you wrote it."))
    except ValidationError as error:
        messages.error(request, "; ".join(error.messages))
    return redirect("complaints:complaint", number)
