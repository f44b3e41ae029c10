"""Logs that are wrong, each with the mapping it is read by."""

from __future__ import annotations

import gzip
import io

import pyarrow as pa
import pyarrow.parquet as pq

from tests.measures.interchange.conftest import MAPPING

HEAD = "id,at,case,area,fee\n"
GOOD = "1,2026-05-06 09:00,C1,城区,10.50\n"

TYPES = """\
mapping: desk
instants: {zone: Asia/Shanghai}
events:
  - types:
      column: what
      values: {报修: report.made, 办结: report.settled}
    at: at
    id: id
    facts: {case: case}
"""
NO_ZONE = MAPPING.replace("instants: {zone: Asia/Shanghai}\n", "")
NEW_YORK = MAPPING.replace("Asia/Shanghai", "America/New_York, twice: error")
FORMAT = MAPPING.replace("{zone:", '{format: "%d/%m/%Y %H.%M", zone:')
CORRECTIONS = MAPPING + "    supersedes: corrects\n"
VALUES = MAPPING.replace("area: area", "area: {column: area, values: {t: 城区, c: 农村}}")
FACTS = """\
mapping: desk
instants: {zone: Asia/Shanghai}
events:
  - type: report.made
    at: at
    id: id
    facts: {urgent: urgent, day: day, hour: hour, promised: promised, limit: limit, fee: fee}
"""
XES_MAPPING = """\
mapping: desk
events:
  - type: report.made
    at: time:timestamp
    id: id
    facts: {case: case:concept:name, area: area}
"""


def rows(*lines: str, head: str = HEAD) -> bytes:
    """A CSV file with a good first row."""
    return (head + (GOOD if head == HEAD else "") + "".join(f"{x}\n" for x in lines)).encode()


def xes(events: str, head: str = '<?xml version="1.0"?>\n') -> bytes:
    """A XES file with these events in a trace."""
    return (
        f'{head}<log xmlns="http://www.xes-standard.org/"><trace><string key="concept:name" '
        f'value="C1"/>\n{events}\n</trace></log>'
    ).encode()


def event(id: str, at: str, area: str = "城区") -> str:
    """An event of XES."""
    return (
        f'<event><string key="id" value="{id}"/><date key="time:timestamp" value="{at}"/>'
        f'<string key="area" value="{area}"/></event>'
    )


def parquet() -> bytes:
    """A Parquet file with its own types, and an instant that is missing."""
    file = io.BytesIO()
    at = pa.array([1_700_000_000, None], pa.timestamp("s", tz="UTC"))
    table = pa.table({"id": [1, 2], "at": at, "case": ["a", "b"], "area": ["城区", "x"]})
    pq.write_table(table.append_column("fee", pa.array([1.5, float("nan")])), file)
    return file.getvalue()


