"""The app's configuration."""

from django.apps import AppConfig


class LoginsConfig(AppConfig):
    """See the package."""

    name = "shouwen.service.logins"
    label = "logins"
