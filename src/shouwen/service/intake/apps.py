"""The app's configuration."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """See the package."""

    name = "shouwen.service.intake"
    label = "intake"
