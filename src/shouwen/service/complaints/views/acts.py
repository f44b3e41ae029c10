"""What can be done with a complaint from its page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shouwen.service.access.gate import ActorRequest, page
from shouwen.service.complaints.actions import answering, common, deciding, handling
from shouwen.service.complaints.actions.receiving import Held, correct
from shouwen.service.complaints.forms import AboutForm, AssignForm, ReportForm
from shouwen.service.complaints.measure import AGENT, known, shape_of
from shouwen.service.complaints.models import Complaint, Way
from shouwen.service.complaints.permissions import HANDLE, SEE
from shouwen.service.complaints.standing import Standing, handled
from shouwen.service.complaints.views.one import the_one
from shouwen.service.organisations.models import Person
from shouwen.service.ui.asked import instant_in, row_in

Doing = Callable[[ActorRequest, Complaint], str]
WORDS = 8000


@page(SEE)
@require_POST
def report(request: ActorRequest, number: str) -> HttpResponseBase:
    """Report it to a leader: handlers, and whoever took it down."""
    row = the_one(request, number, Standing.HANDLER, Standing.TELLER)
    form = ReportForm([], request.POST)
    try:
        said = _clean(form)
        handling.report(
            request.actor, row, said["to"], said["as_whom"], request.POST.get("words", "")[:WORDS]
        )
        messages.success(request, _("It was reported to %(who)s.") % {"who": said["to"]})
    except ValidationError as error:
        messages.error(request, "; ".join(error.messages))
    return redirect("complaints:complaint", number)


@page(HANDLE)
@require_POST
def act(request: ActorRequest, number: str, verb: str) -> HttpResponseBase:
    """Do something with a complaint, and return to it with what came of it."""
    row = the_one(request, number, Standing.HANDLER)
    doing = VERBS.get(verb)
    if doing is None:
        raise Http404
    try:
        messages.success(request, doing(request, row))
    except ValidationError as error:
        for text in error.messages:
            messages.error(request, text)
    return redirect("complaints:complaint", number)


def _clean(form: AboutForm | AssignForm | ReportForm) -> dict[str, Any]:
    if not form.is_valid():
        raise ValidationError(
            [f"{form[f].label}: {e}" if f in form.fields else str(e)
             for f, es in form.errors.items() for e in es]
        )  # fmt: skip
    cleaned: dict[str, Any] = form.cleaned_data
    return cleaned


def _words(request: ActorRequest, name: str = "words") -> str:
    return request.POST.get(name, "")[:WORDS]


def _instant(request: ActorRequest, name: str) -> datetime:
    found = instant_in(request.POST.get(name, ""))
    if found is None:
        raise ValidationError(_("Say until when."))
    return found


def _person(request: ActorRequest) -> Person:
    found = row_in(Person.objects.all(), request.POST.get("person", ""))
    if found is None:
        raise ValidationError(_("Choose someone."))
    return found


def _assign(request: ActorRequest, row: Complaint) -> str:
    said = _clean(AssignForm([], request.POST))
    handling.assign(request.actor, row, said["to"], said["due_at"])
    return _("%(who)s looks into it.") % {"who": said["to"]}


def _note(request: ActorRequest, row: Complaint) -> str:
    handling.note(request.actor, row, _words(request))
    return _("Noted.")


def _concern(request: ActorRequest, row: Complaint) -> str:
    agents = AGENT in shape_of(known(request.actor)).subjects
    said = _clean(AboutForm(request.actor, agents, request.POST))
    case, work = said["about"]
    handling.concern(
        request.actor, row, person=said["person"], unit=said["unit"],
        agent=str(said.get("agent") or ""), case=case, work=work,
    )  # fmt: skip
    return _("Kept.")


def _drop(request: ActorRequest, row: Complaint) -> str:
    rows = row.concerns.select_related("complaint", "person", "unit", "case", "work_order")
    found = row_in(rows, request.POST.get("concern", ""))
    if found is None:
        raise ValidationError(_("Choose someone."))
    handling.drop(request.actor, found, _words(request))
    return _("Taken out; the history says why.")


def _ask(request: ActorRequest, row: Complaint) -> str:
    person = _person(request)
    handling.ask(request.actor, row, person, _words(request))
    return _("%(who)s was asked; they see these words and nothing else.") % {"who": person}


def _hear(request: ActorRequest, row: Complaint) -> str:
    handling.hear(request.actor, row, _person(request), _words(request))
    return _("Kept.")


def _promise(request: ActorRequest, row: Complaint) -> str:
    answering.promise(request.actor, row, _instant(request, "until"))
    return _("The agreed time was kept.")


def _reply(request: ActorRequest, row: Complaint) -> str:
    answering.reply(request.actor, row, _words(request), request.POST.get("how", "")[:40])
    return _("Kept.")


def _apologised(request: ActorRequest, row: Complaint) -> str:
    deciding.apologised(request.actor, row, _person(request), _words(request))
    return _("Kept.")


def _withdraw(request: ActorRequest, row: Complaint) -> str:
    answering.withdraw(request.actor, row, _words(request))
    return _("It is withdrawn, and kept.")


def _again(request: ActorRequest, row: Complaint) -> str:
    answering.again(request.actor, row, _words(request))
    return _("Noted.")


def _join(request: ActorRequest, row: Complaint) -> str:
    number = request.POST.get("to", "").strip()
    to = handled(request.actor).filter(number=number).first()
    if to is None:
        raise ValidationError(_("There is no complaint %(number)s.") % {"number": number[:40]})
    answering.join(request.actor, row, to)
    return _("It is joined to %(number)s.") % {"number": to.number}


def _reopen(request: ActorRequest, row: Complaint) -> str:
    deciding.reopen(request.actor, row, _words(request))
    return _("It is taken up again.")


def _close(request: ActorRequest, row: Complaint) -> str:
    answering.close(request.actor, row, _words(request))
    return _("Closed.")


def _correct(request: ActorRequest, row: Complaint) -> str:
    last = common.identity(row)
    held = Held(
        way=Way(row.way), words=row.words,
        name=request.POST.get("name", "").strip()[:100] or last.name,
        phone=request.POST.get("phone", "").strip()[:30] or last.phone,
        address=request.POST.get("address", "").strip()[:300] or last.address,
    )  # fmt: skip
    correct(request.actor, row, held)
    return _("Kept; what stood before stays too.")


VERBS: dict[str, Doing] = {
    "assign": _assign,
    "note": _note,
    "concern": _concern,
    "drop": _drop,
    "ask": _ask,
    "hear": _hear,
    "promise": _promise,
    "reply": _reply,
    "apologised": _apologised,
    "withdraw": _withdraw,
    "again": _again,
    "join": _join,
    "reopen": _reopen,
    "close": _close,
    "correct": _correct,
}
