"""The app's configuration."""

from django.apps import AppConfig


class EnactmentConfig(AppConfig):
    """See the package."""

    name = "shouwen.service.enactment"
    label = "enactment"
