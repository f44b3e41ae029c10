"""The form for everyone: what a customer writes on the web, without login.

Limited by address, with a field that only machines fill in. It holds nothing but what the customer
typed; who the customer is, whoever takes it up finds out.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from shouwen.service import clock
from shouwen.service.access.gate import public
from shouwen.service.cases.models import Topic
from shouwen.service.cases.numbers import next_number
from shouwen.service.enactment.ids import new_id
from shouwen.service.intake.models import WebRequest
from shouwen.service.limits.buckets import Limit
from shouwen.service.limits.guard import limited
from shouwen.service.tenancy.models import Organisation
from shouwen.service.tenancy.scope import scope

ASKING = Limit("intake.web", 20, timedelta(minutes=1))
PHONE = (7, 15)
"""How many digits a phone number has, at least and at most."""


class WebForm(forms.Form):
    """Name, phone, address, topic and matter."""

    topic = forms.ChoiceField(label=_("What is it about?"), choices=Topic)
    matter = forms.CharField(
        label=_("What can we do for you?"), max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )  # fmt: skip
    name = forms.CharField(label=_("Your name"), max_length=100)
    phone = forms.CharField(
        label=_("Your phone"), max_length=30, help_text=_("We call you on this number."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )  # fmt: skip
    address = forms.CharField(label=_("Address"), max_length=300, required=False)
    uid = forms.CharField(widget=forms.HiddenInput, max_length=40)
    website = forms.CharField(required=False)
    """Not shown to people; whoever fills it in is none."""

    def clean_matter(self) -> str:
        """The matter, its lines parted as everywhere else."""
        return "\n".join(self.cleaned_data["matter"].splitlines())

    def clean_phone(self) -> str:
        """The digits of the number."""
        digits = re.sub(r"\D", "", self.cleaned_data["phone"])
        if not PHONE[0] <= len(digits) <= PHONE[1]:
            raise forms.ValidationError(_("This is no phone number: it has %(n)d digits."),
                                        params={"n": len(digits)})  # fmt: skip
        return digits


def keep(said: dict[str, Any], zone: ZoneInfo) -> WebRequest:
    """Keep what a customer wrote; the same form sent twice is one request."""
    known = WebRequest.objects.filter(uid=said["uid"]).first()
    if known is not None:
        return known
    now = clock.now()
    try:
        with transaction.atomic():
            return WebRequest.objects.create(
                uid=said["uid"], number=next_number("W", now.astimezone(zone).date()),
                topic=said["topic"], matter=said["matter"], name=said["name"],
                phone=said["phone"], address=said["address"], received_at=now,
            )  # fmt: skip
    except IntegrityError:
        return WebRequest.objects.get(uid=said["uid"])


@public
@limited(ASKING)
def web(request: HttpRequest, code: str) -> HttpResponseBase:
    """The form, and what becomes of it. `?lang=en` speaks English."""
    found = Organisation.objects.filter(code=code, is_active=True).first()
    if found is None:
        raise Http404
    english = request.GET.get("lang") == "en"
    zone = ZoneInfo(found.zone)
    with (
        scope(found.pk),
        translation.override("en" if english else "zh-hans"),
        timezone.override(zone),
    ):
        kept, status = None, 200
        form = WebForm(request.POST or None, initial={"uid": new_id(), "topic": Topic.REPAIR})
        if request.method == "POST":
            if form.is_valid() and form.cleaned_data["website"]:
                # A machine is told what a person is told, and nothing is kept.
                form = WebForm(initial={"uid": new_id(), "topic": Topic.REPAIR})
            elif form.is_valid():
                kept = keep(form.cleaned_data, zone)
            else:
                status = 422
        context = {"organisation": found, "form": form, "kept": kept, "english": english}
        return render(request, "intake/web.html", context, status=status)
