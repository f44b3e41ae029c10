"""The app's configuration."""

from django.apps import AppConfig


class AftercareConfig(AppConfig):
    """See the package."""

    name = "shouwen.service.aftercare"
    label = "aftercare"
