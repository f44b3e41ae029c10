"""The app's configuration."""

from django.apps import AppConfig


class WorkOrdersConfig(AppConfig):
    """See the package."""

    name = "shouwen.service.workorders"
    label = "workorders"
