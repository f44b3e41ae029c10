"""The app's configuration."""

from django.apps import AppConfig


class FieldworkConfig(AppConfig):
    """See the package."""

    name = "shouwen.service.fieldwork"
    label = "fieldwork"
