"""The app's configuration."""

from django.apps import AppConfig


class CounterConfig(AppConfig):
    """See the package."""

    name = "shouwen.service.counter"
    label = "counter"
