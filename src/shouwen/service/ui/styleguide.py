"""Every part of the pages in every state, on one page: for those who build pages.

Shown only where `SHOUWEN_DEBUG` is set. Nothing here comes from the database.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shouwen.service import clock
from shouwen.service.access.gate import public
from shouwen.service.enactment.models import Clock, Stage
from shouwen.service.ui import menu
from shouwen.service.ui.paging import Page

FRAMES = {"phone": "ui/base_phone.html", "plain": "ui/base_plain.html"}


class SampleForm(forms.Form):
    """A field of every kind."""

    name = forms.CharField(label=gettext_lazy("Customer's name"), max_length=100)
    phone = forms.RegexField(
        r"^\d{7,12}$",
        label=gettext_lazy("Phone"),
        error_messages={"invalid": gettext_lazy("A phone number has 7 to 12 digits.")},
        help_text=gettext_lazy("Digits only."),
    )
    unit = forms.ChoiceField(
        label=gettext_lazy("Unit"),
        choices=[("town", gettext_lazy("Town station")), ("west", gettext_lazy("West station"))],
    )
    topic = forms.ChoiceField(
        label=gettext_lazy("Topic"),
        widget=forms.RadioSelect,
        choices=[("repair", gettext_lazy("Fault report")), ("other", gettext_lazy("Enquiry"))],
    )
    day = forms.DateField(
        label=gettext_lazy("Date"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    matter = forms.CharField(
        label=gettext_lazy("Matter"), widget=forms.Textarea(attrs={"rows": 3}), required=False
    )
    urgent = forms.BooleanField(label=gettext_lazy("At once"), required=False)


@dataclass
class Row:
    """A row of the table."""

    pk: int
    number: str
    name: str
    phone: str
    state: str
    opened_at: datetime
    clock: Clock | None

    def get_state_display(self) -> str:
        """The state in words."""
        return {"open": _("Open"), "handed": _("Waiting"), "done": _("Done"),
                "closed": _("Cancelled")}[self.state]  # fmt: skip


def sample_clocks(now: datetime) -> list[Clock]:
    """A clock in every stage."""
    reasons = [
        ["小故障，城区：30分钟内到场", "minor fault, town: on the spot within 30 minutes"],
        ["10月1日国庆节不计", "National Day, 1 October, does not count"],
    ]

    def of(pk: int, stage: Stage, **more: Any) -> Clock:
        return Clock(
            organisation_id=0, pk=pk, label_zh="到达现场", label_en="be on the spot", norm="3.3.2",
            stage=stage, bearer="009", thread_id=1, outcome="x", start=now, **more,
        )  # fmt: skip

    def due(minutes: int) -> dict[str, Any]:
        deadline = now + timedelta(minutes=minutes)
        return {"deadline": deadline, "amber_at": deadline - timedelta(minutes=30)}

    return [
        of(1, Stage.GREEN, reasons=reasons, **due(3 * 1440 + 200)),
        of(2, Stage.GREEN, reasons=reasons[:1], **due(95)),
        of(3, Stage.AMBER, reasons=reasons, **due(12)),
        of(4, Stage.RED, reasons=reasons[:1], **due(-156)),
        of(5, Stage.DONE, performed_at=now, **due(20)),
        of(6, Stage.UNKNOWN, missing=["severity"]),
    ]


def sample_page(now: datetime, clocks: list[Clock]) -> Page[Any]:
    """A page in the middle of a table."""
    states = ["open", "handed", "done", "closed"]
    rows = [
        Row(n, f"C20260506-{n:04}", "张秀兰", "13800001234", states[n % 4],
            now - timedelta(hours=7 * n), clocks[n % 4] if n < 4 else None)
        for n in range(6)
    ]  # fmt: skip
    return Page(rows, older="x~1", newer="x~9", sort="-opened_at")


def sample_timeline(now: datetime) -> list[dict[str, Any]]:
    """Something that happened, something that was broken, something with a text."""
    return [
        {"at": now - timedelta(days=400), "what": _("Take up a case"), "who": "002"},
        {
            "at": now - timedelta(minutes=50),
            "what": _("Assigned"),
            "who": "009",
            "text": "带光猫一台",
        },
        {"at": now, "what": _("Expired"), "kind": "breach", "href": "#timeline"},
    ]


def _only_for_builders() -> None:
    if not settings.DEBUG:
        raise Http404


@public
def styleguide(request: HttpRequest) -> HttpResponse:
    """The page; `?frame=phone` and `?frame=plain` show it in the other frames."""
    _only_for_builders()
    now = clock.now()
    clocks = sample_clocks(now)
    wrong = SampleForm({"name": "", "phone": "12 34", "unit": "town"})
    for level in (messages.SUCCESS, messages.WARNING, messages.ERROR):
        messages.add_message(request, level, _("Noted."))
    return render(
        request,
        "ui/styleguide.html",
        {
            "frame": FRAMES.get(request.GET.get("frame", ""), "ui/base.html"),
            "menu": menu.everything(),
            "clocks": clocks,
            "page": sample_page(now, clocks),
            "nothing": Page[Any]([], "", ""),
            "wrong": wrong,
            "fresh": SampleForm(auto_id="fresh_%s"),
            "timeline": sample_timeline(now),
            "tones": ["", "blue", "green", "amber", "red"],
        },
    )


@public
def drawer(request: HttpRequest) -> HttpResponse:
    """What the drawer of the page shows."""
    _only_for_builders()
    return render(request, "ui/styleguide_drawer.html", {"clocks": sample_clocks(clock.now())})
