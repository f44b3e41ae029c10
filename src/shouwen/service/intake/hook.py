"""What the telephone switch tells: an HTTP hook for FreeSWITCH, Asterisk and others.

The switch sends a form or JSON to `/intake/hook/` with `uid` (its own id of the call), `event`
(ringing, answered, ended, missed), `phone`, `unit` (code of the hotline or hall) and `agent` (staff
number of whoever answered). It shows who it is by a token in the header `X-Shouwen-Token`, made by
`token` for one organisation; changing the secret key of the service ends all tokens.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from shouwen.service.access.actor import Actor
from shouwen.service.access.gate import public
from shouwen.service.contacts.models import Call
from shouwen.service.intake import actions
from shouwen.service.limits.buckets import Limit, TooOften
from shouwen.service.limits.guard import neighbourhood, too_often
from shouwen.service.organisations.models import Person, Unit
from shouwen.service.tenancy.models import Organisation
from shouwen.service.tenancy.scope import scope

SALT = "intake.hook"
# A switch may tell of a hundred calls at a time, and of ten a second for as long as it likes.
CALLS = Limit("intake.hook", 200, timedelta(milliseconds=100))
STRANGERS = Limit("intake.hook.strangers", 10, timedelta(seconds=30))
EVENTS = ("ringing", "answered", "ended", "missed")


def token(organisation: Organisation) -> str:
    """What the switch of an organisation shows."""
    return signing.dumps(organisation.pk, salt=SALT)


@public
@csrf_exempt
@require_POST
def hook(request: HttpRequest) -> HttpResponse:
    """Hear of a call. Answers 403 without a good token, 400 with every fault of what was sent, and
    429 when too much is sent, with the seconds to wait in Retry-After."""
    try:
        organisation_id = signing.loads(request.headers.get("X-Shouwen-Token", ""), salt=SALT)
    except signing.BadSignature:
        try:
            STRANGERS.take(neighbourhood(request))
        except TooOften as refused:
            return too_often(request, refused, as_json=True)
        return JsonResponse({"error": "The token in X-Shouwen-Token is missing or wrong."},
                            status=403)  # fmt: skip
    try:
        CALLS.take(str(organisation_id))
    except TooOften as refused:
        return too_often(request, refused, as_json=True)
    with scope(organisation_id):
        organisation = Organisation.objects.get(pk=organisation_id)
        return _heard(Actor(organisation, None, source="switch"), _told(request))


def _told(request: HttpRequest) -> Mapping[str, Any]:
    if request.content_type == "application/json":
        try:
            said = json.loads(request.body)
        except ValueError:
            return {}
        return said if isinstance(said, dict) else {}
    return request.POST.dict()


def _heard(actor: Actor, told: Mapping[str, Any]) -> JsonResponse:
    if any("\x00" in str(value) for value in told.values()):
        return JsonResponse({"errors": ["A value holds the sign U+0000."]}, status=400)
    uid, event = str(told.get("uid", ""))[:80], told.get("event")
    unit = Unit.objects.filter(code=str(told.get("unit", ""))).first()
    agent = Person.objects.filter(number=str(told.get("agent", "")), is_active=True).first()
    faults = []
    if not uid:
        faults.append("'uid' is missing: the switch's own id of the call.")
    if event not in EVENTS:
        faults.append(f"'event' must be one of {', '.join(EVENTS)}.")
    call = Call.objects.filter(uid=uid).first()
    if call is None and unit is None:
        faults.append("'unit' is no code of a unit.")
    if event == "answered" and agent is None:
        faults.append("'agent' is no staff number.")
    if faults:
        return JsonResponse({"errors": faults}, status=400)
    if call is None:
        assert unit is not None
        call = actions.rang(uid, str(told.get("phone", "")), unit)
    if event == "answered" and agent is not None:
        call = actions.answer(Actor.of(agent, source="switch"), call)
    elif event == "missed":
        call = actions.missed(actor, call)
    elif event == "ended":
        by_customer = str(told.get("hung_up_by", "customer")) != "staff"
        call = actions.ended(actor, call, by_customer=by_customer)
    return JsonResponse({"call": call.pk, "state": call.state})
