"""Parquet files as chunks of columns with their own types."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from shouwen.measures.interchange.logs.faults import Faults
from shouwen.measures.interchange.logs.sources import Chunk, RowSource

_ROWS = 1 << 16


def open_parquet(path: Path, faults: Faults) -> RowSource | None:
    """Open a Parquet file; None, with an error, when it is none. Nested columns are left out."""
    try:
        with pq.ParquetFile(path) as file:
            schema = file.schema_arrow
    except (pa.ArrowInvalid, OSError):
        faults.refuse("not-parquet", "This is no Parquet file.", "Check where it came from.")
        return None
    names = tuple(f.name for f in schema if not pa.types.is_nested(f.type))
    if len(set(names)) < len(names):
        faults.refuse(
            "repeated-heading", "Two columns of the Parquet file have the same name.",
            "Give each column a name of its own.",
        )  # fmt: skip
        return None

    def chunks() -> Iterator[Chunk]:
        first = 1
        try:
            with pq.ParquetFile(path) as file:
                for batch in file.iter_batches(_ROWS, columns=list(names)):
                    numbers = np.arange(first, first + batch.num_rows, dtype=np.int64)
                    first += batch.num_rows
                    yield Chunk(_plain(pa.Table.from_batches([batch])), numbers)
        except (pa.ArrowInvalid, OSError):
            faults.refuse(
                "damaged", f"After row {first - 1} the file cannot be read.", "Fetch it again."
            )

    return RowSource(names, names, chunks)


def _plain(table: pa.Table) -> pa.Table:
    """Dictionaries and long texts as plain texts, which is all the rest has to know."""
    fields = []
    for field in table.schema:
        kind = field.type
        if pa.types.is_dictionary(kind):
            kind = kind.value_type
        if pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
            kind = pa.string()
        fields.append(pa.field(field.name, kind))
    schema = pa.schema(fields)
    return table if schema.equals(table.schema) else table.cast(schema)
