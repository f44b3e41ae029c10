"""Logs that can be read, and what comes of them."""

from __future__ import annotations

import gzip
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest

from shouwen.measures.calendars import Period
from shouwen.measures.interchange.logs import LogError
from tests.measures.interchange.bad_logs import FACTS, TYPES, XES_MAPPING, event, xes
from tests.measures.interchange.conftest import MAPPING

SHANGHAI = ZoneInfo("Asia/Shanghai")
HEAD = "id,at,case,area,fee\n"
TWO = HEAD + "1,2026-05-06 09:00,C1,城区,10.50\n2,2026-05-06T10:00:00.25Z,C2,,3\n"


def codes(log):
    return [note.code for note in log.notes]


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def test_rows_become_events(read):
    first, second = read(TWO).events()
    assert (first.id, first.type, first.at) == ("1", "report.made", at("2026-05-06 09:00"))
    assert first.facts == {"case": "C1", "area": "城区", "fee": Decimal("10.50")}
    assert second.at == datetime(2026, 5, 6, 10, 0, 0, 250_000, UTC)
    assert second.facts == {"case": "C2", "fee": Decimal(3)}, "an empty cell is no fact"


def test_columns_have_the_types_of_the_vocabulary(read):
    table = read(TWO).table.tables["report.made"]
    assert table.schema.field("at").type == pa.timestamp("us", tz="UTC")
    assert table.schema.field("fee").type == pa.decimal128(38, 1), "no more places than needed"
    assert table["day"].null_count == 2, "what the mapping leaves out is unknown"


@pytest.mark.parametrize(
    ("encoding", "noted"),
    [("utf-8", []), ("utf-8-sig", []), ("gb18030", ["encoding"]), ("utf-16", ["encoding"])],
)
def test_the_encoding_is_found_out_and_said_where_it_is_not_utf_8(read, encoding, noted):
    log = read(TWO.encode(encoding))
    assert [e.facts.get("area") for e in log.events()] == ["城区", None]
    assert codes(log) == noted


def test_a_stated_encoding_needs_no_note(read):
    log = read(TWO.encode("gbk"), MAPPING + "file: {encoding: GBK}\n")
    assert [e.facts.get("area") for e in log.events()] == ["城区", None]
    assert codes(log) == []


def test_a_packed_file_is_known_by_its_content(read):
    assert len(read(gzip.compress(TWO.encode()), name="log.csv").table) == 2


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_the_delimiter_is_found_out_and_said(read, delimiter):
    log = read(TWO.replace(",", delimiter))
    assert len(log.table) == 2
    assert codes(log) == ["delimiter"]


def test_cells_in_quotes_hold_delimiters_line_breaks_and_quotes(read):
    log = read('id,at,case,area,fee\n1,2026-05-06,"a,""b""\nc",,\n2,2026-05-06,d,,\n')
    assert [e.facts["case"] for e in log.events()] == ['a,"b"\nc', "d"]


def test_windows_line_ends_and_empty_lines_are_no_rows_but_count(read):
    text = "id,at,case,area,fee\r\n\r\n1,2026-05-06,C,,\r\n\r\n2,never,C,,\r\n"
    with pytest.raises(LogError) as refusal:
        read(text)
    assert refusal.value.diagnostics[0].where == "log.csv, row 5, column at"


def test_rows_of_the_wrong_shape_do_not_shift_the_numbers_of_others(read):
    lines = [f"{n},2026-05-06,C{n},," for n in range(2, 3000)]
    lines[10] = "x"  # row 12
    lines[2000] = "2002,never,C,,"
    with pytest.raises(LogError) as refusal:
        read(HEAD + "\n".join(lines) + "\n")
    places = [d.where for d in refusal.value.diagnostics]
    assert places == ["log.csv, row 12", "log.csv, row 2002, column at"]


