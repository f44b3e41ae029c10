"""Stars of a period: who was named, by what, what followed, and who may be named next."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from openpyxl import Workbook

from shouwen.service import clock
from shouwen.service.access.gate import ActorRequest, page
from shouwen.service.assessment.figures import FIGURES, Span
from shouwen.service.assessment.models import Scope
from shouwen.service.assessment.periods import Period, asked_for, choices
from shouwen.service.assessment.permissions import SEE_FIGURES
from shouwen.service.assessment.queries import Subject
from shouwen.service.assessment.stars import (
    SHOWN,
    Follow,
    Star,
    candidates,
    marked,
    marks,
    others,
    rounds,
)
from shouwen.service.assessment.views.common import address, today
from shouwen.service.audit.actions import log
from shouwen.service.conduct.showing import decided_said, proposal_said
from shouwen.service.enactment.enacted import NotInForce, in_force
from shouwen.service.enactment.models import Adoption
from shouwen.service.measurebook.grades import grade_words
from shouwen.service.measurebook.permissions import REGISTER_EVENTS, SEE_EVENTS
from shouwen.service.measurebook.words import language, pick
from shouwen.service.ui.workbooks import content_of, download, local, safe

FEW = 20
"""So many candidates are shown; all of them are in the workbook."""


def every(word: str) -> str:
    """How often someone is named."""
    said = {"month": _("Once a month"), "quarter": _("Once a quarter"), "year": _("Once a year")}
    return said.get(word, word)


def _asked(request: ActorRequest) -> tuple[Adoption | None, Period, Span]:
    period = asked_for(request.GET, today(request))
    try:
        adoption = in_force(clock.now().astimezone(request.actor.zone))
    except NotInForce:
        adoption = None
    return adoption, period, Span(period.first, period.last, request.actor.zone)


def _said(follow: Follow) -> str:
    """What was decided, else what is proposed."""
    if follow.decision is not None:
        return decided_said(follow.decision)
    return proposal_said(follow.proposal)


@page(SEE_FIGURES)
def stars(request: ActorRequest) -> HttpResponseBase:
    """The stars of a period on a page; each row leads to what stands behind it."""
    adoption, period, span = _asked(request)
    actor = request.actor
    found = rounds(actor, adoption, span) if adoption else []
    all_ = candidates(actor, adoption, span) if adoption else []
    words = grade_words()
    heads = _heads(adoption)
    context = {
        "period": period,
        "choices": choices(today(request)),
        "rounds": [
            {
                "label": pick(r.duty.label), "clause": r.clause, "every": every(r.every),
                "clocks": r.clocks,
                "readings": [(pick(q.question), pick(a)) for q, a in r.readings],
                "stars": [(s, [(f, _said(f)) for f in s.follows]) for s in r.stars],
                "event": r.naming.event, "where": urlencode(r.naming.where),
            }
            for r in found
        ],
        "marks": heads,
        "marked": [
            (m, [(head, None if v is None else f"{v:.2%}", missed)
                 for (_id, head), (v, missed) in zip(heads, m.values, strict=True)])
            for m in (marked(actor, adoption, span) if adoption else [])
        ],
        "others": [(f, _said(f)) for f in others(actor, span, found)],
        "candidates": [
            (c, address(Subject(Scope.PERSON, person=c.person), period.first, period.last),
             words(c.grade.value) if c.grade else "")
            for c in all_[:FEW]
        ],
        "more": len(all_) > FEW,
        "few": FEW,
        "counted": any(c.points is not None for c in all_),
        "counts": any(r.naming.counts for r in found),
        "figures": [FIGURES[key] for key in SHOWN],
        "may_name": actor.may(REGISTER_EVENTS),
        "may_look": actor.may(SEE_EVENTS),
    }  # fmt: skip
    return render(request, "assessment/stars.html", context)


def _heads(adoption: Adoption | None) -> list[tuple[str, str]]:
    """The norms that set a mark, with what they say."""
    found = marks(adoption) if adoption else []
    return [(c.id, c.title if language() == "zh" else c.gloss or c.title) for c in found]


@page(SEE_FIGURES)
def stars_xlsx(request: ActorRequest) -> HttpResponseBase:
    """The same as a workbook, with every candidate. It holds names, so taking it out is logged."""
    adoption, period, span = _asked(request)
    found = rounds(request.actor, adoption, span) if adoption else []
    book = Workbook(write_only=True)
    named = book.create_sheet(_("Stars"))
    named.append([_("What"), _("Norm"), _("Who"), _("Staff number"), _("Unit"), _("Named"),
                  _("By"), _("What follows"), _("Decision")])  # fmt: skip
    for r in found:
        for star in r.stars:
            for follow in star.follows or (None,):
                named.append(
                    [safe(v) for v in _line(pick(r.duty.label), r.clause.id, star, follow)]
                )
    for follow in others(request.actor, span, found):
        person = follow.proposal.person
        row = [follow.proposal.label, follow.proposal.norm, person.label if person else "",
               person.number if person else "", person.unit.label if person else "",
               local(follow.proposal.at), "", _said(follow),
               follow.decision.number if follow.decision else ""]  # fmt: skip
        named.append([safe(v) for v in row])
    sheet = book.create_sheet(_("Candidates"))
    sheet.append([_("Who"), _("Staff number"), _("Unit"), _("Times star in the year"), _("Points"),
                  _("Place by points"), _("Standing"),
                  *(str(FIGURES[key].label) for key in SHOWN)])  # fmt: skip
    for line in _candidates(request, adoption, span):
        sheet.append([safe(v) for v in line])
    heads = _heads(adoption)
    if adoption and heads:
        sheet = book.create_sheet(_("Published of everyone")[:31])
        below = _("below the mark")
        titles = [text for _id, head in heads for text in (head, below)]
        sheet.append([_("Who"), _("Staff number"), _("Unit"), _("Published"), *titles])
        for m in marked(request.actor, adoption, span):
            values = [v for value, missed in m.values
                      for v in (None if value is None else float(value), int(missed))]  # fmt: skip
            row = [m.person.label, m.person.number, m.person.unit.label, local(m.event.at)]
            sheet.append([*(safe(v) for v in row), *values])
    log(request.actor, "assessment.take-out-stars", f"period:{period.token}", {})
    return download(content_of(book), f"{_('Stars')} {period.token}")


def _line(label: str, norm: str, star: Star, follow: Follow | None) -> list[Any]:
    by, person, unit = star.event.by, star.person, star.unit
    return [
        label, norm, person.label if person else "", person.number if person else "",
        unit.label if unit else "", local(star.event.at), by.label if by else "",
        _said(follow) if follow else "",
        follow.decision.number if follow and follow.decision else "",
    ]  # fmt: skip


def _candidates(
    request: ActorRequest, adoption: Adoption | None, span: Span
) -> Iterator[list[Any]]:
    words = grade_words()
    for c in candidates(request.actor, adoption, span) if adoption else ():
        values = [None if v is None else float(v) for v in c.values.values()]
        yield [
            c.person.label, c.person.number, c.person.unit.label, len(c.named),
            None if c.points is None else float(c.points), c.rank,
            words(c.grade.value) if c.grade else "", *values,
        ]  # fmt: skip
