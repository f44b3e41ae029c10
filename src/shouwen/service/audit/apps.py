"""The app's configuration."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """See the package."""

    name = "shouwen.service.audit"
    label = "audit"
