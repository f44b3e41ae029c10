"""The app's configuration."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """See the package."""

    name = "shouwen.service.accounts"
    label = "accounts"
