"""Boston's log of requests, whole: the bulk engine says what the reference evaluator says."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from shouwen.measures.bulk import lower, run
from shouwen.measures.evaluation import adopt, evaluate
from shouwen.measures.interchange.logs import measure_of, read_log, read_mapping
from shouwen.measures.language import load_measure
from tests.measures.bulk.agreement import by_bulk, by_reference, differences

pytestmark = pytest.mark.slow

EXAMPLE = Path(__file__).parents[3] / "examples" / "boston311"


@pytest.fixture(scope="module")
def log():
    path = EXAMPLE / "mapping.yaml"
    named = measure_of(path)
    assert named is not None
    mapping = read_mapping(path, load_measure(named))
    assert mapping.log is not None
    return read_log(EXAMPLE / mapping.log, mapping)


def test_every_duty_of_the_log_has_the_same_status_and_deadline(log):
    measure, as_of = log.mapping.measure, log.mapping.as_of
    plan = lower(adopt(measure))
    bulk = by_bulk(run(plan, log.table, as_of), measure)
    reference = by_reference(evaluate(measure, log.events(), as_of), plan.rules)
    assert len(reference["duties"]) > 50_000
    assert Counter(d["status"] for d in bulk["duties"].values())["breached"] > 5_000
    assert differences(measure, reference, bulk)[:5] == []
