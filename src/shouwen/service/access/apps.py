"""The app's configuration."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig, apps


class AccessConfig(AppConfig):
    """See the package."""

    name = "shouwen.service.access"
    label = "access"

    def ready(self) -> None:
        """Let every app declare its permissions."""
        for config in apps.get_app_configs():
            module = f"{config.name}.permissions"
            if config.name.startswith("shouwen.service.") and find_spec(module):
                import_module(module)
