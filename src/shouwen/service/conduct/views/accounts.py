"""Accounts: what stands, what it rests on, what was paid."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shouwen.service import clock
from shouwen.service.access.gate import ActorRequest, page, visible
from shouwen.service.audit.actions import log, looked_at
from shouwen.service.conduct import accounts as booking
from shouwen.service.conduct import balances, export, queries
from shouwen.service.conduct.models import Entry, Subject
from shouwen.service.conduct.permissions import KEEP_ACCOUNTS, MINE, SEE_ACCOUNTS
from shouwen.service.conduct.stirring import subject_of
from shouwen.service.ui.asked import instant_in
from shouwen.service.ui.once import once
from shouwen.service.ui.paging import page_of
from shouwen.service.ui.workbooks import download


@page(SEE_ACCOUNTS)
def accounts(request: ActorRequest) -> HttpResponseBase:
    """Whoever has something in an account."""
    rows = _subjects(request).filter(Exists(Entry.objects.filter(subject=OuterRef("pk"))))
    text = request.GET.get("q", "").strip()[:60]
    if text:
        rows = rows.filter(person__name__contains=text)
    rows = rows.select_related("person__unit")
    if request.GET.get("format") == "xlsx":
        log(request.actor, "conduct.take-out", "accounts", {"q": text})
        return download(export.accounts(rows.order_by("key")[: export.TAKEN]), "accounts")
    found = page_of(request, rows, "key")
    sums = balances.sums_of(found.rows)
    lines = [(s, sums.get(s.pk, [])) for s in found.rows]
    return render(request, "conduct/accounts.html", {"page": found, "lines": lines, "q": text})


@page(SEE_ACCOUNTS)
def account(request: ActorRequest, pk: int) -> HttpResponseBase:
    """The accounts of someone one answers for."""
    subject = _subjects(request).select_related("person__unit", "organisation").filter(pk=pk)
    found = subject.first()
    if found is None:
        raise Http404
    looked_at(request.actor, found.key[:100], "accounts")
    return render(request, "conduct/account.html", _shown(request, found, own=False))


@page(MINE)
def mine(request: ActorRequest) -> HttpResponseBase:
    """My own accounts."""
    assert request.actor.person is not None
    found = subject_of(f"person:{request.actor.number}")
    return render(request, "conduct/account.html", _shown(request, found, own=True))


def _shown(request: ActorRequest, subject: Subject, *, own: bool) -> dict[str, Any]:
    at = _instant(request)
    return {
        "subject": subject,
        "own": own,
        "at": at,
        "now": clock.now(),
        "ledgers": balances.ledgers(subject, at),
        "accounts": balances.accounts(subject, at),
        "fines": balances.fines(subject, at),
        "slips": balances.slips_out(subject),
        "may_book": request.actor.may(KEEP_ACCOUNTS) and not own and at is None,
    }


def _instant(request: ActorRequest) -> datetime | None:
    """A past instant that was asked for, in the organisation's zone."""
    at = instant_in(request.GET.get("at", ""), request.actor.zone)
    return at if at is not None and at < clock.now() else None


def _subjects(request: ActorRequest) -> Any:
    rows = visible(request.actor, SEE_ACCOUNTS, Subject.objects.all(), unit="person__unit")
    return rows.filter(queries.not_kept_from(request.actor, ""))


@page(KEEP_ACCOUNTS)
@require_POST
@once
def pay(request: ActorRequest, number: str) -> HttpResponseBase:
    """Book a payment."""
    year, _dash, seq = number.partition("-")
    rows = queries.decisions(request.actor).select_related("subject", "organisation")
    found = None
    if year.isdecimal() and seq.isdecimal() and len(number) < 12:
        found = rows.filter(year=int(year), seq=int(seq)).first()
    if found is None:
        raise Http404
    try:
        booking.pay(request.actor, found, _sum(request), request.POST.get("note", ""))
        messages.success(request, _("Booked."))
    except ValidationError as error:
        messages.error(request, "; ".join(error.messages))
    return redirect("conduct:account", found.subject_id)


def _sum(request: ActorRequest) -> Decimal:
    try:
        found = Decimal(request.POST.get("amount", "").replace(",", ""))
    except InvalidOperation:
        found = Decimal(0)
    return found if found.is_finite() and found.adjusted() < 11 else Decimal(0)


@page(KEEP_ACCOUNTS)
@require_POST
@once
def undo(request: ActorRequest, number: int) -> HttpResponseBase:
    """Undo a payment that was booked wrongly."""
    seen = visible(request.actor, KEEP_ACCOUNTS, Entry.objects.all(), unit="decision__unit")
    entry = seen.select_related("decision__subject", "subject").filter(number=number).first()
    if entry is None:
        raise Http404
    try:
        booking.undo(request.actor, entry, request.POST.get("reason", ""))
        messages.success(request, _("Undone by a counter-entry."))
    except ValidationError as error:
        messages.error(request, "; ".join(error.messages))
    return redirect("conduct:account", entry.subject_id)
