"""The app's configuration."""

from django.apps import AppConfig


class ComplaintsConfig(AppConfig):
    """See the package."""

    name = "shouwen.service.complaints"
    label = "complaints"
