"""The addresses of the pages: each app's under its own prefix."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("shouwen.service.accounts.urls")),
]
