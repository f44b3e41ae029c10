"""An assessment: one period of one organisation, judged part by part, resumable."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from shouwen.measures.assessment.clusters import Cluster, ClusterFailed, Known, judge
from shouwen.measures.assessment.links import Links
from shouwen.measures.assessment.parting import (
    FIRST_EVENT_FILE,
    Parts,
    has_copies,
    keep_first_event,
    part,
)
from shouwen.measures.assessment.results import Tables, write_result
from shouwen.measures.assessment.running import Limits, Period, database, run_part, statements_of
from shouwen.measures.assessment.sources import FolderSource, Source
from shouwen.measures.assessment.store import Store, Tell
from shouwen.measures.assessment.visible import KNOWN_FROM, superseded
from shouwen.measures.bulk import BulkPlan, lower
from shouwen.measures.bulk.event_table import RECORDED_AT
from shouwen.measures.bulk.outcomes import KINDS
from shouwen.measures.diagnostics import Diagnostic
from shouwen.measures.evaluation import Adoption

TARGET = 2_000_000
"""About so many events a part, or as many as memory holds at `BYTES` each, if those are more."""
BYTES = 1_024
WORK = ".work"
_EVENTS, _PARTS, _OUTCOMES = "events", "parts", "outcomes"


class AssessmentStopped(RuntimeError):
    """An assessment could not go on; what is done is kept, and nothing half written is left."""


@dataclass(frozen=True)
class Terms:
    """What is asked.

    Attributes:
        adoption: the measure with its readings and calendars.
        as_of: the instant to ask at; None: the last instant in the log.
        period: the days whose outcomes are wanted. Events before it still count as earlier ones.
        rules: ids of rules; None: all.
        left_out: rules that were left out, to be told in the result.
        target: about how many events are judged at once; None: see `TARGET`.
        trails: whether outcomes say which events and readings they rest on; without, it is faster.
    """

    adoption: Adoption
    as_of: datetime | None = None
    period: Period = field(default_factory=Period)
    rules: tuple[str, ...] | None = None
    left_out: tuple[str, ...] = ()
    target: int | None = None
    trails: bool = True

    def fingerprint(self, source: Source, engine: str = "duckdb") -> str:
        """What the result hangs on, in short: events, measure, readings, question and versions."""
        measure = self.adoption.measure
        texts = [Path(p).read_text("utf-8") for p in measure.sources if Path(p).is_file()]
        if measure.calendars_file is not None and measure.sources:
            calendars = Path(measure.sources[0]).parent / measure.calendars_file
            texts.append(calendars.read_text("utf-8"))
        parts = [
            source.identity(), *texts, json.dumps(dict(self.adoption.readings), sort_keys=True),
            str((self.adoption.first_day, self.adoption.last_day, self.as_of, self.period,
                 self.rules, self.target, self.trails)),
            version("shouwen"), version("duckdb"), version("ibis-framework"),
            *([engine] if engine != "duckdb" else []),
        ]  # fmt: skip
        digest = hashlib.sha256()
        for text in parts:
            digest.update(f"{len(text)}:{text}".encode())
        return digest.hexdigest()[:20]


@dataclass(frozen=True)
class Assessment:
    """Outcomes on disk.

    Attributes:
        terms: what was asked, `as_of` filled in.
        rules: the ids of the rules that were evaluated.
        tables: by kind, the Parquet files with the outcomes.
        counts: by kind, how many there are.
        events: how many events the source has (copies too).
        parts: how many parts it was cut into.
        kept: how many of them had been done before.
        parted_by: the kinds of keys that held events together.
        undivided: why the log could not be cut; empty where it could.
        notes: what the reader should know although nothing is wrong.
        engine: what judged: ``duckdb``, or ``spark`` with its version.
    """

    terms: Terms
    source: str
    fingerprint: str
    rules: tuple[str, ...]
    tables: Tables
    counts: Mapping[str, int]
    events: int
    parts: int
    kept: int
    parted_by: tuple[str, ...]
    undivided: tuple[str, ...] = ()
    notes: tuple[Diagnostic, ...] = field(default=())
    engine: str = "duckdb"

    def about(self) -> dict[str, Any]:
        """How it came about, as plain data."""
        terms, measure = self.terms, self.terms.adoption.measure
        days = (terms.period.first, terms.period.last)
        return {
            "measure": measure.id,
            "version": measure.version,
            "readings": dict(terms.adoption.readings),
            "source": self.source,
            "events": self.events,
            "as_of": terms.as_of.isoformat() if terms.as_of is not None else None,
            "from": days[0].isoformat() if days[0] else None,
            "to": days[1].isoformat() if days[1] else None,
            "rules": list(self.rules),
            "left_out": list(terms.left_out),
            "trails": terms.trails,
            "outcomes": dict(self.counts),
            "parts": self.parts,
            "parts_kept": self.kept,
            "parted_by": list(self.parted_by),
            "undivided": list(self.undivided),
            "engine": self.engine,
            "fingerprint": self.fingerprint,
            "shouwen": version("shouwen"),
        }


def assess_to(
    path: Path,
    source: Source,
    terms: Terms,
    limits: Limits | None = None,
    tell: Tell | None = None,
    cluster: Cluster | None = None,
) -> Assessment:
    """Assess and write the result (see `write_result`).

    While it runs, ``<path>.work`` holds what is done; the same question finds it there again. At
    the end it is removed.

    Raises:
        SourceError: when the events are refused.
        NotLoweredYet: when a rule is not lowered yet.
        AssessmentStopped: when a part fails, the disk is full, or someone interrupts it.
        TooManyRows: when a workbook cannot hold the result.
    """
    work = path.with_name(path.name + WORK)
    found = assess(work, source, terms, limits, tell, cluster)
    with _stopping("writing the result", work):
        write_result(path, found.tables, found.about(), terms.adoption.zone)
    shutil.rmtree(work, ignore_errors=True)
    return found


def assess(
    work: Path,
    source: Source,
    terms: Terms,
    limits: Limits | None = None,
    tell: Tell | None = None,
    cluster: Cluster | None = None,
) -> Assessment:
    """Assess into a working folder, which the caller removes.

    With a `cluster`, Spark judges the log as a whole (see `clusters`); without, DuckDB does part by
    part in this process.

    Raises: as `assess_to`.
    """
    say = tell or (lambda stage, done, total: None)
    engine = cluster.version if cluster is not None else "duckdb"
    fingerprint = terms.fingerprint(source, engine)
    home = work / fingerprint
    _clear(work, fingerprint)
    home.mkdir(parents=True, exist_ok=True)
    given = limits or Limits()
    own = replace(given, spill=given.spill or home / "spill")
    with database(own) as connection:
        with _stopping("reading the events", home):
            store, notes = _store(connection, source, terms.adoption, home, say)
        as_of = terms.as_of or _last(connection, store)
        terms = replace(terms, as_of=as_of)
        plan = plan_for(terms.adoption, terms.rules, store, trails=terms.trails)
        if cluster is not None:
            with _stopping("checking the log", home):
                checked = tuple(_checked(connection, source, store, say))
                known = _known(connection, store, as_of, home)
            with _stopping("judging on Spark", home):
                tables, there = judge(cluster, home, plan, store, known, terms.period, say,
                                      trails=terms.trails)  # fmt: skip
            return Assessment(
                terms, source.name, fingerprint, plan.rules, tables, _counted(tables), len(store),
                1, int(there == len(tables)), (), (), (*notes, *checked), engine,
            )  # fmt: skip
        with _stopping("cutting the log into parts", home):
            parts, checked = _parted(connection, source, store, plan, terms, home, say)
    kept = _judge(home, plan, parts, terms, own, say)
    tables = {
        kind: [home / _OUTCOMES / str(n) / f"{kind}.parquet" for n in range(len(parts.rows))]
        for kind in plan.outcomes
    }
    return Assessment(
        terms, source.name, fingerprint, plan.rules, tables, _counted(tables), len(store),
        len(parts.rows), kept, tuple(sorted(parts.links.kinds)), parts.links.whole,
        (*notes, *checked),
    )  # fmt: skip


def plan_for(
    adoption: Adoption, rules: tuple[str, ...] | None, store: Store, *, trails: bool = True
) -> BulkPlan:
    """The plan for a store; making one takes seconds, so the last few are kept.

    Events that do not fit are shown with the trails of outcomes, and left out with them.
    """
    events = adoption.measure.vocabulary.events
    known = {t: tuple(sorted(store.never_null(t) & events[t].fields.keys())) for t in store.rows}
    return _plan(adoption, rules, tuple(known.items()), trails)


@lru_cache(maxsize=4)
def _plan(
    adoption: Adoption,
    rules: tuple[str, ...] | None,
    known: tuple[tuple[str, tuple[str, ...]], ...],
    trails: bool,
) -> BulkPlan:
    kinds = [kind for kind in KINDS if trails or kind != "anomalies"]
    return lower(adoption, rules, [type_ for type_, _ in known], dict(known), kinds)


def _counted(tables: Tables) -> dict[str, int]:
    return {k: sum(pq.read_metadata(f).num_rows for f in files) for k, files in tables.items()}


def _clear(work: Path, fingerprint: str) -> None:
    """Remove what was done for another question."""
    for path in work.iterdir() if work.is_dir() else ():
        if path.name != fingerprint and path.is_dir():
            shutil.rmtree(path, ignore_errors=True)


def _store(
    connection: duckdb.DuckDBPyConnection, source: Source, adoption: Adoption, home: Path, say: Tell
) -> tuple[Store, tuple[Diagnostic, ...]]:
    measure, folder = adoption.measure, home / _EVENTS
    if isinstance(source, FolderSource):
        return source.store(connection, measure, folder, say)
    if folder.is_dir():
        return Store.of(folder, measure), ()
    unfinished = folder.with_name(_EVENTS + ".part")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    found, notes = source.store(connection, measure, unfinished, say)
    if not found.rows:
        raise AssessmentStopped(f"{source.name} has no events; there is nothing to assess.")
    os.replace(unfinished, folder)
    return replace(found, folder=folder), notes


def _last(connection: duckdb.DuckDBPyConnection, store: Store) -> datetime:
    """The last instant in a store."""
    latest = datetime(1970, 1, 1, tzinfo=UTC)
    for type_ in store.rows:
        have = store.columns(connection, type_)
        known = KNOWN_FROM if RECORDED_AT in have else '"at"'
        row = connection.execute(
            f"SELECT epoch_us(max({known})) FROM {store.source(type_)}"
        ).fetchone()
        if row and row[0] is not None:
            latest = max(latest, datetime.fromtimestamp(row[0] // 1_000_000, UTC).replace(
                microsecond=row[0] % 1_000_000))  # fmt: skip
    return latest


def _parted(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    store: Store,
    plan: BulkPlan,
    terms: Terms,
    home: Path,
    say: Tell,
) -> tuple[Parts, tuple[Diagnostic, ...]]:
    assert terms.as_of is not None
    folder, record = home / _PARTS, home / f"{_PARTS}.json"
    if record.is_file():
        return _recalled(folder, json.loads(record.read_text("utf-8"))), ()
    notes = _checked(connection, source, store, say)
    shutil.rmtree(folder, ignore_errors=True)
    target = terms.target or max(TARGET, _memory(connection) // BYTES)
    parts = part(connection, store, plan, terms.as_of, folder, target, say)
    unfinished = record.with_suffix(".part")
    unfinished.write_text(json.dumps(_remembered(parts), ensure_ascii=False), "utf-8")
    os.replace(unfinished, record)
    return parts, tuple(notes)


def _memory(connection: duckdb.DuckDBPyConnection) -> int:
    """The bytes of memory that a DuckDB may use."""
    row = connection.execute(
        "SELECT parse_formatted_bytes(current_setting('memory_limit'))"
    ).fetchone()
    return int(row[0]) if row else 0


def _checked(
    connection: duckdb.DuckDBPyConnection, source: Source, store: Store, say: Tell
) -> list[Diagnostic]:
    """Hold a store to what every log is held to; gives notes."""
    return store.check(
        connection, values=isinstance(source, FolderSource),
        known_only=isinstance(source, FolderSource) and source.known_only, tell=say,
    )  # fmt: skip


def _known(
    connection: duckdb.DuckDBPyConnection, store: Store, as_of: datetime, home: Path
) -> Known:
    """What is known of a checked store at an instant."""
    superseded(connection, store, as_of)
    keep_first_event(connection, store, as_of, home)
    first = pq.read_table(home / FIRST_EVENT_FILE)["at"].cast(pa.timestamp("us", "UTC"))
    gone = connection.execute("SELECT id FROM gone").to_arrow_table()
    copied = frozenset(t for t in store.rows if has_copies(connection, t))
    return Known(as_of, gone, first[0].as_py(), copied)


def _remembered(parts: Parts) -> dict[str, Any]:
    found = parts.links
    return {
        "rows": parts.rows, "types": parts.types, "kinds": sorted(found.kinds),
        "common": sorted(found.common), "tied": sorted(found.tied),
        "suspect": sorted(found.suspect), "whole": found.whole,
        "straight": dict(parts.straight),
    }  # fmt: skip


def _recalled(folder: Path, data: Mapping[str, Any]) -> Parts:
    sets: dict[str, frozenset[str]] = {
        k: frozenset(data[k]) for k in ("kinds", "common", "tied", "suspect")
    }
    found = Links(sets["kinds"], {}, sets["common"], sets["tied"], sets["suspect"],
                  tuple(data["whole"]))  # fmt: skip
    return Parts(folder, found, tuple(data["rows"]), tuple(data["types"]), data["straight"])


def _judge(
    home: Path, plan: BulkPlan, parts: Parts, terms: Terms, limits: Limits, say: Tell
) -> int:
    """Judge the parts that have not been judged yet; how many had been."""
    assert terms.as_of is not None
    folder = home / _OUTCOMES
    folder.mkdir(exist_ok=True)
    done = {n for n in range(len(parts.rows)) if (folder / str(n)).is_dir()}
    kept = len(done)
    total = sum(parts.rows)
    statements = statements_of(plan, parts, trails=terms.trails)
    say("judging", sum(parts.rows[n] for n in done), total)
    for number, rows in enumerate(parts.rows):
        if number in done:
            continue
        what = f"part {number + 1} of {len(parts.rows)} ({rows:,} events)"
        with _stopping(what, home, len(done), len(parts.rows)), database(limits) as connection:
            run_part(connection, plan, parts, number, terms.as_of, terms.period,
                     folder / str(number), statements, trails=terms.trails)  # fmt: skip
        done.add(number)
        say("judging", sum(parts.rows[n] for n in done), total)
    return kept


@contextmanager
def _stopping(what: str, home: Path, done: int = 0, of: int = 0) -> Iterator[None]:
    """Say what was being done when it could not go on, and what is kept."""
    again = f" {done} of {of} parts are done and kept" if of else " Nothing half written is left"
    again += f" (in {home}); the same command goes on from there."
    try:
        yield
    except KeyboardInterrupt as error:
        raise AssessmentStopped(f"Interrupted at {what}.{again}") from error
    except duckdb.OutOfMemoryException as error:
        raise AssessmentStopped(
            f"Memory or disk did not suffice for {what}: {_first(error)}{again} Give it more "
            "(--memory, --spill on a larger disk), or smaller parts (--part-size)."
        ) from error
    except (duckdb.Error, OSError, ClusterFailed) as error:
        raise AssessmentStopped(f"It failed at {what}: {_first(error)}{again}") from error


def _first(error: BaseException) -> str:
    text = str(error).strip().splitlines()
    return text[0].rstrip(".") + "." if text else type(error).__name__ + "."


def known_rules(adoption: Adoption, wanted: Collection[str]) -> list[str]:
    """Those of some ids that are no rules of the measure."""
    from shouwen.measures.bulk.compile import rules_of

    return sorted(set(wanted) - rules_of(adoption.measure).keys())
