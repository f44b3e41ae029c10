"""The app's configuration."""

from django.apps import AppConfig


class MeasurebookConfig(AppConfig):
    """See the package."""

    name = "shouwen.service.measurebook"
    label = "measurebook"
