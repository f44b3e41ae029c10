"""Saying what looking into a complaint has shown."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from shouwen.service.access.gate import ActorRequest, page
from shouwen.service.complaints.actions import common
from shouwen.service.complaints.actions.deciding import conclude, standing_findings
from shouwen.service.complaints.forms import LineForm, ResultForm
from shouwen.service.complaints.measure import known, norms_of, shape_of
from shouwen.service.complaints.models import Complaint, Concern, Finding, Verdict
from shouwen.service.complaints.outcomes import said_of
from shouwen.service.complaints.permissions import DIRECT
from shouwen.service.complaints.standing import Standing
from shouwen.service.complaints.views.one import the_one

MOST_LINES = 12


@page(DIRECT)
def result(request: ActorRequest, number: str) -> HttpResponseBase:
    """The form of the result, with a line for each clause that was broken."""
    row = the_one(request, number, Standing.HANDLER)
    concerned = common.concerns(row)
    before = standing_findings(row)
    count = _count(request, max(len(before), len(_whom(request, concerned)), 1))
    form = ResultForm(request.POST or None, initial={"verdict": row.verdict})
    lines = _lines(request, row, concerned, before, count)
    bound = request.method == "POST" and "more" not in request.POST
    if bound and all([form.is_valid(), *(line.is_valid() for line in lines)]):
        told = [line.line(concerned) for line in lines]
        try:
            conclude(
                request.actor, row, Verdict(form.cleaned_data["verdict"]),
                form.cleaned_data["reasons"], [t for t in told if t is not None],
            )  # fmt: skip
        except ValidationError as error:
            form.add_error(None, error)
        else:
            _say(request, row)
            return redirect("complaints:complaint", number)
    context = {
        "complaint": row, "form": form, "lines": lines, "count": count,
        "concerns": concerned, "more": count < MOST_LINES,
        "finds": bool(shape_of(known(request.actor)).subjects),
    }  # fmt: skip
    return render(request, "complaints/result.html", context, status=422 if bound else 200)


def _say(request: ActorRequest, row: Complaint) -> None:
    row.refresh_from_db()
    messages.success(request, _("The result was kept and told to the measure."))
    if row.verdict in (Verdict.VERIFIED, Verdict.PARTLY) and not said_of(row).breaches:
        messages.warning(
            request, _("The measure makes no breach of it; ask why under what it says.")
        )


def _count(request: ActorRequest, least: int) -> int:
    told = request.POST.get("count", "")
    wanted = int(told) if told.isdecimal() and len(told) < 3 else least
    return min(max(wanted, least) + ("more" in request.POST), MOST_LINES)


def _whom(request: ActorRequest, concerned: list[Concern]) -> list[tuple[str, str]]:
    subjects = shape_of(known(request.actor)).subjects
    found: dict[str, str] = {}
    for row in concerned:
        if row.person is not None and "person" in subjects:
            found[f"person:{row.pk}"] = row.person.label
        if row.agent and "agent" in subjects:
            found[f"agent:{row.pk}"] = row.agent
        if row.unit is not None and "department" in subjects:
            found[f"department:{row.pk}"] = row.unit.label
    return list(found.items())


def _lines(
    request: ActorRequest, row: Complaint, concerned: list[Concern], before: list[Finding],
    count: int,
) -> list[LineForm]:  # fmt: skip
    measure = known(request.actor)
    if measure is None:
        return []
    own, norms, whom = shape_of(measure).own, norms_of(measure), _whom(request, concerned)
    return [
        LineForm(
            measure.measure, norms, own, whom, request.POST or None, prefix=f"line{n}",
            initial=_initial(row, concerned, before, whom, n),
        )
        for n in range(count)
    ]  # fmt: skip


def _initial(
    row: Complaint, concerned: list[Concern], before: list[Finding],
    whom: list[tuple[str, str]], n: int,
) -> dict[str, Any]:  # fmt: skip
    """What was found before; else whoever is named, and when it is said to have happened."""
    if n < len(before):
        was = before[n]
        key = next(
            (f"person:{c.pk}" if c.person else f"agent:{c.pk}" if c.agent else
             f"department:{c.pk}"
             for c in concerned
             if (was.person and c.person == was.person) or (was.agent and c.agent == was.agent)
             or (not was.person and not was.agent and c.unit == was.unit)),
            "",
        )  # fmt: skip
        own = {f"own_{k}": _plain(v) for k, v in was.facts.items() if k != "case"}
        return own | {"whom": key, "norm": was.norm, "occurred": was.occurred}
    if before:
        return {}
    when = timezone.localtime(row.happened_at) if row.happened_at else None
    return {"whom": whom[n][0] if n < len(whom) else "", "occurred": when}


def _plain(value: Any) -> Any:
    return {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value
