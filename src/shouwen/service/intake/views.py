"""Pages of intake."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shouwen.service.access.gate import ActorRequest, page
from shouwen.service.cases.permissions import OPEN_CASES
from shouwen.service.contacts.models import Call, CallState
from shouwen.service.enactment.ids import new_id
from shouwen.service.failures.permissions import DECLARE_FAILURES
from shouwen.service.failures.queries import open_failures
from shouwen.service.intake import actions
from shouwen.service.intake.forms import IntakeForm
from shouwen.service.intake.models import WebRequest
from shouwen.service.intake.queries import MANY, from_chat, known_caller, territory_of
from shouwen.service.ui.asked import row_in


@page(OPEN_CASES)
def intake(request: ActorRequest) -> HttpResponseBase:
    """Take up what a customer wants."""
    if request.method == "POST":
        form = IntakeForm(request.POST)
        if form.is_valid():
            try:
                case = actions.take_up(request.actor, form.cleaned_data)
            except ValidationError as error:
                messages.error(request, "; ".join(error.messages))
                return redirect("intake:calls")
            messages.success(request, _("Case %(number)s was taken up.") % {"number": case.number})
            return redirect("cases:case", case.number)
        status = 422
    else:
        initial: dict[str, object] = {
            "uid": new_id(),
            "channel": request.GET.get("channel", "phone"),
            "topic": request.GET.get("topic", "repair"),
        }
        call = Call.objects.filter(pk=request.GET["call"]).first() if _digits(request) else None
        if call is not None:
            initial |= {"phone": call.phone, "rings": call.rings, "call": call.pk}
        asked = _web_request(request)
        if asked is not None:
            initial |= {
                "channel": "web", "topic": asked.topic, "phone": asked.phone, "name": asked.name,
                "address": asked.address, "matter": asked.matter, "web": asked.pk,
            }  # fmt: skip
        form, status = IntakeForm(initial=initial), 200
    phone = str(form["phone"].value() or "")
    context = {"form": form, "known": known_caller(phone), **_page(request)}
    return render(request, "intake/intake.html", context, status=status)


def _web_request(request: ActorRequest) -> WebRequest | None:
    return row_in(WebRequest.objects.filter(case__isnull=True), request.GET.get("web", ""))


def _page(request: ActorRequest) -> dict[str, object]:
    return {"many": MANY, "may_declare": request.actor.may(DECLARE_FAILURES)}


def _digits(request: ActorRequest) -> bool:
    return request.GET.get("call", "").isdecimal()


@page(OPEN_CASES)
def caller(request: ActorRequest) -> HttpResponseBase:
    """Who calls from a number, as a part of the page."""
    context = {"known": known_caller(request.GET.get("phone", "")), **_page(request)}
    return render(request, "intake/caller.html", context)


@page(OPEN_CASES)
def place(request: ActorRequest) -> HttpResponseBase:
    """The territory of an address, as a part of the page."""
    territory = territory_of(request.GET.get("address", ""))
    context = {
        "territory": territory,
        "failures": open_failures(territory)[:3] if territory is not None else [],
    }
    return render(request, "intake/place.html", context)


@page(OPEN_CASES)
@require_POST
def chat(request: ActorRequest) -> HttpResponseBase:
    """The form, filled in from a chat message."""
    initial = {"uid": new_id(), "channel": "chat", "topic": "repair"}
    form = IntakeForm(initial=initial | from_chat(request.POST.get("text", "")[:4000]))
    known = known_caller(str(form["phone"].value() or ""))
    context = {"form": form, "known": known, **_page(request)}
    return render(request, "intake/intake.html", context)


@page(OPEN_CASES)
def ringing(request: ActorRequest) -> HttpResponseBase:
    """Calls that ring just now, as a part of every page of whoever answers them."""
    calls = Call.objects.filter(state=CallState.RINGING).select_related("customer")
    waiting = WebRequest.objects.filter(case__isnull=True).order_by("received_at", "id")
    context = {"calls": calls.order_by("rang_at")[:5], "web": waiting[:5]}
    return render(request, "intake/ringing.html", context)


@page(OPEN_CASES)
@require_POST
def answer(request: ActorRequest, pk: int) -> HttpResponseBase:
    """Answer a call, and go to the form."""
    call = actions.answer(request.actor, get_object_or_404(Call, pk=pk))
    if call.operator != request.actor.person:
        messages.warning(request, _("A colleague has answered this call."))
        return redirect("intake:intake")
    return redirect(f"/intake/?call={call.pk}")


@page(OPEN_CASES)
@require_POST
def soft_call(request: ActorRequest) -> HttpResponseBase:
    """Let the built-in telephone ring, for trying out."""
    assert request.actor.person is not None
    actions.rang(new_id(), request.POST.get("phone", "")[:30], request.actor.person.unit)
    return redirect("desk:home")


@page(OPEN_CASES)
def calls(request: ActorRequest) -> HttpResponseBase:
    """Calls that nobody answered and nobody has called back, and the last ones that were."""
    rows = Call.objects.select_related("customer", "operator", "unit").order_by("-rang_at")
    context = {
        # Whose number is withheld nobody can call back; the call stands below, with the last ones.
        "missed": rows.filter(state=CallState.MISSED, called_back_at__isnull=True).exclude(
            phone=""
        )[:100],
        "recent": rows.exclude(state=CallState.RINGING)[:50],
        "web": WebRequest.objects.filter(case__isnull=True).order_by("received_at", "id")[:100],
    }
    return render(request, "intake/calls.html", context)


@page(OPEN_CASES)
@require_POST
def call_act(request: ActorRequest, pk: int, verb: str) -> HttpResponseBase:
    """Do something about a call."""
    call = get_object_or_404(Call, pk=pk)
    if verb == "missed":
        actions.missed(request.actor, call)
    elif verb == "returned":
        actions.returned(request.actor, call)
    elif verb == "ended":
        actions.ended(
            request.actor, call, by_customer=request.POST.get("by") != "staff",
            harassing=request.POST.get("harassing") == "on",
        )  # fmt: skip
    elif verb == "warned":
        actions.warned(request.actor, call, approved=request.POST.get("approved") == "on")
    elif verb == "reported":
        actions.reported(request.actor, call)
    else:
        raise Http404
    messages.success(request, _("Kept."))
    return redirect("intake:calls")
