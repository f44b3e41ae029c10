"""The walls around allauth's tables.

Factors and sessions hang on a login, and logins are outside the wall, since they are looked up
before it is known which organisation to enter. So these tables cannot be tenant tables. Still, a
connection that has entered an organisation sees only what belongs to logins of that organisation:
no page of one can show, or remove, a factor of another. In no organisation, as while signing in,
all are seen.

The tables of e-mail addresses are allauth's and not used: the service may read them and no more.
"""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import connections

from shouwen.service.tenancy.scope import SETTING

ENTERED = f"(SELECT NULLIF(current_setting('{SETTING}', true), '')::bigint)"
OURS = (
    f"{ENTERED} IS NULL OR EXISTS (SELECT 1 FROM accounts_user u "
    f"WHERE u.id = user_id AND u.organisation_id = {ENTERED})"
)
WALLED = (Authenticator, UserSession)
UNUSED = (EmailAddress, EmailConfirmation)


def secure_after_migrate(using: str, **kwargs: Any) -> None:
    """Receive `post_migrate`, after tenancy has."""
    with connections[using].cursor() as cursor:
        tables = set(connections[using].introspection.table_names(cursor))
        for model in WALLED:
            table = model._meta.db_table
            if table in tables:
                cursor.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
                cursor.execute(f'DROP POLICY IF EXISTS login ON "{table}"')
                cursor.execute(f'CREATE POLICY login ON "{table}" USING ({OURS})')
        role = settings.SERVICE_ROLE
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        if cursor.fetchone() is None:
            return
        for model in UNUSED:
            table = model._meta.db_table
            if table in tables:
                cursor.execute(
                    f'REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON "{table}" FROM "{role}"'
                )
