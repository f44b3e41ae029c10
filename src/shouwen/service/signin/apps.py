"""The app's configuration."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class SignInConfig(AppConfig):
    """See the package."""

    name = "shouwen.service.signin"
    label = "signin"

    def ready(self) -> None:
        """Wall in allauth's tables after every migration, once tenancy has given its grants."""
        from shouwen.service.signin.security import secure_after_migrate

        post_migrate.connect(secure_after_migrate, dispatch_uid="signin.security")
