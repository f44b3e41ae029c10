"""Decisions: read, served, appealed, amended."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shouwen.service.access.gate import ActorRequest, page
from shouwen.service.audit.actions import log, looked_at
from shouwen.service.conduct import actions, appeals, export, notice, queries, serving, showing
from shouwen.service.conduct.concerns import concern
from shouwen.service.conduct.deciding import standing
from shouwen.service.conduct.models import AppealResult, Decision, Proposal, Way
from shouwen.service.conduct.permissions import (
    DECIDE,
    DECIDE_APPEALS,
    MINE,
    SEE_PROPOSALS,
    SEE_PUBLISHED,
    SERVE,
)
from shouwen.service.conduct.views.proposals import avoided, chosen_of, names
from shouwen.service.enactment.enacted import measure_of
from shouwen.service.organisations.models import Unit
from shouwen.service.ui.once import once
from shouwen.service.ui.paging import page_of
from shouwen.service.ui.workbooks import download


@page(SEE_PROPOSALS)
def decisions(request: ActorRequest) -> HttpResponseBase:
    """All decisions, the last first."""
    chosen = {f: request.GET.get(f, "") for f in ("unit", "q", "served")}
    rows = queries.decisions(request.actor)
    if chosen["unit"].isdecimal():
        rows = rows.filter(unit_id=int(chosen["unit"]))
    if chosen["q"]:
        rows = rows.filter(person__name__contains=chosen["q"][:60])
    if chosen["served"] == "no":
        rows = queries.standing_only(rows.filter(service__isnull=True))
    rows = rows.select_related("subject__person", "unit", "service", "appeal__verdict",
                               "decided_by")  # fmt: skip
    if request.GET.get("format") == "xlsx":
        log(request.actor, "conduct.take-out", "decisions", chosen)
        taken = rows.order_by("-decided_at", "-id")[: export.TAKEN]
        return download(export.decisions(taken), "decisions")
    found = page_of(request, rows, "decided_at")
    context = {
        "page": found,
        "lines": [(d, showing.decided_said(d)) for d in found.rows],
        "chosen": chosen,
        "units": Unit.objects.filter(is_active=True),
    }
    return render(request, "conduct/decisions.html", context)


@page(MINE)
def mine(request: ActorRequest) -> HttpResponseBase:
    """My own: decisions on me, and what is proposed."""
    person = request.actor.person
    assert person is not None
    rows = Decision.objects.filter(person=person).select_related(
        "subject__person", "service", "acknowledgement", "appeal__verdict", "unit"
    )
    found = page_of(request, rows, "decided_at", size=30)
    open_ = Proposal.objects.filter(person=person, gone=False, state="open")
    context = {
        "page": found,
        "lines": [(d, showing.decided_said(d)) for d in found.rows],
        "open": [(p, showing.proposal_said(p)) for p in
                 open_.select_related("thread__adoption").order_by("-at")[:30]],
    }  # fmt: skip
    return render(request, "conduct/mine.html", context)


@page(MINE)
def decision(request: ActorRequest, number: str) -> HttpResponseBase:
    """One decision, for whoever it is about and for those who answer for them."""
    found = _decision(request, number)
    return render(request, "conduct/decision.html", _shown(request, found))


def _shown(request: ActorRequest, found: Decision) -> dict[str, Any]:
    actor = request.actor
    own = actor.person is not None and found.person_id == actor.person.pk
    if not own:
        looked_at(actor, found.subject.key[:100], "decision")
    measure = measure_of(found.frozen["measure"]["key"])
    offered = found.frozen["offered"]
    last = standing(found.outcome)
    served = getattr(found, "service", None)
    appeal = getattr(found, "appeal", None)
    stands = last is not None and last.pk == found.pk
    why_not = "" if own else concern(actor, found.proposal)
    open_appeal = appeal is not None and not hasattr(appeal, "verdict")
    return {
        "decision": found,
        "own": own,
        "decided": showing.decided_said(found),
        "basis": showing.decided_basis(found, names()),
        "last": last,
        "stands": stands,
        "service": served,
        "appeal": appeal,
        "verdict": getattr(appeal, "verdict", None),
        "acknowledgement": getattr(found, "acknowledgement", None),
        "chain": list(Decision.objects.filter(outcome=found.outcome).order_by("id")),
        "shares": list(found.shares.select_related("subject__person")),
        "why_not": why_not,
        "may_serve": actor.may(SERVE) and stands and served is None and not own,
        "may_amend": actor.may(DECIDE) and stands and not own and not why_not and not open_appeal,
        "may_appeal": stands and served is not None and appeal is None
        and (own or (found.person_id is None and actor.may(SERVE))),
        "may_answer": actor.may(DECIDE_APPEALS) and open_appeal and stands and not own
        and not why_not,
        "ways": [w for w in Way.choices if w[0] != Way.PAGE or found.person_id],
        "choices": showing.choices(measure, offered["amounts"], found.amounts),
        "acts": showing.acts(measure, offered["acts"], frozenset(found.acts)),
        "results": AppealResult.choices,
    }  # fmt: skip


@page(MINE)
def instead(request: ActorRequest, number: str) -> HttpResponseBase:
    """What would have avoided it."""
    found = _decision(request, number)
    return render(request, "conduct/instead.html", {"said": avoided(found.proposal)})


@page(MINE)
def paper(request: ActorRequest, number: str) -> HttpResponseBase:
    """The notice, as a PDF."""
    found = _decision(request, number)
    if found.person_id != (request.actor.person.pk if request.actor.person else None):
        looked_at(request.actor, found.subject.key[:100], "decision, PDF")
    answer = HttpResponse(notice.pdf(found, names()), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="decision-{found.number}.pdf"'
    return answer


@page(SEE_PUBLISHED)
def published(request: ActorRequest) -> HttpResponseBase:
    """Decisions that stand and were served, for everybody in the house: names masked.
    Rewards of whoever told of something are not among them."""
    rows = queries.standing_only(
        Decision.objects.filter(
            service__isnull=False, waived=False, subject__complaint__isnull=True
        )
    ).select_related("subject__person", "unit")
    found = page_of(request, rows, "decided_at")
    lines = [(d, showing.decided_said(d)) for d in found.rows]
    return render(request, "conduct/published.html", {"page": found, "lines": lines})


@page(DECIDE_APPEALS)
def open_appeals(request: ActorRequest) -> HttpResponseBase:
    """Appeals that wait for an answer, the oldest first."""
    rows = queries.open_appeals(request.actor).select_related(
        "decision__subject__person", "decision__unit", "decision__decided_by"
    )
    return render(request, "conduct/appeals.html", {"appeals": rows.order_by("at")[:200]})


@page(MINE)
@require_POST
@once
def act(request: ActorRequest, number: str, verb: str) -> HttpResponseBase:
    """Do something about a decision, and return to it with what came of it."""
    found = _decision(request, number)
    doing = VERBS.get(verb)
    if doing is None:
        raise Http404
    try:
        said, to = doing(request, found)
    except ValidationError as error:
        context = _shown(request, found) | {"faults": error.messages, "posted": request.POST}
        return render(request, "conduct/decision.html", context, status=422)
    messages.success(request, said)
    return redirect("conduct:decision", to)


Doing = Callable[[ActorRequest, Decision], tuple[str, str]]


def _serve(request: ActorRequest, found: Decision) -> tuple[str, str]:
    way = request.POST.get("way", "")
    if way not in Way.values:
        raise ValidationError(_("Say how it reached the person."))
    row = serving.serve(request.actor, found, Way(way), request.POST.get("note", ""))
    said = _("Served. It can be appealed against until %(day)s.")
    return said % {"day": f"{row.appeal_until:%Y-%m-%d}"}, found.number


def _acknowledge(request: ActorRequest, found: Decision) -> tuple[str, str]:
    serving.acknowledge(
        request.actor, found, request.POST.get("name", ""), request.POST.get("said", "")
    )
    return _("Acknowledged."), found.number


def _appeal(request: ActorRequest, found: Decision) -> tuple[str, str]:
    row = appeals.appeal(request.actor, found, request.POST.get("grounds", ""))
    said = _("The appeal was taken up; the decision is suspended until it is answered.")
    return said if row.suspends else _("The appeal was taken up."), found.number


def _amend(request: ActorRequest, found: Decision) -> tuple[str, str]:
    made = actions.amend(request.actor, found, chosen_of(request))
    return _("Decided as %(number)s. Serve it now.") % {"number": made.cited}, made.number


def _answer(request: ActorRequest, found: Decision) -> tuple[str, str]:
    result = request.POST.get("result", "")
    row = getattr(found, "appeal", None)
    if result not in AppealResult.values or row is None:
        raise ValidationError(_("Say what comes of the appeal."))
    chosen = chosen_of(request)
    verdict = appeals.answer(request.actor, row, AppealResult(result), chosen.reason, chosen)
    to = verdict.decision.number if verdict.decision else found.number
    return _("The appeal was answered."), to


VERBS: dict[str, Doing] = {
    "serve": _serve,
    "acknowledge": _acknowledge,
    "appeal": _appeal,
    "amend": _amend,
    "answer": _answer,
}


def _decision(request: ActorRequest, number: str) -> Decision:
    year, _dash, seq = number.partition("-")
    rows = queries.decisions(request.actor).select_related(
        "subject__organisation", "subject__person", "person", "unit", "decided_by", "service__by",
        "acknowledgement", "appeal__verdict__by", "appeal__verdict__decision", "follows",
        "with_decision", "proposal__subject__organisation", "proposal__subject__person",
        "proposal__origin", "proposal__thread__adoption", "organisation",
    )  # fmt: skip
    found = None
    if year.isdecimal() and seq.isdecimal() and len(number) < 12:
        found = rows.filter(year=int(year), seq=int(seq)).first()
    if found is None:
        raise Http404
    return found
