"""The app's configuration."""

from django.apps import AppConfig


class ContactsConfig(AppConfig):
    """See the package."""

    name = "shouwen.service.contacts"
    label = "contacts"