def test_a_file_without_a_header_has_the_columns_that_the_mapping_names(read):
    text = TWO.removeprefix(HEAD)
    log = read(text, MAPPING + "file: {columns: [id, at, case, area, fee]}\n")
    assert [e.id for e in log.events()] == ["1", "2"]


def test_a_file_with_nothing_but_a_header_has_no_events_and_says_so(read):
    log = read(HEAD)
    assert (len(log.table), log.rows, codes(log)) == (0, 0, ["no-rows"])


def test_a_heading_that_comes_twice_gets_a_number(read):
    mapping = MAPPING.replace("case: case", "case: case.2")
    log = read("id,at,case,case,area,fee\n1,2026-05-06,a,b,,\n", mapping)
    assert [e.facts["case"] for e in log.events()] == ["b"]
    assert codes(log) == ["repeated-heading"]


def test_texts_that_stand_for_nothing_are_no_facts(read):
    text = HEAD + "1,2026-05-06,NULL,-,\n"
    log = read(text, MAPPING + 'file: {missing: ["", "NULL", "-"]}\n')
    assert next(log.events()).facts == {}


def test_facts_of_every_type_are_read(read):
    text = (
        "id,at,urgent,day,hour,promised,limit,fee\n"
        "1,2026-05-06,是,2026-05-07,8:30,2026-05-07 24:00,2个工作日,1e-3\n"
    )
    (event_,) = read(text, FACTS).events()
    assert event_.facts == {
        "urgent": True, "day": date(2026, 5, 7), "hour": time(8, 30),
        "promised": at("2026-05-08 00:00"), "limit": Period(working_days=2),
        "fee": Decimal("0.001"),
    }  # fmt: skip


def test_numbers_keep_every_digit(read):
    numbers = ["0.10", "12345678901234567890.123456789", "+5", ".5", "5.", "-0.0", "7元", "1E2"]
    rows = "".join(f"{i},2026-05-06,C,,{n}\n" for i, n in enumerate(numbers))
    found = [e.facts["fee"] for e in read(HEAD + rows).events()]
    assert found == [Decimal(n.removesuffix("元")) for n in numbers]


def test_a_value_map_says_what_texts_mean(read):
    mapping = MAPPING.replace(
        "area: area", "area: {column: area, values: {t: 城区, c: 农村}, otherwise: missing}"
    )
    log = read(HEAD + "1,2026-05-06,,t,\n2,2026-05-06,,c,\n3,2026-05-06,,x,\n", mapping)
    assert [e.facts.get("area") for e in log.events()] == ["城区", "农村", None]


def test_a_fact_may_be_made_of_columns_or_be_the_same_for_all(read):
    mapping = MAPPING.replace("case: case, area: area", 'case: "{area}/{id}", area: {value: 农村}')
    (event_,) = read(HEAD + "7,2026-05-06,,z,\n", mapping).events()
    assert event_.facts == {"case": "z/7", "area": "农村"}


def test_one_row_may_give_several_events(read):
    mapping = """\
mapping: two
instants: {zone: Asia/Shanghai}
events:
  - {type: report.made, at: opened, facts: {case: "{row}"}}
  - {type: report.settled, at: closed, when: closed, facts: {case: "{row}"}}
"""
    log = read("opened,closed\n2026-05-06,2026-05-07\n2026-05-08,\n", mapping)
    assert [(e.id, e.facts["case"]) for e in log.events()] == [
        ("2/report.made", "2"), ("3/report.made", "3"), ("2/report.settled", "2"),
    ]  # fmt: skip
    assert log.rows == 2


def test_a_column_may_say_the_type(read):
    log = read("id,at,what,case\n1,2026-05-06,报修,C\n2,2026-05-07,办结,C\n", TYPES)
    assert [e.type for e in log.events()] == ["report.made", "report.settled"]
    other = read(
        "id,at,what,case\n1,2026-05-06,报修,C\n2,2026-05-07,催单,C\n",
        TYPES.replace("column: what", "column: what\n      otherwise: skip"),
    )
    assert [e.type for e in other.events()] == ["report.made"]


