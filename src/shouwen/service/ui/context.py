"""What every page knows."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from shouwen.service import clock
from shouwen.service.ui.menu import menu_for


def page(request: HttpRequest) -> dict[str, Any]:
    """The actor, the menu, the instant."""
    actor = getattr(request, "actor", None)
    return {
        "actor": actor,
        "menu": menu_for(actor)
        if actor is not None and not request.headers.get("HX-Request")
        else [],
        "now": clock.now(),
        "demo": settings.DEMO,
    }
