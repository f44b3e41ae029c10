"""Guarding views that need no login."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shouwen.service.limits.buckets import Limit, TooOften

UNKNOWN = "0.0.0.0"


def address(request: HttpRequest) -> str:
    """Where a request comes from: an address, or 0.0.0.0 where that cannot be told.

    Behind `settings.PROXIES` proxies of our own it is what the outermost of them says. What stands
    before that in X-Forwarded-For was written by whoever asks, and is worth nothing.
    """
    said = request.META.get("REMOTE_ADDR", "")
    if settings.PROXIES:
        chain = request.headers.get("X-Forwarded-For", "").split(",")
        said = chain[-settings.PROXIES].strip() if len(chain) >= settings.PROXIES else ""
    try:
        return str(ipaddress.ip_address(said))
    except ValueError:
        return UNKNOWN


def neighbourhood(request: HttpRequest) -> str:
    """What counts as one address: of IPv6 the network (/64), which one household has whole."""
    found = ipaddress.ip_address(address(request))
    if found.version == 6:
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)


def waiting(seconds: int) -> str:
    """How long to wait, in words."""
    if seconds < 60:
        return ngettext("Wait %(n)d second.", "Wait %(n)d seconds.", seconds) % {"n": seconds}
    minutes = -(-seconds // 60)
    return ngettext("Wait %(n)d minute.", "Wait %(n)d minutes.", minutes) % {"n": minutes}


def too_often(request: HttpRequest, refused: TooOften, *, as_json: bool = False) -> HttpResponse:
    """The answer to who asks too often: 429, with the seconds to wait in Retry-After."""
    said = _("This was asked too often.") + " " + waiting(refused.seconds)
    if as_json:
        answer: HttpResponse = JsonResponse({"error": said}, status=429)
    else:
        answer = render(request, "429.html", {"said": said}, status=429)
    answer["Retry-After"] = str(refused.seconds)
    return answer


def limited(limit: Limit, *, as_json: bool = False) -> Callable[..., Any]:
    """Guard a view by a limit for each address. Put it below `public`."""

    def guard(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            try:
                limit.take(neighbourhood(request))
            except TooOften as refused:
                return too_often(request, refused, as_json=as_json)
            return view(request, *args, **kwargs)

        guarded.limit = limit  # type: ignore[attr-defined]
        return guarded

    return guard
