"""What no page could do anything with is refused before a page sees it.

A request larger than the largest file that may be brought in is not read at all (413). The sign
U+0000 is typed by nobody and can be kept by no PostgreSQL text; wherever it stands in an address or
a field, the request is refused as a whole (400) and nothing of it is done.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

MOST_BYTES = 32 * 1024 * 1024
"""Bytes of one request: the largest document of evidence (20 MB) and what stands around it."""


class IncomingMiddleware:
    """Refuse what is too large to be read, and signs that nothing can keep."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle a request; one that is too large is answered without being read."""
        if _told_size(request) > MOST_BYTES:
            answer = render(request, "413.html", status=413)
            # What was not read would be taken for the next request.
            answer["Connection"] = "close"
            return answer
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: dict[str, Any]
    ) -> None:
        """Look at what came, once the mark against forgery was found right.

        Raises:
            BadRequest: when the address or a field holds U+0000.
        """
        if (
            any("\x00" in value for value in kwargs.values() if isinstance(value, str))
            or _holds_nul(request.GET)
            or _holds_nul(request.POST)
        ):
            raise BadRequest("a field holds the sign U+0000")


def _told_size(request: HttpRequest) -> int:
    told = request.META.get("CONTENT_LENGTH") or "0"
    return int(told) if told.isascii() and told.isdecimal() else 0


def _holds_nul(data: QueryDict) -> bool:
    return any("\x00" in text for name, values in data.lists() for text in (name, *values))
