"""Who must be asked about anew, and when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import connection

from shouwen.service import clock
from shouwen.service.conduct.models import Stir, Subject
from shouwen.service.organisations.models import Person
from shouwen.service.tenancy.scope import current_organisation_id

_STIR = """
INSERT INTO {table} (organisation_id, subject_id, at, turn) VALUES (%s, %s, %s, 1)
ON CONFLICT (organisation_id, subject_id)
DO UPDATE SET at = LEAST({table}.at, EXCLUDED.at), turn = {table}.turn + 1
"""
_LATER = """
INSERT INTO {table} (organisation_id, subject_id, at, turn) VALUES (%s, %s, %s, 0)
ON CONFLICT (organisation_id, subject_id) DO NOTHING
"""


def subject_of(key: str) -> Subject:
    """The subject of a key, made where there is none."""
    kind, _, name = key.partition(":")
    person = Person.objects.filter(number=name).first() if kind == "person" else None
    found, _new = Subject.objects.get_or_create(key=key[:120], defaults={"person": person})
    if found.person_id is None and person is not None:
        found.person = person
        found.save(update_fields=["person"])
    return found


def stir(keys: Iterable[str], at: datetime | None = None) -> None:
    """Let subjects be asked about anew, now or at an instant."""
    # Always in the same order, so that two who stir the same wait for each other and no more.
    for key in sorted(set(keys)):
        _write(_STIR, subject_of(key).pk, at or clock.now())


def stir_later(subject: Subject, at: datetime) -> None:
    """Let a subject be asked about at an instant, unless it is to be asked about anyway."""
    _write(_LATER, subject.pk, at)


def settled(row: Stir) -> None:
    """What was asked for was done; what was asked for meanwhile stays."""
    Stir.objects.filter(pk=row.pk, turn=row.turn).delete()


def _write(statement: str, subject: int, at: datetime) -> None:
    table = connection.ops.quote_name(Stir._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(statement.format(table=table), [current_organisation_id(), subject, at])
