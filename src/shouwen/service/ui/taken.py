"""Telling a page that the form it sent was dealt with.

The pages keep what is typed until it was taken (`forms.js`). Whether it was cannot be seen from the
answer alone: after a broken connection, an expired login or a page that says what went wrong, there
is some page too. So a form carries a mark of the page, and when it was dealt with, which is to say
that the answer leads on to a page, the mark comes back in a cookie that the next page reads.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url

FIELD, COOKIE = "_sent", "taken"
MARK = re.compile(r"[\w-]{1,64}")
SECONDS = 120
AWAY = (settings.LOGIN_URL, "account_change_password", "mfa_activate_totp")
"""Where someone is led who must show first who they are; nothing they sent was dealt with."""


class TakenMiddleware:
    """Give the mark of a form back when its answer leads on, unless it leads to a login."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle a request."""
        answer = self.get_response(request)
        if request.method != "POST" or not isinstance(answer, HttpResponseRedirect):
            return answer
        mark = request.POST.get(FIELD, "")
        if MARK.fullmatch(mark) and not answer.url.startswith(tuple(map(resolve_url, AWAY))):
            answer.set_cookie(
                COOKIE, mark, max_age=SECONDS, samesite="Lax",
                secure=settings.SESSION_COOKIE_SECURE,
            )  # fmt: skip
        return answer
