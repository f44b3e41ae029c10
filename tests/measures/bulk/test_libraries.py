"""Repairs and complaints of the cable measure, on all events of its scenarios as one log."""

from __future__ import annotations

from tests.measures.bulk import test_cable
from tests.measures.bulk.agreement import agree
from tests.measures.bulk.histories import TYPES
from tests.measures.bulk.library import events_of


def test_the_scenarios_of_repairs_and_complaints():
    events = events_of("cable", TYPES)
    assert len(events) > 200
    agree(test_cable.plan(), events, max(e.at for e in events))
