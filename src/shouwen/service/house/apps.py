"""The app's configuration."""

from django.apps import AppConfig


class HouseConfig(AppConfig):
    """See the package."""

    name = "shouwen.service.house"
    label = "house"
