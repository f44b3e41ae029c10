"""Why the measure says what it says."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from shouwen.measures.evaluation import Outcomes, counterfactual, explain
from shouwen.measures.evaluation.outcomes import Breach, Outcome
from shouwen.service.access.gate import ActorRequest, page
from shouwen.service.enactment.bridge import ask
from shouwen.service.enactment.elsewhere import ask_elsewhere
from shouwen.service.enactment.models import Thread
from shouwen.service.measurebook import queries
from shouwen.service.measurebook.permissions import ASK_WHY
from shouwen.service.measurebook.words import language, pick

BUDGET = 120
"""How many changed histories are tried for one question, so that an answer takes seconds."""


def frame_of(request: HttpRequest) -> str:
    """The frame of a page that may stand in the drawer."""
    drawer = request.headers.get("X-Drawer") == "1"
    return "measurebook/drawer.html" if drawer else "ui/base.html"


@page(ASK_WHY)
def why(request: ActorRequest, thread_id: int, outcome: str) -> HttpResponse:
    """The explanation of an outcome, with its clauses, events, arithmetic and readings."""
    thread, outcomes, found = _asked(request, thread_id, outcome)
    measure = outcomes.adoption.measure
    readings = [
        {
            "id": id_,
            "question": pick(measure.readings[id_].question),
            "chosen": pick(measure.readings[id_].options[option]),
            "default": measure.readings[id_].default == option,
            "norm": measure.readings[id_].norm,
        }
        for id_, option in found.readings
        if id_ in measure.readings
    ]
    return render(
        request,
        "measurebook/why.html",
        {
            "frame": frame_of(request),
            "thread": thread,
            "outcome": found,
            "explanation": explain(found, outcomes, language()),
            "readings": readings,
            "breach": isinstance(found, Breach),
            "as_of": outcomes.as_of,
        },
    )


@page(ASK_WHY)
def instead(request: ActorRequest, thread_id: int, outcome: str) -> HttpResponse:
    """What would have sufficed for a breach not to be: the smallest changes of what happened."""
    _thread, outcomes, found = _asked(request, thread_id, outcome)
    changes = counterfactual(
        outcomes.adoption, outcomes.events.values(), outcomes.as_of, found, limit=3, budget=BUDGET
    )
    index = language()
    return render(
        request,
        "measurebook/instead.html",
        {"said": [c.zh if index == "zh" else c.en for c in changes], "frame": frame_of(request)},
    )


def _asked(request: ActorRequest, thread_id: int, outcome: str) -> tuple[Thread, Outcomes, Outcome]:
    thread = queries.thread_to_ask(request.actor, thread_id)
    if thread is None:
        raise Http404
    outcomes, _own = ask(thread)
    try:
        return thread, outcomes, outcomes.by_id(outcome)
    except KeyError:
        said = ask_elsewhere(thread, outcome)
    if said is None:
        raise Http404(_("The measure no longer says this; an event was corrected since."))
    return thread, said, said.by_id(outcome)
