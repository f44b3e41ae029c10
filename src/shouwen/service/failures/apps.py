"""The app's configuration."""

from django.apps import AppConfig


class FailuresConfig(AppConfig):
    """See the package."""

    name = "shouwen.service.failures"
    label = "failures"
