"""The app's configuration."""

from django.apps import AppConfig


class LimitsConfig(AppConfig):
    """See the package."""

    name = "shouwen.service.limits"
    label = "limits"
