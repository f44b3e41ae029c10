"""The app's configuration."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """See the package."""

    name = "shouwen.service.cases"
    label = "cases"
