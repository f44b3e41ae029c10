"""The app's configuration."""

from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    """See the package."""

    name = "shouwen.service.organisations"
    label = "organisations"
