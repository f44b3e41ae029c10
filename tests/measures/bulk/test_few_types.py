"""A log in which most event types do not occur is lowered whole, and judged as by the reference."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from benchmarks.operation.logs import log, measure_of
from shouwen.measures.assessment import EventSource, Terms, assess_to
from shouwen.measures.bulk import lower
from shouwen.measures.evaluation import adopt, evaluate
from tests.measures.bulk.agreement import by_bulk, by_reference, differences

AS_OF = datetime(2027, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    "types", [("tech-problem.raised",), ("problem.reported-up", "repair.chased"), ("call.missed",)]
)
def test_a_fact_of_breaches_that_none_of_these_events_can_make_is_unknown(types):
    assert lower(adopt(measure_of("cable")), None, types).rules


def test_repairs_alone_are_judged_by_every_rule_as_by_the_reference(tmp_path):
    import pyarrow.parquet as pq

    cable = adopt(measure_of("cable"))
    events = [e for e in log("cable", 1_500).events() if e.type.startswith("repair.")][:250]
    known = {e.id for e in events}
    events = [e for e in events if e.supersedes is None or e.supersedes in known]
    source = EventSource("repairs", "1", lambda: iter(events), len(events))
    found = assess_to(tmp_path / "r", source, Terms(cable, AS_OF))
    reference = by_reference(evaluate(cable, events, AS_OF), found.rules)
    tables = {f.stem: pq.read_table(f) for f in (tmp_path / "r").glob("*.parquet")}
    assert sum(map(len, reference.values())) > 100
    assert differences(cable.measure, reference, by_bulk(tables, cable.measure))[:5] == []
