"""One's own sheet of a month: figures, points, decisions, breaches, each with its reasons."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import Http404, HttpResponseBase
from django.shortcuts import render

from shouwen.measures.evaluation.outcomes import LedgerEntry
from shouwen.service.access.gate import ActorRequest, page
from shouwen.service.assessment import queries
from shouwen.service.assessment.figures import FIGURES, PEOPLE, Span
from shouwen.service.assessment.models import Scope, Sheet
from shouwen.service.assessment.periods import asked_for, choices
from shouwen.service.assessment.permissions import MY_SHEET
from shouwen.service.assessment.queries import Subject
from shouwen.service.assessment.standing import Account, accounts_of, answer_for, grades_of
from shouwen.service.assessment.views.common import address, today
from shouwen.service.assessment.views.figures import drilled
from shouwen.service.cases.permissions import SEE_CASES
from shouwen.service.conduct.models import Decision, Proposal, State
from shouwen.service.conduct.queries import standing_only
from shouwen.service.conduct.showing import decided_said
from shouwen.service.enactment.models import Breach
from shouwen.service.measurebook.grades import BETWEEN, grade_words
from shouwen.service.measurebook.words import language, pick
from shouwen.service.organisations.models import Person

MOST = 300


@page(MY_SHEET)
def mine(request: ActorRequest) -> HttpResponseBase:
    """What there is about oneself in a period. Nobody else's can be asked for here."""
    person = _me(request)
    period = asked_for(request.GET, today(request))
    span = Span(period.first, period.last, request.actor.zone)
    subject = Subject(Scope.PERSON, person=person)
    rows = queries.rows_of(subject, period.first, period.last)
    made = Decision.objects.filter(
        person=person, decided_at__gte=span.begins, decided_at__lt=span.ends
    ).select_related("service", "appeal")  # fmt: skip
    broken = Breach.objects.filter(
        person=person, gone=False, at__gte=span.begins, at__lt=span.ends
    ).order_by("at", "pk")  # fmt: skip
    proposed = Proposal.objects.filter(
        person=person, gone=False, state=State.OPEN, at__gte=span.begins, at__lt=span.ends
    ).order_by("at", "pk")  # fmt: skip
    context = {
        "person": person,
        "period": period,
        "choices": choices(today(request)),
        "rows": [(r, address(subject, period.first, period.last, norm=r.norm)) for r in rows],
        "decisions": [(d, decided_said(d))
                      for d in standing_only(made).order_by("decided_at", "pk")[:MOST]],
        "proposals": proposed[:MOST],
        "breaches": broken[:MOST],
        "most": MOST,
        "sheets": Sheet.objects.filter(person=person)[:24],
        **_standing(person, span),
    }  # fmt: skip
    return render(request, "assessment/mine.html", context)


def _standing(person: Person, span: Span) -> dict[str, Any]:
    """Accounts with their entries, and grades, in the language of the page."""
    answer = answer_for(person, span.last)
    if answer is None:
        return {"accounts": [], "grades": []}
    decided: dict[str, Decision] = {}
    accounts: list[Account] = list(accounts_of(answer, person, span))
    sources = {e.source for a in accounts for e in a.entries}
    for decision in Decision.objects.filter(Q(outcome__in=sources)).order_by("id"):
        decided[decision.outcome] = decision
    labels, words = {g.id: g.label for g in answer.known.measure.grades}, grade_words()
    return {
        "accounts": [
            (pick(a.ledger.label), a, [_entry(e, decided.get(e.source)) for e in a.entries])
            for a in accounts
        ],
        "grades": [
            (pick(labels[g.rule]), g, words(BETWEEN.join(str(v) for v in g.outputs.values())))
            for g in grades_of(answer, person, span)
        ],
    }


def _entry(entry: LedgerEntry, decision: Decision | None) -> tuple[LedgerEntry, str, Any]:
    said = "; ".join(n.zh if language() == "zh" else n.en for n in entry.notes)
    return entry, said, decision


@page(MY_SHEET)
def cases(request: ActorRequest, key: str) -> HttpResponseBase:
    """What stands behind a figure of one's own."""
    if key not in PEOPLE:
        raise Http404
    subject = Subject(Scope.PERSON, person=_me(request))
    period = asked_for(request.GET, today(request))
    context = drilled(request, FIGURES[key], subject, period)
    context |= {"own": True, "linked": request.actor.may(SEE_CASES)}
    return render(request, "assessment/drill.html", context)


def _me(request: ActorRequest) -> Person:
    if request.actor.person is None:
        raise Http404
    return request.actor.person
