"""The app's configuration."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """See the package."""

    name = "shouwen.service.desk"
    label = "desk"
