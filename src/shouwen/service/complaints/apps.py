"""The app's configuration."""

from django.apps import AppConfig


class ComplaintsConfig(AppConfig):
    """See the package."""

    name = "shouwen.service.complaints"
    label = "complaints"

    def ready(self) -> None:
        """Let what is taken up as a complaint become one."""
        from shouwen.service.cases.signals import case_opened
        from shouwen.service.complaints.actions.receiving import case_was_opened

        case_opened.connect(case_was_opened, dispatch_uid="complaints")
