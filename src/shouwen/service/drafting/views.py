"""Pages of trials: the list, how far one is, what came of it, its cases."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from shouwen.measures.diagnostics import SourceError
from shouwen.measures.evaluation import AdoptionError
from shouwen.service.access.gate import ActorRequest, page
from shouwen.service.drafting import actions, documents, export, showing, why
from shouwen.service.drafting.forms import adoption_name
from shouwen.service.drafting.limits import MOST_FLIPS
from shouwen.service.drafting.models import Change, Flip, State, Trial
from shouwen.service.drafting.permissions import TRY
from shouwen.service.drafting.queries import cases_of, trial_or_404
from shouwen.service.drafting.queries import trials as seen
from shouwen.service.enactment.texts import base_of
from shouwen.service.measurebook.permissions import ADOPT
from shouwen.service.measurebook.texts import name_of
from shouwen.service.measurebook.views.why import frame_of
from shouwen.service.measurebook.words import pick
from shouwen.service.ui.paging import page_of
from shouwen.service.ui.workbooks import download

STAGES = {
    "reading": gettext_lazy("reading events"),
    "checking": gettext_lazy("checking events"),
    "parting": gettext_lazy("cutting into parts"),
    "judging": gettext_lazy("judging"),
}


@page(TRY)
def trials(request: ActorRequest) -> HttpResponseBase:
    """All trials of the organisation, the last first."""
    shown = page_of(request, seen(request.actor), "made_at")
    rows = [(t, name_of(t.measure), (t.found or {}).get("flips")) for t in shown.rows]
    whole = request.actor.sight(TRY).everything
    return render(request, "drafting/trials.html", {"page": shown, "trials": rows, "whole": whole})


@page(TRY)
def trial(request: ActorRequest, pk: int) -> HttpResponseBase:
    """A trial: being prepared, being worked out, or with what came of it."""
    row = trial_or_404(request.actor, pk)
    mine = request.actor.person is not None and row.made_by_id == request.actor.person.pk
    context: dict[str, Any] = {
        "trial": row, "mine": mine, "a": adoption_name(row.adoption), "b": name_of(row.measure),
        "edits": documents.changed_in(row), "readings": _readings(row),
        "ready": actions.differs(row),
        "keepable": bool(row.files) and request.actor.may(ADOPT)
        and base_of(row.measure) == base_of(row.adoption.measure),
    }  # fmt: skip
    if row.state == State.DONE:
        context["result"] = showing.result_of(request.actor, row)
        context["some"] = _shown(request, row, list(_cases(row)[:10]))
        return render(request, "drafting/result.html", context)
    return render(request, "drafting/trial.html", context | _progress(row))


@page(TRY)
def progress(request: ActorRequest, pk: int) -> HttpResponseBase:
    """How far it is; asked for again and again by the page."""
    row = trial_or_404(request.actor, pk)
    answer = render(request, "drafting/progress.html", {"trial": row, **_progress(row)})
    if row.state not in (State.WAITING, State.RUNNING):
        answer["HX-Refresh"] = "true"
    return answer


def _progress(row: Trial) -> dict[str, Any]:
    """How far a trial is, in percent of both sides."""
    share = min(1.0, row.done / row.total) if row.total else 0.0
    weights = {"reading": (0, 30), "checking": (30, 5), "parting": (35, 15), "judging": (50, 50)}
    begins, width = weights.get(row.stage, (0, 0))
    here = (begins + width * share) / 2 + (50 if row.side == "b" else 0)
    return {"percent": int(here), "stage": STAGES.get(row.stage, "")}


def _readings(row: Trial) -> list[tuple[str, str, str]]:
    """The readings in which the sides differ: the question, and what each reads."""
    try:
        a, b = documents.side_a(row), documents.side_b(row)
    except (SourceError, AdoptionError, KeyError):
        return []
    found = []
    for name, reading in b.measure.readings.items():
        one, two = a.readings.get(name), b.readings[name]
        if one != two:
            before = a.measure.readings[name].options.get(one) if one is not None else None
            found.append(
                (pick(reading.question), pick(before) if before is not None else "—",
                 pick(reading.options[two]))
            )  # fmt: skip
    return found


def _cases(row: Trial) -> Any:
    return Flip.objects.filter(trial=row).select_related("thread").order_by("number")


def _shown(request: ActorRequest, row: Trial, found: list[Flip]) -> list[dict[str, Any]]:
    """Cases with what their unit, person and clauses are called, and the case's own page."""
    titles = showing.Titles(row)
    units = showing.unit_names(f.unit for f in found)
    names, _masked = showing.people_names(request.actor, [f.person for f in found])
    cases = cases_of(found)
    status = showing.status_names()
    return [
        {
            "flip": f,
            "unit": units.get(f.unit, f.unit),
            "person": names.get(f.person, ""),
            "clause": f.clause_b or f.clause_a,
            "before": f.clause_a if f.change == Change.OTHER and f.clause_a != f.clause_b else "",
            "title": titles.clause(f.clause_b or f.clause_a),
            "case": cases.get(f.thread_id or 0, ""),
            "status_a": status.get(f.status_a, f.status_a),
            "status_b": status.get(f.status_b, f.status_b),
        }
        for f in found
    ]


