"""The app's configuration."""

from django.apps import AppConfig


class PublicationConfig(AppConfig):
    """See the package."""

    name = "shouwen.service.publication"
    label = "publication"
