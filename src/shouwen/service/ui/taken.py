"""Telling a page that the form it sent was dealt with, and dealing with it once.

The pages keep what is typed until it was taken (`forms.js`). Whether it was cannot be seen from the
answer alone: after a broken connection, an expired login or a page that says what went wrong, there
is some page too. So a form carries a mark of the page, and when it was dealt with, which is to say
that the answer leads on to a page, the mark comes back in a cookie that the next page reads.

Where that answer was lost, the same words are sent again under the same mark. It is known then, and
the answer leads where it led before; nothing is done twice. (`ui.once` is stricter, for forms that
must not be done twice even when both come at the same moment or without any script.)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _

from shouwen.service import clock
from shouwen.service.ui.models import Sent

FIELD, COOKIE = "_sent", "taken"
SECONDS = 120
AWAY = (settings.LOGIN_URL, "account_change_password", "mfa_activate_totp")
"""Where someone is led who must show first who they are; nothing they sent was dealt with."""


class TakenMiddleware:
    """Give the mark of a form back when its answer leads on, and know it when it comes again."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle a request."""
        answer = self.get_response(request)
        mark = _mark(request)
        if mark is None or not isinstance(answer, HttpResponseRedirect):
            return answer
        if answer.url.startswith(tuple(map(resolve_url, AWAY))):
            return answer
        if hasattr(request, "actor") and not _was_refused(request):
            Sent.objects.get_or_create(
                token=mark, defaults={"at": clock.now(), "location": answer.url}
            )
        answer.set_cookie(
            COOKIE, str(mark), max_age=SECONDS, samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )  # fmt: skip
        return answer

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Lead a form that was dealt with before where it led then."""
        mark = _mark(request)
        if mark is None or not hasattr(request, "actor"):
            return None
        before = Sent.objects.filter(token=mark).first()
        if before is None or not before.location:
            return None
        messages.info(request, _("This was sent already; nothing was done twice."))
        return HttpResponseRedirect(before.location)


def _mark(request: HttpRequest) -> UUID | None:
    if request.method != "POST":
        return None
    try:
        return UUID(request.POST.get(FIELD, ""))
    except ValueError:
        return None


def _was_refused(request: HttpRequest) -> bool:
    waiting = messages.get_messages(request)
    if isinstance(waiting, list):
        return False
    found = any(message.level >= messages.ERROR for message in waiting)
    # Looked at, not shown.
    waiting.used = False
    return found
