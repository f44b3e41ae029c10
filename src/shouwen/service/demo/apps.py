"""The app's configuration."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """See the package."""

    name = "shouwen.service.demo"
    label = "demo"
