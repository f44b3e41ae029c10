"""Policies, grants and foreign keys that hold the wall, written after every migration.

All statements can be run any number of times. They need the owner of the tables; the service
itself runs as `settings.SERVICE_ROLE`, which is none.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connections, models
from django.db.backends.utils import CursorWrapper, names_digest

from shouwen.service.tenancy.models import AppendOnlyModel, TenantModel
from shouwen.service.tenancy.scope import SETTING

# The sub-select makes PostgreSQL ask once a statement instead of once a row.
MINE = f"organisation_id = (SELECT NULLIF(current_setting('{SETTING}', true), '')::bigint)"


def secure_after_migrate(using: str, **kwargs: Any) -> None:
    """Receive `post_migrate`: secure every table there is."""
    with connections[using].cursor() as cursor:
        tables = set(connections[using].introspection.table_names(cursor))
        for model in tenant_models():
            if model._meta.db_table in tables:
                _secure(cursor, model)
        _grant(cursor, tables)


def tenant_models() -> list[type[TenantModel]]:
    """The models whose rows belong to an organisation."""
    found = apps.get_models(include_auto_created=True)
    return [m for m in found if issubclass(m, TenantModel) and not m._meta.proxy]


def tenant_references(model: type[TenantModel]) -> list[models.ForeignKey[Any, Any]]:
    """The foreign keys of a tenant model to tenant models."""
    return [
        f
        for f in model._meta.local_fields
        if isinstance(f, models.ForeignKey) and issubclass(f.related_model, TenantModel)
    ]


def _secure(cursor: CursorWrapper, model: type[TenantModel]) -> None:
    table = model._meta.db_table
    cursor.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
    cursor.execute(f'DROP POLICY IF EXISTS organisation ON "{table}"')
    cursor.execute(f'CREATE POLICY organisation ON "{table}" USING ({MINE}) WITH CHECK ({MINE})')
    _unique(cursor, model)
    for field in tenant_references(model):
        target = field.related_model
        _unique(cursor, target)
        name = f"wall_{names_digest(table, field.column, length=8)}_{field.column}"[:63]
        if _has(cursor, table, name):
            continue
        remote = field.target_field.column
        cursor.execute(
            f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" '
            f'FOREIGN KEY (organisation_id, "{field.column}") '
            f'REFERENCES "{target._meta.db_table}" (organisation_id, "{remote}") '
            "DEFERRABLE INITIALLY DEFERRED"
        )


def _unique(cursor: CursorWrapper, model: type[models.Model]) -> None:
    """What a composite foreign key refers to."""
    table, key = model._meta.db_table, model._meta.pk.column
    name = f"wall_{names_digest(table, length=8)}"
    if not _has(cursor, table, name):
        cursor.execute(
            f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" UNIQUE (organisation_id, "{key}")'
        )


def _has(cursor: CursorWrapper, table: str, constraint: str) -> bool:
    cursor.execute(
        "SELECT 1 FROM pg_constraint WHERE conrelid = %s::regclass AND conname = %s",
        [f'"{table}"', constraint],
    )
    return cursor.fetchone() is not None


def _grant(cursor: CursorWrapper, tables: set[str]) -> None:
    """What the service's role may do: read and write; on append-only tables, read and add."""
    role = settings.SERVICE_ROLE
    cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
    if cursor.fetchone() is None:
        return
    cursor.execute(f'GRANT USAGE ON SCHEMA public TO "{role}"')
    cursor.execute(
        f'GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO "{role}"'
    )
    cursor.execute(f'GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO "{role}"')
    cursor.execute(f'GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO "{role}"')
    for model in tenant_models():
        table = model._meta.db_table
        if issubclass(model, AppendOnlyModel) and table in tables:
            cursor.execute(f'REVOKE UPDATE, DELETE, TRUNCATE ON "{table}" FROM "{role}"')
