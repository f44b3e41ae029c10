"""The app's configuration."""

from django.apps import AppConfig


class ConductConfig(AppConfig):
    """See the package."""

    name = "shouwen.service.conduct"
    label = "conduct"

    def ready(self) -> None:
        """Listen to what the measure says of threads."""
        from shouwen.service.audit import chains
        from shouwen.service.conduct import accounts, verifying
        from shouwen.service.conduct.apart import asked_apart
        from shouwen.service.conduct.keeping import thread_asked as heard
        from shouwen.service.enactment.elsewhere import ASKERS
        from shouwen.service.enactment.signals import thread_asked

        thread_asked.connect(heard, dispatch_uid="conduct")
        ASKERS.append(asked_apart)
        chains.add("decisions", verifying.faults)
        chains.add("accounts", accounts.faults)
