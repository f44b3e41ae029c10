"""The app's configuration."""

from django.apps import AppConfig


class InspectionsConfig(AppConfig):
    """See the package."""

    name = "shouwen.service.inspections"
    label = "inspections"
