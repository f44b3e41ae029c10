"""Who is asking, and in which organisation."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from shouwen.service.access.actor import Actor
from shouwen.service.organisations.models import Person
from shouwen.service.tenancy.scope import scope


class ActorMiddleware:
    """Enter the organisation of whoever is logged in, for the length of the request.

    What a page says is for whoever asked. Unless a view decides otherwise no browser keeps it: the
    computer at a counter is used by many, and "back" to a form must fetch one with a mark of its
    own, or what is written next would be taken for what was sent before.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle a request."""
        answer = self._answer(request)
        if "Cache-Control" not in answer:
            answer["Cache-Control"] = "private, no-store"
        return answer

    def _answer(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        organisation_id = getattr(user, "organisation_id", None)
        if not user.is_authenticated or organisation_id is None:
            return self.get_response(request)
        with scope(organisation_id):
            person = (
                Person.objects.select_related("organisation", "unit")
                .filter(user=user, is_active=True, organisation__is_active=True)
                .first()
            )
            if person is not None:
                request.actor = Actor.of(person)  # type: ignore[attr-defined]
            return self.get_response(request)
