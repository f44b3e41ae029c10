"""The app's configuration."""

from django.apps import AppConfig


class DraftingConfig(AppConfig):
    """See the package."""

    name = "shouwen.service.drafting"
    label = "drafting"
