"""Numbers that people read out on the phone: the day, and a count within it."""

from __future__ import annotations

from datetime import date

from django.db import connection

from shouwen.service.cases.models import Counter
from shouwen.service.tenancy.scope import current_organisation_id


def next_number(kind: str, day: date) -> str:
    """The next number of a kind on a day: "C20260506-0007". One statement, so no two are alike."""
    prefix = f"{kind}{day:%Y%m%d}"
    return f"{prefix}-{count(prefix):04d}"


def count(prefix: str) -> int:
    """One more than the last count of a prefix; the count stays locked until the transaction
    ends, and is as before when it is rolled back."""
    table = connection.ops.quote_name(Counter._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (organisation_id, prefix, last) VALUES (%s, %s, 1) "
            f"ON CONFLICT (organisation_id, prefix) DO UPDATE SET last = {table}.last + 1 "
            "RETURNING last",
            [current_organisation_id(), prefix],
        )
        found: int = cursor.fetchone()[0]
        return found
