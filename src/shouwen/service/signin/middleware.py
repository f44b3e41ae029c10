"""What stands between a session and the pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from shouwen.service import clock
from shouwen.service.access.gate import PUBLIC
from shouwen.service.signin.policy import has_factor, idle_limit, must_have_factor, policy

SEEN = "signin.seen"
NOTED = timedelta(minutes=1)
"""How exactly it is kept when someone was last active: not every click need be written."""
BEFORE_FACTOR = "before_factor"
"""The mark of a view that those see too who must add a second factor and have not."""
BEFORE_CHANGE = "before_change"
"""The mark of a view that those see too who must choose another password."""
CHANGE = "account_change_password"


class SignInMiddleware:
    """Ends sessions that lay idle, and leads to it whoever must have a second factor, or choose
    another password.

    What a page asks for by itself (it says so in the header `X-Background`) is no activity.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle a request."""
        actor = getattr(request, "actor", None)
        if actor is not None:
            request.signin_policy = policy()  # type: ignore[attr-defined]
            if self._idle(request):
                logout(request)
                del request.actor  # type: ignore[attr-defined]
                messages.info(request, _("You were signed out after a time without activity."))
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Lead whoever must do something first to where it is done."""
        actor = getattr(request, "actor", None)
        if actor is None or getattr(view, "permission", None) == PUBLIC:
            return None
        user = actor.person.user
        if user.must_change:
            return None if getattr(view, BEFORE_CHANGE, False) else self._led(request, CHANGE)
        if getattr(view, BEFORE_FACTOR, False):
            return None
        found = request.signin_policy  # type: ignore[attr-defined]
        if not must_have_factor(actor, found) or has_factor(user):
            return None
        return self._led(request, "mfa_activate_totp")

    def _led(self, request: HttpRequest, to: str) -> HttpResponse:
        if request.headers.get("HX-Request"):
            answer = HttpResponse(status=401)
            answer["HX-Refresh"] = "true"
            return answer
        return redirect(to)

    def _idle(self, request: HttpRequest) -> bool:
        """Whether the session lay idle too long; notes that it does not now."""
        now = clock.now()
        seen = request.session.get(SEEN)
        last = datetime.fromtimestamp(seen, now.tzinfo) if seen is not None else None
        limit = idle_limit(request.signin_policy)  # type: ignore[attr-defined]
        if last is not None and limit is not None and now - last > limit:
            return True
        background = "X-Background" in request.headers
        if last is None or (not background and now - last >= NOTED):
            request.session[SEEN] = now.timestamp()
            row = UserSession.objects.filter(session_key=request.session.session_key)
            row.update(last_seen_at=timezone.now())
        return False
