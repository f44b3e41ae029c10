"""The app's configuration."""

from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate


class TenancyConfig(AppConfig):
    """See the package."""

    name = "shouwen.service.tenancy"
    label = "tenancy"
    verbose_name = "organisations and the wall between them"

    def ready(self) -> None:
        """Secure the tables after every migration, and start connections in no organisation."""
        from shouwen.service.tenancy.scope import tell_new_connection
        from shouwen.service.tenancy.security import secure_after_migrate

        # With no sender: after each app, so that the last one finds every table there.
        post_migrate.connect(secure_after_migrate, dispatch_uid="tenancy.security")
        connection_created.connect(tell_new_connection, dispatch_uid="tenancy.scope")
