"""An organisation with so many cases, for the benchmarks of the service."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROWS = """
WITH wanted AS (
    SELECT n, %(org)s::bigint AS org, now() - (n * interval '2 minutes') AS at,
           'B' || lpad(n::text, 9, '0') AS number,
           '138' || lpad((n %% 5000)::text, 8, '0') AS phone,
           (ARRAY['没有 信号', '停电 家里', '宽带 很慢', '画面 模糊'])[1 + n %% 4] AS words
    FROM generate_series(%(first)s::int, %(last)s::int) AS n
), people AS (
    SELECT array_agg(id ORDER BY id) AS ids FROM organisations_person
    WHERE organisation_id = %(org)s
), units AS (
    SELECT array_agg(id ORDER BY id) AS ids FROM organisations_unit
    WHERE organisation_id = %(org)s
), opened AS (
    INSERT INTO cases_case (organisation_id, number, topic, channel, state, name, phone, address,
        matter, unit_id, first_owner_id, owner_id, opened_at, closed_at, times_asked, search)
    SELECT org, number, 'repair', 'phone', CASE WHEN n <= 300 THEN 'open' ELSE 'closed' END,
        '客户' || n %% 5000, phone, '人民路' || n %% 500 || '号', words,
        (SELECT ids[1 + n %% array_length(ids, 1)] FROM units),
        (SELECT ids[1 + n %% array_length(ids, 1)] FROM people),
        (SELECT ids[1 + n %% array_length(ids, 1)] FROM people),
        at, CASE WHEN n <= 300 THEN NULL ELSE at END, 1,
        to_tsvector('simple', number || ' ' || phone || ' ' || right(phone, 4) || ' ' || words)
    FROM wanted RETURNING id, organisation_id, number, state, unit_id, owner_id, opened_at
), ordered AS (
    INSERT INTO workorders_workorder (organisation_id, key, case_id, kind, state, severity,
        severity_confirmed, unit_id, technician_id, reported_at, result, done_at)
    SELECT organisation_id, number, id, 'repair', CASE WHEN state = 'open' THEN 'assigned'
        ELSE 'done' END, '', false, unit_id, owner_id, opened_at, '', opened_at
    FROM opened RETURNING id, organisation_id, case_id, unit_id, state, reported_at
)
INSERT INTO aftercare_callback (organisation_id, case_id, work_order_id, unit_id, due_on, answer,
    attempts, said)
SELECT organisation_id, case_id, id, unit_id, reported_at::date + 1,
    CASE WHEN case_id < 350 THEN 'pending' ELSE 'satisfied' END, 1, ''
FROM ordered WHERE state = 'done'
"""


@contextmanager
def ground() -> Iterator[tuple[str, int]]:
    """A cable operator without cases on an embedded server of its own; owner address and id."""
    with tempfile.TemporaryDirectory() as folder:
        from shouwen.service.database import embedded

        found = embedded.start(Path(folder) / "postgres")
        os.environ.update(
            DATABASE_URL=found.service, DATABASE_OWNER_URL=found.owner, SHOUWEN_DEBUG="",
            SHOUWEN_SECRET_KEY="benchmark",
            DJANGO_SETTINGS_MODULE="shouwen.service.config.settings",
            SHOUWEN_HOSTS="testserver,127.0.0.1",
        )  # fmt: skip
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", database="owner", verbosity=0)
        from shouwen.service.demo.houses import found as founded
        from shouwen.service.tenancy.models import Organisation
        from shouwen.service.tenancy.scope import scope

        organisation = Organisation.objects.create(code="cable", name="某县广电")
        with scope(organisation.pk):
            founded("cable")
        yield found.owner, organisation.pk


def fill(owner: str, organisation: int, first: int, last: int) -> None:
    """Cases `first` to `last`, the newest first, with work orders and call-backs."""
    import psycopg

    with psycopg.connect(owner, autocommit=True) as connection:
        step = 100_000
        for begin in range(first, last + 1, step):
            values = {"org": organisation, "first": begin, "last": min(last, begin + step - 1)}
            connection.execute(ROWS, values)
        connection.execute("VACUUM ANALYZE")
