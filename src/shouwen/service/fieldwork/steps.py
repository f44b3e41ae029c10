"""The steps of a visit, as a phone tells them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from shouwen.service import clock
from shouwen.service.access.actor import Actor
from shouwen.service.aftercare.actions import owe
from shouwen.service.ui.asked import instant_in
from shouwen.service.workorders import actions
from shouwen.service.workorders.models import Severity, WorkOrder

OFFSET = re.compile(r"(?:Z|[+-]\d{2}:?\d{2})$")
"""At the end of an instant; without it nobody knows in which zone a phone is."""
SIGNATURE = re.compile(r"(?:[ML]\d{1,3} \d{1,3}){2,2000}")

Told = Mapping[str, str]


def instant(told: Told) -> datetime | None:
    """When a step was done, as the phone says; None: now. Raises ValidationError."""
    text = told.get("at", "")
    if not text:
        return None
    found = instant_in(text)
    if found is None or not OFFSET.search(text):
        raise ValidationError(_("The time of the step cannot be read."))
    return found


def _accept(actor: Actor, work: WorkOrder, told: Told) -> None:
    actions.accept(actor, work, instant(told), _uid(told))


def _leave(actor: Actor, work: WorkOrder, told: Told) -> None:
    actions.leave(actor, work, instant(told), _uid(told))


def _line_check(actor: Actor, work: WorkOrder, told: Told) -> None:
    actions.announce_line_check(actor, work, instant(told), _uid(told))


def _arrive(actor: Actor, work: WorkOrder, told: Told) -> None:
    actions.arrive(actor, work, instant(told), _uid(told))


def _classify(actor: Actor, work: WorkOrder, told: Told) -> None:
    severity = told.get("severity", "")
    if severity not in Severity.values:
        raise ValidationError(_("Say whether the fault is minor or major."))
    confirmed = told.get("confirmed") == "on"
    actions.classify(actor, work, Severity(severity), confirmed, instant(told), _uid(told))


def _finish(actor: Actor, work: WorkOrder, told: Told) -> None:
    result = told.get("result", "").strip()
    if not result:
        raise ValidationError(_("Write down what was done."))
    owe(actor, actions.finish(actor, work, result[:2000], instant(told), _uid(told)))


def _sign(actor: Actor, work: WorkOrder, told: Told) -> None:
    signature = told.get("signature", "")
    if not SIGNATURE.fullmatch(signature):
        raise ValidationError(_("The customer has not signed yet."))
    rating = told.get("rating", "")
    if rating and rating not in "12345":
        raise ValidationError(_("A rating is a number from 1 to 5."))
    stars = int(rating) if rating else None
    actions.sign(actor, work, signature, stars, instant(told), _uid(told))


def _appointment(actor: Actor, work: WorkOrder, told: Told) -> None:
    start, end = (_local(told.get(name, "")) for name in ("start", "end"))
    actions.agree_appointment(
        actor, work, start, end, cause="customer" if told.get("cause") == "customer" else "busy",
        consent=told.get("consent") == "on", explained=told.get("explained") == "on",
        at=instant(told), uid=_uid(told),
    )  # fmt: skip


def _weather(actor: Actor, work: WorkOrder, told: Told) -> None:
    explained = told.get("explained") == "on"
    actions.postpone_for_weather(actor, work, explained, instant(told), _uid(told))


def _part(actor: Actor, work: WorkOrder, told: Told) -> None:
    try:
        quantity = Decimal(told.get("quantity", ""))
    except InvalidOperation:
        quantity = Decimal(0)
    name = told.get("name", "").strip()
    if not name or not 0 < quantity < 10_000:
        raise ValidationError(_("Write down which material, and how much of it."))
    actions.use_part(actor, work, name[:100], quantity, told.get("measure", "")[:20])


def _uid(told: Told) -> str | None:
    uid = told.get("uid", "")
    return f"step-{uid}"[:40] if uid else None


def _local(text: str) -> datetime:
    """A time as a phone's form gives it, in the organisation's zone."""
    found = instant_in(text)
    if found is None:
        raise ValidationError(_("Say from when until when."))
    return found


STEPS: dict[str, Callable[[Actor, WorkOrder, Told], None]] = {
    "accept": _accept,
    "leave": _leave,
    "line-check": _line_check,
    "arrive": _arrive,
    "classify": _classify,
    "finish": _finish,
    "sign": _sign,
    "appointment": _appointment,
    "weather": _weather,
    "part": _part,
}


def as_note(step: str, told: Told, why: str) -> str:
    """What a technician told that could not be applied, for the timeline."""
    kept = {k: v for k, v in told.items()
            if k not in ("csrfmiddlewaretoken", "uid", "signature") and v}  # fmt: skip
    at = kept.pop("at", clock.now().isoformat())
    rest = " ".join(f"{k}={v}" for k, v in sorted(kept.items()))
    return f"{step} {at} {rest} — {why}"
