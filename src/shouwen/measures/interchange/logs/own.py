"""The shape of the logs that this library writes, and the mapping that reads them.

Parquet and XES have the same columns. Those that other tools know are called as XES calls them
(extensions Concept, Time and Identity; IEEE 1849): ``case:concept:name``, ``concept:name`` (the
event type), ``time:timestamp``, ``identity:id``. Facts have their own names, with the event type
before them (``repair.reported/kind``) where two event types use a name for different types of fact.
"""

from __future__ import annotations

from collections.abc import Mapping

from shouwen.measures.bulk.event_table import arrow_type
from shouwen.measures.feel.types import DATETIME
from shouwen.measures.interchange.logs.model import (
    Condition,
    EventSource,
    FactSource,
    FileFormat,
    InstantSource,
    LogMapping,
    Template,
    TypeColumn,
)
from shouwen.measures.language.model import Measure

CASE, TYPE, TIME, IDENTITY = (
    "case:concept:name", "concept:name", "time:timestamp", "identity:id",
)  # fmt: skip
RECORDED_AT, SUPERSEDES, RETRACTS = (
    "shouwen:recorded_at", "shouwen:supersedes", "shouwen:retracts",
)  # fmt: skip
RESERVED = frozenset({CASE, TYPE, TIME, IDENTITY, RECORDED_AT, SUPERSEDES, RETRACTS})
CASE_FACT = "case"


def fact_columns(measure: Measure) -> Mapping[tuple[str, str], str]:
    """The column of each fact, by (event type, fact)."""
    kinds: dict[str, set[str]] = {}
    for relation in measure.vocabulary.events.values():
        for name, item in relation.fields.items():
            if name not in ("id", "at"):
                kinds.setdefault(name, set()).add(str(arrow_type(item.type)))
    apart = {n for n, found in kinds.items() if len(found) > 1} | RESERVED
    return {
        (relation.name, name): f"{relation.name}/{name}" if name in apart else name
        for relation in measure.vocabulary.events.values()
        for name in relation.fields
        if name not in ("id", "at")
    }


def own_mapping(measure: Measure) -> LogMapping:
    """The mapping that reads what `write_parquet` and `write_xes` wrote of events of a measure."""
    columns = fact_columns(measure)
    sources = []
    for relation in measure.vocabulary.events.values():
        facts = {}
        for name, item in relation.fields.items():
            column = columns.get((relation.name, name))
            if column is None:
                continue
            facts[name] = (
                FactSource(instant=InstantSource(column))
                if item.type == DATETIME
                else FactSource(Template.column(column))
            )
        sources.append(
            EventSource(
                relation.name,
                relation.name,
                InstantSource(TIME),
                Template.column(IDENTITY),
                facts,
                (Condition(TYPE, frozenset({relation.name})),),
                InstantSource(RECORDED_AT),
                Template.column(SUPERSEDES),
                RETRACTS,
            )
        )
    return LogMapping(
        f"events of {measure.id}",
        measure,
        FileFormat(missing=frozenset()),
        tuple(sources),
        types=(TypeColumn(TYPE, frozenset(measure.vocabulary.events)),),
        complete=False,
    )
