"""Pages of whoever gives logins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from shouwen.service.access.actor import Actor
from shouwen.service.access.gate import ActorRequest, page
from shouwen.service.audit.models import LogEntry
from shouwen.service.logins import actions, links, standing
from shouwen.service.logins.forms import RoleForm
from shouwen.service.logins.permissions import KEEP_LOGINS
from shouwen.service.logins.words import said
from shouwen.service.organisations.models import Person, RoleGrant
from shouwen.service.organisations.roles import in_force
from shouwen.service.signin import actions as signin
from shouwen.service.ui.paging import page_of

LOGGED, AT_ONCE = 20, 50
STATES = {
    "none": Q(user=None),
    "open": Q(user__is_active=True),
    "closed": Q(user__is_active=False),
}


@dataclass(frozen=True)
class Handed:
    """A link as it is shown, once."""

    person: Person
    address: str
    ends_at: Any


def _one(request: ActorRequest, pk: int) -> Person:
    rows = standing.people(request.actor).select_related("user", "unit", "organisation")
    return get_object_or_404(rows, pk=pk)


@page(KEEP_LOGINS)
def people(request: ActorRequest) -> HttpResponseBase:
    """Everyone within reach, with their login and their roles."""
    text, state = request.GET.get("q", "").strip()[:60], request.GET.get("state", "")
    rows = standing.people(request.actor).select_related("user", "unit")
    if text:
        rows = rows.filter(
            Q(number__icontains=text) | Q(name__icontains=text) | Q(name_en__icontains=text)
            | Q(user__username__icontains=text)
        )  # fmt: skip
    if state in STATES:
        rows = rows.filter(STATES[state])
    rows = rows.prefetch_related(Prefetch("grants", _roles().filter(in_force())))
    shown = page_of(request, rows.filter(is_active=True), "number", size=AT_ONCE, upwards=True)
    waiting = links.waiting([p.pk for p in shown.rows])
    context = {
        "page": shown, "q": text, "state": state,
        "rows": [(p, waiting.get(p.pk), standing.is_own(request.actor, p)) for p in shown.rows],
    }  # fmt: skip
    return render(request, "logins/people.html", context)


def _roles() -> QuerySet[RoleGrant]:
    return RoleGrant.objects.select_related("unit").order_by("role")


@page(KEEP_LOGINS)
def person(request: ActorRequest, pk: int) -> HttpResponseBase:
    """Someone's login, roles and sessions, and what was done about them."""
    return _person(request, _one(request, pk), RoleForm(), 200)


def _person(request: ActorRequest, one: Person, form: RoleForm, status: int) -> HttpResponseBase:
    about = [f"person:{one.number}"]
    if one.user is not None:
        about.append(f"login:{one.user.username}")
    entries = LogEntry.objects.filter(subject__in=about).select_related("person")
    factors = Authenticator.objects.filter(user=one.user, type="totp") if one.user else None
    context = {
        "one": one, "form": form, "own": standing.is_own(request.actor, one),
        "roles": _roles().filter(person=one),
        "factor": bool(factors is not None and factors.exists()),
        "sessions": UserSession.objects.filter(user=one.user) if one.user else [],
        "waiting": links.waiting([one.pk]).get(one.pk),
        "usual": actions.usual_name(one),
        "entries": [(e, said(e)) for e in entries.order_by("-number")[:LOGGED]],
    }  # fmt: skip
    return render(request, "logins/person.html", context, status=status)


def _handed(request: ActorRequest, one: Person, name: str) -> Handed:
    link, token = actions.invite(request.actor, one, name)
    code = request.actor.organisation.code
    address = request.build_absolute_uri(reverse("logins:link", args=[code, token]))
    return Handed(one, address, link.ends_at)


@page(KEEP_LOGINS)
@require_POST
@never_cache
def invite(request: ActorRequest, pk: int) -> HttpResponseBase:
    """Give someone a link; it is shown here and nowhere else."""
    one = _one(request, pk)
    try:
        handed = [_handed(request, one, request.POST.get("name", "").strip())]
    except ValidationError as error:
        return _refused(request, one, error)
    return render(request, "logins/handed.html", {"handed": handed})


@page(KEEP_LOGINS)
@require_POST
@never_cache
def invite_many(request: ActorRequest) -> HttpResponseBase:
    """Give several people their links at once, to print and to cut."""
    chosen = [int(k) for k in request.POST.getlist("person") if k.isdecimal()][:AT_ONCE]
    rows = standing.people(request.actor).select_related("user", "unit", "organisation")
    handed, refused = [], []
    for one in rows.filter(pk__in=chosen).order_by("number"):
        try:
            handed.append(_handed(request, one, ""))
        except ValidationError as error:
            refused.append((one, "; ".join(error.messages)))
    if not handed and not refused:
        messages.error(request, _("Choose people first."))
        return redirect("logins:people")
    return render(request, "logins/handed.html", {"handed": handed, "refused": refused})


def _refused(request: ActorRequest, one: Person, error: ValidationError) -> HttpResponse:
    messages.error(request, "; ".join(error.messages))
    return redirect("logins:person", one.pk)


@page(KEEP_LOGINS)
@require_POST
def do(request: ActorRequest, pk: int, what: str) -> HttpResponseBase:
    """Close or open a login, ask for a new password, end sessions, take a lost factor away."""
    one = _one(request, pk)
    try:
        messages.success(request, _done(request.actor, one, what))
    except ValidationError as error:
        return _refused(request, one, error)
    return redirect("logins:person", pk)


def _done(actor: Actor, one: Person, what: str) -> str:
    match what:
        case "close":
            actions.close(actor, one)
            return _("The login is closed; its sessions have ended.")
        case "open":
            actions.open_again(actor, one)
            return _("The login is open again.")
        case "must-change":
            actions.ask_for_change(actor, one)
            return _("A new password is asked for with the next page.")
        case "sign-out":
            ended = actions.sign_out(actor, one)
            told = ngettext("%(n)d session was ended.", "%(n)d sessions were ended.", ended)
            return told % {"n": ended}
        case "factor":
            signin.take_factor_away(actor, one)
            return _("The second factor was removed.")
    raise Http404


@page(KEEP_LOGINS)
@require_POST
def give_role(request: ActorRequest, pk: int) -> HttpResponseBase:
    """Give someone a role; one they have already is changed."""
    one = _one(request, pk)
    form = RoleForm(request.POST)
    if form.is_valid():
        row = form.save(commit=False)
        row.person = one
        known = RoleGrant.objects.filter(person=one, role=row.role, unit=row.unit).first()
        row.pk = known.pk if known is not None else None
        row._state.adding = known is None
        try:
            actions.give_role(request.actor, row)
        except ValidationError as error:
            form.add_error(None, ValidationError(error.messages))
        else:
            messages.success(request, _("Kept."))
            return redirect("logins:person", pk)
    return _person(request, one, form, 422)


@page(KEEP_LOGINS)
@require_POST
def take_role(request: ActorRequest, pk: int, grant: int) -> HttpResponseBase:
    """Take a role from someone, at once."""
    one = _one(request, pk)
    try:
        actions.take_role(request.actor, get_object_or_404(RoleGrant, pk=grant, person=one))
    except ValidationError as error:
        return _refused(request, one, error)
    messages.success(request, _("The role was taken away."))
    return redirect("logins:person", pk)
