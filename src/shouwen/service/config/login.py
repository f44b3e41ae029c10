"""The login page; that of a demonstration shows who can be chosen."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.views import LoginView

from shouwen.service.demo.logins import logins


class Login(LoginView):
    """See the module."""

    template_name = "accounts/login.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What the page shows."""
        found = super().get_context_data(**kwargs)
        if settings.DEMO:
            found["demo_logins"] = logins()
        return found
