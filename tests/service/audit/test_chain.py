"""The log of what was done: a chain in which no link can be altered or taken out unseen."""

from __future__ import annotations

import pytest
from django.db import connections

from shouwen.service.access.actor import Actor
from shouwen.service.audit.actions import faults, log
from shouwen.service.audit.models import LogEntry


@pytest.fixture
def actor(organisation):
    return Actor(organisation, None, source="worker")


def test_entries_are_numbered_without_gaps_and_hold_the_hash_of_the_one_before(actor):
    entries = [log(actor, "cases.open", f"case:C{n}", {"n": n}) for n in range(3)]
    assert [e.number for e in entries] == [1, 2, 3]
    assert [e.before for e in entries] == ["", entries[0].hash, entries[1].hash]
    assert list(faults()) == []


def test_an_entry_cannot_be_saved_again_or_deleted(actor):
    entry = log(actor, "cases.open", "case:C1")
    with pytest.raises(TypeError, match="append-only"):
        entry.save()
    with pytest.raises(TypeError, match="append-only"):
        entry.delete()


def test_what_is_logged_is_hashed_as_it_is_read_back(actor):
    log(actor, "cases.open", "case:C1", {"at": actor.organisation.pk, "名": "甲"})
    assert list(faults()) == []
    assert LogEntry.objects.get().data == {"at": actor.organisation.pk, "名": "甲"}


@pytest.mark.parametrize(
    ("harm", "number", "said"),
    [
        ("UPDATE {t} SET verb = 'cases.close' WHERE number = 2", 2, "altered"),
        ("DELETE FROM {t} WHERE number = 2", 3, "entries 2 to 2 are missing"),
        ("DELETE FROM {t} WHERE number = 3", 3, "entries after it are missing"),
    ],
)
def test_harm_done_by_an_administrator_of_the_database_is_found(
    actor, harm, number, said, postgres
):
    for n in range(3):
        log(actor, "cases.open", f"case:C{n}")
    table = f'"{LogEntry._meta.db_table}"'
    # What only the owner could do: triggers off, then the harm. It is seen by the same session.
    with connections["default"].cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE harmed AS SELECT * FROM " + table)
        cursor.execute(harm.format(t="harmed"))
        cursor.execute("SET LOCAL search_path = pg_temp, public")
        cursor.execute(f"ALTER TABLE harmed RENAME TO {table}")
    found = dict(faults())
    assert said in found[number]
