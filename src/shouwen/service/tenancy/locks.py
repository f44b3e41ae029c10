"""One after the other, where no row is there yet that could be locked."""

from __future__ import annotations

from django.db import connection


def one_at_a_time(what: str, organisation_id: int) -> None:
    """Let whoever of an organisation does the same wait here, until this transaction ends.

    Args:
        what: what is done, as "app.action".
        organisation_id: whose; other organisations do not wait.
    """
    with connection.cursor() as cursor:
        lock = f"{what}:{organisation_id}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [lock])
