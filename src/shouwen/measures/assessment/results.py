"""Results on disk: a folder of Parquet files or a workbook, whole or not at all."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq

MOST_ROWS = 1_048_575
"""What a sheet of Excel holds below its header."""
ABOUT = "about.json"


class TooManyRows(ValueError):
    """More rows than a sheet holds."""

    def __init__(self, sheet: str, rows: int) -> None:
        super().__init__(
            f"'{sheet}' has {rows:,} rows, but a sheet of Excel holds {MOST_ROWS:,}. "
            "Ask for a shorter period, or for Parquet."
        )


Tables = Mapping[str, list[Path]]
"""By name, the Parquet files that make up a table."""


def is_workbook(path: Path) -> bool:
    """Whether a result of this name is an Excel workbook; otherwise it is a folder of Parquet."""
    return path.suffix.lower() == ".xlsx"


def write_result(path: Path, tables: Tables, about: Mapping[str, Any], zone: ZoneInfo) -> None:
    """Write a result; it appears under its name when all of it is there.

    Args:
        path: ``*.xlsx`` for a workbook, otherwise a folder.
        tables: what is in it.
        about: how it came about.
        zone: whose clock a workbook shows; Parquet has instants in UTC.

    Raises:
        TooManyRows: for a workbook, when a table has more rows than a sheet.
    """
    unfinished = path.with_name(path.name + ".part")
    path.parent.mkdir(parents=True, exist_ok=True)
    _remove(unfinished)
    try:
        if is_workbook(path):
            _workbook(unfinished, tables, about, zone)
        else:
            unfinished.mkdir()
            for name, files in tables.items():
                _parquet(unfinished / f"{name}.parquet", files)
            text = json.dumps(dict(about), ensure_ascii=False, indent=2)
            (unfinished / ABOUT).write_text(text, "utf-8")
        _remove(path)
        os.replace(unfinished, path)
    finally:
        _remove(unfinished)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _parquet(path: Path, files: list[Path]) -> None:
    schema = _in_utc(pq.read_schema(files[0]))
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for batch in _batches(files):
            writer.write_table(pa.Table.from_batches([batch]).cast(schema))


def _batches(files: Iterable[Path]) -> Iterator[pa.RecordBatch]:
    for file in files:
        with pq.ParquetFile(file) as source:
            yield from source.iter_batches()


def _in_utc(schema: pa.Schema) -> pa.Schema:
    utc = pa.timestamp("us", "UTC")
    return pa.schema([f.with_type(utc) if pa.types.is_timestamp(f.type) else f for f in schema])


# --- Excel --------------------------------------------------------------------------------------


def _workbook(path: Path, tables: Tables, about: Mapping[str, Any], zone: ZoneInfo) -> None:
    from openpyxl import Workbook

    for name, files in tables.items():
        rows = sum(pq.read_metadata(f).num_rows for f in files)
        if rows > MOST_ROWS:
            raise TooManyRows(name, rows)
    book = Workbook(write_only=True)
    for name, files in tables.items():
        sheet = book.create_sheet(name[:31])
        sheet.freeze_panes = "A2"
        sheet.append(pq.read_schema(files[0]).names)
        for batch in _batches(files):
            for row in batch.to_pylist():
                sheet.append([cell(v, zone) for v in row.values()])
    sheet = book.create_sheet("about")
    for key, value in about.items():
        sheet.append([key, value if isinstance(value, int | str) else json.dumps(
            value, ensure_ascii=False)])  # fmt: skip
    book.save(path)


def cell(value: Any, zone: ZoneInfo) -> Any:
    """A value as a cell of a sheet: local time, lists with 、, a range as 100-500."""
    match value:
        case datetime():
            from datetime import UTC

            known = value if value.tzinfo is not None else value.replace(tzinfo=UTC)
            return known.astimezone(zone).replace(tzinfo=None)
        case list():
            return "、".join(str(v) for v in value)
        case {"lo": lo, "hi": hi, "fixed": fixed}:
            if fixed or lo == hi:
                return _number(lo)
            return f"{_number(lo)}-{'' if hi is None else _number(hi)}"
        case Decimal():
            return _number(value)
        case str() if value and value[0] in "=+-@":
            # A text is never a formula, whoever wrote it.
            return "'" + value
        case dict():
            return json.dumps({k: str(v) for k, v in value.items()}, ensure_ascii=False)
    return value


def _number(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value
