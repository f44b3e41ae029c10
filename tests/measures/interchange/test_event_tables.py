"""Events as columns, for the bulk engine."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pyarrow as pa
import pytest

from shouwen.measures.bulk.event_table import event_table, schema_of
from shouwen.measures.evaluation import Event, EventError

AT = datetime(2026, 5, 6, tzinfo=UTC)


def test_events_of_each_type_have_a_table_of_their_own(desk):
    events = [Event("1", "报修", AT, {"费用": "12.50元"}), Event("2", "ticket.closed", AT)]
    table = event_table(desk, events)
    assert {n: t.num_rows for n, t in table.tables.items()} == {
        "report.made": 1, "ticket.closed": 1,
    }  # fmt: skip
    assert len(table) == 2
    assert table.tables["report.made"]["fee"].to_pylist() == [Decimal("12.5")]


def test_a_type_without_events_has_an_empty_table_with_all_its_columns(desk):
    found = event_table(desk, []).table("report.made")
    assert found.num_rows == 0
    assert found.schema == schema_of(desk.vocabulary.events["report.made"])
    with pytest.raises(KeyError):
        event_table(desk, []).table("report.unmade")


def test_copies_count_once_and_contradictions_are_refused_with_all_other_errors(desk):
    first = Event("1", "report.made", AT, {"case": "C"})
    assert len(event_table(desk, [first, first])) == 1
    with pytest.raises(EventError) as refusal:
        event_table(
            desk,
            [first, Event("1", "report.made", AT), Event("2", "nothing", AT),
             Event("3", "report.made", AT, {"fee": "9" * 39})],
        )  # fmt: skip
    assert {d.code for d in refusal.value.diagnostics} == {
        "contradictory-event", "unknown-event-type", "too-large",
    }  # fmt: skip


def test_numbers_have_as_many_places_as_the_column_needs(desk):
    events = [
        Event(str(i), "report.made", AT, {"fee": n}) for i, n in enumerate(["1", "2.500", "1E2"])
    ]
    fee = event_table(desk, events).tables["report.made"]["fee"]
    assert fee.type == pa.decimal128(38, 1)
    assert fee.to_pylist() == [Decimal(1), Decimal("2.5"), Decimal(100)]
