"""What waits to be decided."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shouwen.measures.evaluation import counterfactual, wording
from shouwen.measures.evaluation.outcomes import UnknownOutcome
from shouwen.service.access.gate import ActorRequest, page
from shouwen.service.audit.actions import log, looked_at
from shouwen.service.conduct import actions, export, queries, showing
from shouwen.service.conduct.concerns import concern
from shouwen.service.conduct.deciding import Chosen, Open, opened, standing
from shouwen.service.conduct.freezing import frozen
from shouwen.service.conduct.law import law_notes
from shouwen.service.conduct.models import Proposal, State
from shouwen.service.conduct.permissions import DECIDE, SEE_PROPOSALS
from shouwen.service.measurebook.words import language
from shouwen.service.organisations.models import Person, Unit
from shouwen.service.ui.once import once
from shouwen.service.ui.paging import page_of
from shouwen.service.ui.workbooks import download

BUDGET = 80
"""How many changed histories are tried for one question, so that an answer takes seconds."""


@page(SEE_PROPOSALS)
def proposals(request: ActorRequest) -> HttpResponseBase:
    """The list: what is open first."""
    chosen = {f: request.GET.get(f, "") for f in queries.FILTERS}
    rows = queries.filtered(queries.proposals(request.actor), chosen)
    rows = rows.select_related("subject__person", "unit", "thread__adoption", "person")
    if request.GET.get("format") == "xlsx":
        log(request.actor, "conduct.take-out", "proposals", chosen)
        return download(export.proposals(rows.order_by("-at", "-pk")[: export.TAKEN]), "proposals")
    found = page_of(request, rows, "at")
    context = {
        "page": found,
        "lines": [(p, showing.proposal_said(p)) for p in found.rows],
        "chosen": chosen | {"state": chosen["state"] or State.OPEN},
        "states": State.choices,
        "units": Unit.objects.filter(is_active=True),
        "may_decide": request.actor.may(DECIDE),
    }
    return render(request, "conduct/proposals.html", context)


@page(SEE_PROPOSALS)
def proposal(request: ActorRequest, pk: int) -> HttpResponseBase:
    """One proposal: what it rests on, what was decided before, and the form to decide it."""
    row = _proposal(request, pk)
    looked_at(request.actor, row.subject.key[:100], "proposal")
    context = _shown(request, row) | {"why_not": concern(request.actor, row)}
    drawer = request.headers.get("X-Drawer")
    return render(
        request, "conduct/proposal_drawer.html" if drawer else "conduct/proposal.html", context
    )


def _shown(request: ActorRequest, row: Proposal) -> dict[str, Any]:
    made = standing(row.outcome)
    context: dict[str, Any] = {
        "proposal": row,
        "decision": made,
        "decided": showing.decided_said(made) if made else "",
        "offered": showing.proposal_said(row),
        "may_decide": request.actor.may(DECIDE),
        "similar": showing.similar(row.rule, row.norm, row.row, row.subject_id),
        "shares": [
            (s, showing.proposal_said(s))
            for s in Proposal.objects.filter(share_of=row.outcome, gone=False).select_related(
                "subject__person", "thread__adoption"
            )
        ],
        "whole": Proposal.objects.filter(outcome=row.share_of).first() if row.share_of else None,
    }
    try:
        found = opened(row)
    except ValidationError as error:
        return context | {"cannot": error.messages}
    kept = frozen(found.answer, found.outcome, row, found.thread)
    measure = found.answer.known.measure
    offered = kept["offered"]
    return context | {
        "basis": showing.basis(kept, names()),
        "choices": showing.choices(measure, offered["amounts"], chosen_of(request).amounts),
        "acts": showing.acts(measure, offered["acts"], frozenset(request.POST.getlist("acts"))),
        "law": law_notes(found, row.person, request.actor.zone),
        "gaps": _gaps(found),
    }


def _gaps(found: Open) -> list[str]:
    """What cannot be said of its shares, for lack of facts."""
    measure = found.answer.known.measure
    gaps = []
    for said in found.answer.outcomes.of(UnknownOutcome):
        if found.outcome.id in said.because:
            missing = ", ".join(sorted(said.missing))
            gaps.append(f"{wording.clause(measure, said.norm, language())}: {missing}")
    return gaps


def names() -> dict[str, str]:
    """What people are called, by number."""
    return {p.number: p.label for p in Person.objects.all()}


@page(SEE_PROPOSALS)
def instead(request: ActorRequest, pk: int) -> HttpResponseBase:
    """What would have sufficed for it not to be, or to be less."""
    return render(request, "conduct/instead.html", {"said": avoided(_proposal(request, pk))})


def avoided(row: Proposal) -> list[str]:
    """The smallest changes of what happened under which less or nothing would follow; each was
    tried."""
    try:
        found = opened(row)
    except ValidationError:
        return []
    outcomes = found.answer.outcomes
    changes = counterfactual(
        outcomes.adoption, outcomes.events.values(), outcomes.as_of, found.outcome, limit=3,
        budget=BUDGET,
    )  # fmt: skip
    return [c.zh if language() == "zh" else c.en for c in changes]


@page(DECIDE)
@require_POST
@once
def decide(request: ActorRequest, pk: int) -> HttpResponseBase:
    """Decide a proposal."""
    row = _proposal(request, pk)
    try:
        made = actions.decide(request.actor, row, chosen_of(request))
    except ValidationError as error:
        context = _shown(request, row) | {
            "faults": error.messages, "reason": request.POST.get("reason", ""),
            "why_not": concern(request.actor, row),
        }  # fmt: skip
        return render(request, "conduct/proposal.html", context, status=422)
    messages.success(request, _("Decided as %(number)s. Serve it now.") % {"number": made.cited})
    return redirect("conduct:decision", made.number)


def chosen_of(request: ActorRequest) -> Chosen:
    """What a form chose."""
    return Chosen(
        request.POST.get("reason", "")[:5000],
        {k.removeprefix("amount-"): str(v) for k, v in request.POST.items() if k[:7] == "amount-"},
        frozenset(request.POST.getlist("acts")),
        request.POST.get("waived") == "1",
    )


@page(DECIDE)
@require_POST
@once
def confirm(request: ActorRequest) -> HttpResponseBase:
    """Decide several proposals that leave no choice."""
    keys = [int(k) for k in request.POST.getlist("proposal")[:100] if k.isdecimal()]
    rows = queries.proposals(request.actor).filter(pk__in=keys).select_related("subject")
    reason = request.POST.get("reason", "")[:5000]
    made, refused = actions.confirm(request.actor, rows, reason)
    if made:
        messages.success(request, _("%(n)d decisions were made.") % {"n": len(made)})
    for text in refused[:10]:
        messages.error(request, text)
    return redirect("conduct:proposals")


@page(SEE_PROPOSALS)
@require_POST
def refresh(request: ActorRequest, pk: int) -> HttpResponseBase:
    """Ask the measure anew about whom a proposal is about."""
    row = _proposal(request, pk)
    actions.refresh(request.actor, row.subject)
    messages.success(request, _("The measure was asked anew."))
    row.refresh_from_db()
    return redirect("conduct:proposals") if row.gone else redirect("conduct:proposal", pk)


@page(SEE_PROPOSALS)
@require_POST
def sought(request: ActorRequest) -> HttpResponseBase:
    """From a page that shows what the measure proposes to where it is decided."""
    outcome = request.POST.get("outcome", "")[:600]
    actions.seek(request.actor, request.POST.get("to", "")[:100])
    row = queries.proposals(request.actor).filter(outcome=outcome).first()
    if row is None:
        messages.warning(request, _("The measure proposes nothing of this that you decide about."))
        return redirect("conduct:proposals")
    made = standing(row.outcome)
    if made is not None:
        return redirect("conduct:decision", made.number)
    return redirect("conduct:proposal", row.pk)


def _proposal(request: ActorRequest, pk: int) -> Proposal:
    rows = queries.proposals(request.actor).select_related(
        "subject__organisation", "subject__person", "subject__complaint", "origin__person",
        "person", "unit",
        "thread__adoption",
    )  # fmt: skip
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
