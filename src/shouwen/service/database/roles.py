"""The roles of a database: who owns the tables, and as whom the service runs.

Row-level security does not bind superusers or owners. So the service connects as a role that is
neither; a second role owns the tables and is used for migrations only.
"""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg import sql

OWNER = "shouwen_owner"
SERVICE = "shouwen_service"


def ensure_roles(connection: psycopg.Connection[Any]) -> None:
    """Make both roles if they are not there. The connection must be a superuser's."""
    for role in (OWNER, SERVICE):
        found = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        if found.fetchone() is None:
            connection.execute(
                sql.SQL(
                    "CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS"
                ).format(sql.Identifier(role))
            )