CASES: dict[str, tuple[str, bytes, str]] = {
    "a column is missing": ("log.csv", b"id,att,case,area\n1,2026-05-06 09:00,C,\n", MAPPING),
    "instants that are none": (
        "log.csv",
        rows(
            "2,2026-02-30 09:00,C2,,", "3,yesterday,C3,,", "4,,C4,,", "5,2026-05-06 25:00,C5,,",
            "6,2026-05-06 09:00 Uhr,C6,,", "7,1066-10-14 09:00,C7,,",
        ),
        MAPPING,
    ),
    "instants in another format": ("log.csv", rows(), FORMAT),
    "a time without a zone": ("log.csv", rows("2,2026-05-06T09:00+08:00,C2,,"), NO_ZONE),
    "times that clocks left out or showed twice": (
        "log.csv", rows("2,2026-03-08 02:30,C2,,", "3,2026-11-01 01:30,C3,,"), NEW_YORK,
    ),
    "an unknown type": (
        "log.csv",
        rows("1,2026-05-06,报修,C1", "2,2026-05-06,保修,C2", "3,2026-05-06,,C3",
             head="id,at,what,case\n"),
        TYPES,
    ),
    "facts of another type": (
        "log.csv",
        rows(
            "1,2026-05-06,是,2026-05-06,8:30,2026-05-07,30分钟,12元",
            "2,2026-05-06,maybe,6 May,25:00,soon,a while,12 yuan",
            f"3,2026-05-06,no,2026-13-01,08:61,2026-05-07 24:30,P,{'9' * 40}",
            head="id,at,urgent,day,hour,promised,limit,fee\n",
        ),
        FACTS,
    ),
    "members that are none": (
        "log.csv", rows("2,2026-05-06,C2,城市,", "3,2026-05-06,C3,农,"), MAPPING,
    ),
    "values that the mapping does not know": ("log.csv", rows("2,2026-05-06,C2,t,"), VALUES),
    "two events of one id": (
        "log.csv", rows("1,2026-05-06 09:01,C1,城区,10.50", "2,2026-05-06,C2,,"), MAPPING,
    ),
    "an id is missing": ("log.csv", rows(",2026-05-06,C2,,"), MAPPING),
    "a correction of nothing": (
        "log.csv",
        rows("1,2026-05-06,C1,,,", "2,2026-05-06,C1,,,1", "3,2026-05-06,C1,,,9",
             head="id,at,case,area,fee,corrects\n"),
        CORRECTIONS,
    ),
    "rows with too few and too many cells": (
        "log.csv", rows("2,2026-05-06,C2", "3,2026-05-06,C3,,,,", '4,2026-05-06,"C4,x",,'), MAPPING,
    ),
    "a quotation mark that is not closed": (
        "log.csv", rows('2,2026-05-06,"C2,,', "3,2026-05-06,C3,,", '4,2026-05-06,"C4",,'), MAPPING,
    ),
    "a quotation mark that is open to the end": (
        "log.csv", rows('2,2026-05-06,"C2,,', "3,2026-05-06,C3,,"), MAPPING,
    ),
    "bad in more than one way": (
        "log.csv", rows("2,never,C2,城市,x", "3,2026-05-06,C3,城市,", "3,2026-05-06,C4,,"), MAPPING,
    ),
    "the same wrong a hundred times": (
        "log.csv", rows(*(f"{n},{n}.5.2026,C{n},," for n in range(2, 102))), MAPPING,
    ),
    "an empty file": ("log.csv", b"", MAPPING),
    "an empty packed file": ("log.csv.gz", gzip.compress(b"", mtime=0), MAPPING),
    "a packed file that breaks off": (
        "log.csv.gz",
        gzip.compress(rows(*(f"{n},2026-05-06,C{n},," for n in range(2, 9000))), mtime=0)[:9000],
        MAPPING,
    ),
    "a packed file that is damaged": (
        "log.csv.gz", gzip.compress(rows(), mtime=0)[:40] + b"\x00" * 30, MAPPING,
    ),
    "an encoding that is not the one stated": (
        "log.csv", rows().decode().encode("gb18030"), MAPPING + "file: {encoding: utf-8}\n",
    ),
    "an encoding that does not exist": (
        "log.csv", rows(), MAPPING + "file: {encoding: klingon}\n",
    ),
    "no encoding at all": ("log.csv", rows() + b"2,2026-05-06,\xff\xff,,\n", MAPPING),
    "a workbook": ("log.csv", b"PK\x03\x04" + bytes(100), MAPPING),
    "no Parquet file": ("log.parquet", rows(), MAPPING),
    "a Parquet file with values that do not fit": ("log.parquet", parquet(), MAPPING),
    "broken XML": (
        "log.xes", xes(event("1", "2026-05-06T09:00:00+08:00"))[:-20], XES_MAPPING,
    ),
    "a log that is no XES": ("log.xes", b"<html><body/></html>", XES_MAPPING),
    "XML with entities": (
        "log.xes",
        xes(event("1", "2026-05-06T09:00:00+08:00", "&a;"),
            '<!DOCTYPE log [<!ENTITY a "aaaa">]>\n'),
        XES_MAPPING,
    ),
    "XES with a time without a zone": (
        "log.xes",
        xes(event("1", "2026-05-06T09:00:00.000Z") + event("2", "2026-05-06T09:00:00", "x")),
        XES_MAPPING,
    ),
    "XES without a column": (
        "log.xes",
        xes('<event><string key="ID" value="1"/><date key="time:timestamp" '
            'value="2026-05-06T09:00:00Z"/></event>'),
        XES_MAPPING,
    ),
}  # fmt: skip
