"""The app's configuration."""

from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    """See the package."""

    name = "shouwen.service.assessment"
    label = "assessment"
