"""Event logs: CSV, Parquet and XES in, by a mapping; Parquet and XES out.

Real logs differ in everything but this: they have rows, and in each row stand one or more things
that happened. A *mapping* (``docs/reference/mappings.md``) says which columns give the type, the
instant, the id and the facts of an event; nothing about a log is guessed but its encoding and its
delimiter, and what was guessed is said.

A log is taken whole or not at all. Every row is looked at, every bad value counted, and told with
its row, its column, the value and what to do; unless the caller asks that bad rows be set aside
in a file of their own, one bad row refuses the log.

Rows are read in chunks and every step works on whole columns (Arrow, NumPy), so that a million
rows take seconds; Python looks at single values only where something is wrong.

Read in this order: `model` (what a mapping says), `mapping_file` with `mapping_parts` (its YAML);
`sources` with `encodings`, `csv_source`, `parquet_source` and `xes_source` (rows as chunks);
`instants` and `values` (columns as typed facts); `chunks`, `assembly` and `reading` (events, and
what is wrong with them: `faults`, `rejects`); `own`, `annotations` and `writing` (the way out).
"""

from shouwen.measures.interchange.logs.faults import LogError
from shouwen.measures.interchange.logs.mapping_file import measure_of, parse_mapping, read_mapping
from shouwen.measures.interchange.logs.model import LogMapping
from shouwen.measures.interchange.logs.own import own_mapping
from shouwen.measures.interchange.logs.reading import EventLog, read_log
from shouwen.measures.interchange.logs.writing import write_parquet, write_xes

__all__ = [
    "EventLog",
    "LogError",
    "LogMapping",
    "measure_of",
    "own_mapping",
    "parse_mapping",
    "read_log",
    "read_mapping",
    "write_parquet",
    "write_xes",
]
