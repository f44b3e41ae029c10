"""The login page; that of a demonstration shows who can be chosen."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from shouwen.service.demo.logins import logins
from shouwen.service.signin import views


class Login(views.Login):
    """See the module."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What the page shows."""
        found: dict[str, Any] = super().get_context_data(**kwargs)
        if settings.DEMO:
            found["demo_logins"] = logins()
        return found
