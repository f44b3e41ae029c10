"""The app's configuration."""

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    """See the package."""

    name = "shouwen.service.customers"
    label = "customers"
