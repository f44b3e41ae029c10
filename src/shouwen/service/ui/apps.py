"""The app's configuration."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig, apps


class UiConfig(AppConfig):
    """See the package."""

    name = "shouwen.service.ui"
    label = "ui"

    def ready(self) -> None:
        """Let every app add its items to the menu."""
        for config in apps.get_app_configs():
            module = f"{config.name}.menu"
            if config.name.startswith("shouwen.service.") and find_spec(module):
                import_module(module)
