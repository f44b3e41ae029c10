"""The app's configuration."""

from django.apps import AppConfig


class ConductConfig(AppConfig):
    """See the package."""

    name = "shouwen.service.conduct"
    label = "conduct"