@pytest.mark.parametrize(
    ("condition", "kept"),
    [
        ("area", "12"), ("{column: area, present: no}", "3"), ("{column: area, is: 城区}", "1"),
        ("{column: area, not: 城区}", "23"), ("{column: area, in: [城区, 农村]}", "12"),
        ("{column: area, not in: [城区, 农村]}", "3"),
        ("[area, {column: case, is: C2}]", "2"),
    ],
)  # fmt: skip
def test_rows_are_passed_over_that_do_not_meet_the_conditions(read, condition, kept):
    text = HEAD + "1,2026-05-06,C1,城区,\n2,2026-05-06,C2,农村,\n3,2026-05-06,C3,,\n"
    log = read(text, MAPPING + f"where: {condition}\n")
    assert "".join(e.id for e in log.events()) == kept
    assert log.passed_over == 3 - len(kept)


def test_an_event_that_comes_again_unchanged_is_a_copy(read):
    line = "1,2026-05-06,C1,城区,\n"
    log = read(HEAD + line + "2,2026-05-06,C1,,\n" + line)
    assert [e.id for e in log.events()] == ["1", "2"]
    assert (log.copies, codes(log)) == (1, ["copies"])


def test_a_copy_is_one_in_every_fact(read):
    line = "1,2026-05-06,是,2026-05-07,8:30,2026-05-07,P2D,1\n"
    log = read("id,at,urgent,day,hour,promised,limit,fee\n" + line + line, FACTS)
    assert log.copies == 1
    with pytest.raises(LogError, match="also stands for row 3"):
        read("id,at,urgent,day,hour,promised,limit,fee\n" + line + line.replace("P2", "P3"), FACTS)


def test_rows_need_not_be_in_order_of_time(read):
    log = read(HEAD + "1,2026-05-06,,,\n2,2026-05-05,,,\n3,2026-05-07,,,\n")
    assert codes(log) == ["out-of-order"]
    assert "1 events" in log.notes[0].message


def test_corrections_are_read(read):
    mapping = MAPPING + "    recorded at: seen\n    supersedes: corrects\n    retracts: void\n"
    text = (
        "id,at,case,area,fee,seen,corrects,void\n1,2026-05-06,C,,,,,\n"
        "2,2026-05-06,C,,,2026-05-08,1,no\n3,2026-05-06,C,,,2026-05-09,2,yes\n"
    )
    first, second, third = read(text, mapping).events()
    assert (first.recorded_at, first.supersedes, first.retracts) == (None, None, False)
    assert (second.recorded_at, second.supersedes) == (at("2026-05-08"), "1")
    assert third.retracts


def test_xes_gives_trace_attributes_with_case_before_them(read):
    content = xes(event("1", "2026-05-06T09:00:00.000+08:00") + event("2", "2026-05-06T02:00:00Z"))
    first, second = read(content, XES_MAPPING, "log.xes").events()
    assert (first.at, second.at) == (at("2026-05-06 09:00"), at("2026-05-06 10:00"))
    assert first.facts == {"case": "C1", "area": "城区"}
    assert len(read(gzip.compress(content), XES_MAPPING, "log.xes.gz").table) == 2


def test_an_attribute_of_a_trace_counts_wherever_it_stands(read):
    content = xes(event("1", "2026-05-06T09:00:00Z")).decode()
    name = '<string key="concept:name" value="C1"/>'
    behind = content.replace(name, "").replace("</trace>", f"{name}</trace>")
    assert next(read(behind, XES_MAPPING, "log.xes").events()).facts["case"] == "C1"


def test_progress_is_told_in_rows(read):
    told: list[int] = []
    read(TWO, progress=told.append)
    assert told == [2]


def test_a_log_that_is_not_there_is_said_to_be_missing(mapped):
    from shouwen.measures.interchange.logs import read_log

    with pytest.raises(FileNotFoundError, match="no event log at"):
        read_log(Path("nowhere.csv"), mapped())