@page(TRY)
def flips(request: ActorRequest, pk: int) -> HttpResponseBase:
    """The cases in which the sides differ, in the order of time."""
    row = trial_or_404(request.actor, pk)
    rows = Flip.objects.filter(trial=row).select_related("thread")
    chosen = {k: request.GET.get(k, "").strip() for k in ("change", "clause", "unit")}
    if chosen["change"] in Change.values:
        rows = rows.filter(change=chosen["change"])
    if chosen["clause"]:
        rows = rows.filter(clause_b=chosen["clause"]) | rows.filter(clause_a=chosen["clause"])
    if chosen["unit"]:
        rows = rows.filter(unit=chosen["unit"])
    shown = page_of(request, rows, "number")
    found = row.found or {}
    units = showing.unit_names(c["unit"] for c in found.get("changes", ()))
    context = {
        "trial": row, "page": shown, "rows": _shown(request, row, shown.rows), **chosen,
        "changes": Change.choices, "units": sorted(units.items(), key=lambda u: u[1]),
        "clauses": sorted({c["clause"] for c in found.get("changes", ())}),
        "most": MOST_FLIPS if found.get("flips", 0) > MOST_FLIPS else 0,
    }  # fmt: skip
    return render(request, "drafting/flips.html", context)


@page(TRY)
def flip(request: ActorRequest, pk: int, number: int) -> HttpResponseBase:
    """One case by both sides."""
    row = trial_or_404(request.actor, pk)
    found = _cases(row).filter(number=number).first()
    if found is None:
        raise Http404
    sides: Any = ()
    if found.thread is not None:
        try:
            sides = why.sides_of(row, found)
        except (SourceError, AdoptionError, KeyError):
            sides = ()
    context = {
        "trial": row, "sides": sides, "frame": frame_of(request),
        **_shown(request, row, [found])[0],
    }  # fmt: skip
    return render(request, "drafting/flip.html", context)


@page(TRY)
def sheet(request: ActorRequest, pk: int) -> HttpResponseBase:
    """The result as a workbook."""
    row = trial_or_404(request.actor, pk)
    if row.state != State.DONE:
        raise Http404
    actions.taken_out(request.actor, row)
    content = export.workbook(request.actor, row, _shown(request, row, list(_cases(row))))
    return download(content, f"{_('What if')} {row.pk}")


@page(TRY)
@require_POST
def take_away(request: ActorRequest, pk: int) -> HttpResponse:
    """Remove a trial."""
    actions.take_away(request.actor, trial_or_404(request.actor, pk))
    messages.success(request, _("The trial is gone."))
    return redirect("drafting:trials")
