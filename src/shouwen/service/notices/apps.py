"""The app's configuration."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """See the package."""

    name = "shouwen.service.notices"
    label = "notices"

    def ready(self) -> None:
        """Listen to clocks."""
        from shouwen.service.enactment.signals import clock_changed
        from shouwen.service.notices.actions import clock_turned

        clock_changed.connect(clock_turned, dispatch_uid="notices")
