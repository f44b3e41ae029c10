"""Events that are written can be read again, and are the same."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shouwen.measures.bulk.event_table import event_table
from shouwen.measures.calendars import Period
from shouwen.measures.diagnostics import SourceError
from shouwen.measures.evaluation import Event, evaluate
from shouwen.measures.interchange.logs import (
    LogError,
    own_mapping,
    read_log,
    write_parquet,
    write_xes,
)
from shouwen.measures.language import load_measure

DESK = load_measure(Path(__file__).parent / "desk.md")
AS_OF = datetime(2027, 1, 1, tzinfo=UTC)

WRITABLE = st.text(
    st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from("\t\n\r"), max_size=8
)
INSTANTS = st.datetimes(datetime(1971, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))
NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, places=6).filter(
    lambda d: d.adjusted() < 18
) | st.integers(-(10**20), 10**20).map(Decimal)
FACTS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "report.made": {
        "case": WRITABLE,
        "area": st.sampled_from(["城区", "农村"]),
        "urgent": st.booleans(),
        "fee": NUMBERS,
        "day": st.dates(date(1971, 1, 1), date(2100, 1, 1)),
        "hour": st.times(),
        "promised": INSTANTS,
        "limit": st.builds(Period, *[st.integers(0, 500)] * 4).filter(bool),
        "note": WRITABLE,
    },
    "report.settled": {"case": WRITABLE, "note": NUMBERS},
    "ticket.closed": {"ticket": WRITABLE},
}


@st.composite
def histories(draw):
    """Events with ids of their own; some correct others."""
    ids = draw(st.lists(WRITABLE.filter(bool), unique=True, max_size=8))
    events: list[Event] = []
    for id_ in ids:
        type_ = draw(st.sampled_from(sorted(FACTS)))
        facts = draw(st.fixed_dictionaries({}, optional=FACTS[type_]))
        corrects = draw(st.sampled_from([None, *(e.id for e in events)]))
        events.append(
            Event(
                id_, type_, draw(INSTANTS), facts, draw(st.none() | INSTANTS), corrects,
                corrects is not None and draw(st.booleans()),
            )
        )  # fmt: skip
    return events


def there_and_back(events, write, name, outcomes=None):
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        write(path, event_table(DESK, events), outcomes)
        return list(read_log(path, own_mapping(DESK)).events())


def same(events):
    return sorted(events, key=lambda e: e.id)


@pytest.mark.parametrize(
    ("write", "name"),
    [(write_parquet, "log.parquet"), (write_xes, "log.xes"), (write_xes, "log.xes.gz")],
)
@settings(max_examples=60)
@given(events=histories().filter(bool))
def test_events_that_are_written_are_read_back_unchanged(write, name, events):
    assert same(there_and_back(events, write, name)) == same(events)


@given(events=histories())
def test_a_table_of_events_gives_back_the_same_events(events):
    assert same(event_table(DESK, events).events()) == same(events)


def sample():
    start = datetime(2026, 5, 6, tzinfo=UTC)
    hour = timedelta(hours=1)
    return [
        Event("1", "report.made", start, {"case": "C1", "promised": start + hour}),
        Event("2", "report.settled", start + 2 * hour, {"case": "C1"}),
        Event("3", "report.made", start, {"case": "C2", "promised": start + hour}),
        Event("4", "report.settled", start + hour, {"case": "C2"}),
    ]


@pytest.mark.parametrize(("write", "name"), [(write_parquet, "l.parquet"), (write_xes, "l.xes")])
def test_outcomes_that_are_written_along_do_not_change_the_events(write, name):
    outcomes = evaluate(DESK, sample(), AS_OF)
    assert same(there_and_back(sample(), write, name, outcomes)) == same(sample())


def test_outcomes_stand_with_the_event_that_they_began_with(tmp_path):
    path = tmp_path / "log.parquet"
    write_parquet(path, event_table(DESK, sample()), evaluate(DESK, sample(), AS_OF))
    rows = {row["identity:id"]: row for row in pq.read_table(path).to_pylist()}
    assert {i: r["duty:settle"] for i, r in rows.items()} == {
        "1": "breached", "2": None, "3": "met", "4": None,
    }  # fmt: skip
    assert rows["1"]["breach:settle"] == "1"
    assert rows["1"]["duty:settle:deadline"] == datetime(2026, 5, 6, 1, tzinfo=UTC)
    assert rows["1"]["concept:name"] == "report.made"
    assert rows["1"]["case:concept:name"] == "C1"


def test_events_of_a_case_are_a_trace_of_xes(tmp_path):
    path = tmp_path / "log.xes"
    loose = Event("5", "ticket.closed", datetime(2026, 5, 6, tzinfo=UTC), {"ticket": "T"})
    write_xes(path, event_table(DESK, [*sample(), loose]))
    text = path.read_text("utf-8")
    assert text.count("<trace>") == 2
    assert text.index("</trace>") < text.rindex("</trace>") < text.index("ticket.closed")


def test_what_xml_cannot_write_is_refused_and_nothing_is_left_behind(tmp_path):
    at = datetime(2026, 5, 6, tzinfo=UTC)
    events = [Event(str(i), "report.made", at, {"note": f"bell \x07 {i}"}) for i in range(2)]
    with pytest.raises(SourceError) as refusal:
        write_xes(tmp_path / "log.xes", event_table(DESK, events))
    assert [d.where for d in refusal.value.diagnostics] == ["event 0", "event 1"]
    assert list(tmp_path.iterdir()) == []


def test_facts_of_one_name_and_two_types_have_columns_of_their_own(tmp_path):
    at = datetime(2026, 5, 6, tzinfo=UTC)
    path = tmp_path / "log.parquet"
    events = [
        Event("1", "report.made", at, {"note": "late"}),
        Event("2", "report.settled", at, {"note": Decimal(5)}),
    ]
    write_parquet(path, event_table(DESK, events))
    names = pq.read_schema(path).names
    assert "report.made/note" in names
    assert "report.settled/note" in names


def test_a_log_of_events_of_another_measure_is_refused(tmp_path):
    other = load_measure(Path(__file__).parents[3] / "examples" / "boston311")
    at = datetime(2026, 5, 6, tzinfo=UTC)
    path = tmp_path / "log.parquet"
    write_parquet(path, event_table(DESK, [Event("1", "report.made", at)]))
    with pytest.raises(LogError, match=r"There is no event type 'report\.made'"):
        read_log(path, own_mapping(other))


def test_time_of_day_is_written_to_the_microsecond():
    facts = {"hour": time(23, 59, 59, 999_999)}
    events = [Event("1", "report.made", datetime(2026, 5, 6, 0, 0, 0, 1, UTC), facts)]
    assert there_and_back(events, write_xes, "log.xes") == events
    assert there_and_back(events, write_parquet, "log.parquet") == events
