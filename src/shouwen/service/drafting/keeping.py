"""What is kept of a comparison: its tables as plain data, and the first cases in which it flips."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from shouwen.measures.assessment.results import ABOUT
from shouwen.service.drafting.limits import MOST_FLIPS
from shouwen.service.drafting.models import Flip, State, Trial
from shouwen.service.enactment.models import Event, Thread

TABLES = ("changes", "people", "money", "money of people", "clauses", "statuses", "lateness",
          "amounts")  # fmt: skip
MOST_ROWS = 1_000
"""So many rows are kept of a table; those where most differs come first."""


def keep(trial: Trial, result: Path) -> None:
    """Keep a result with its trial, in the transaction of the caller."""
    about = json.loads((result / ABOUT).read_text("utf-8"))
    tables = {name: _table(result / f"{name}.parquet") for name in TABLES}
    trial.found = {
        "a": about["a"], "b": about["b"], "readings": about["readings"],
        "moved": about["deadlines_moved"], "flips": about["flips"], "same": about["same_rules"],
        **{n.replace(" ", "_"): rows for n, rows in tables.items()},
    }  # fmt: skip
    trial.state, trial.error, trial.failure = State.DONE, "", ""
    trial.save(update_fields=["found", "state", "error", "failure"])
    trial.flips.all().delete()
    rows = _first(result / "flips.parquet")
    threads = _threads(rows)
    Flip.objects.bulk_create(
        (_flip(trial, n, row, threads) for n, row in enumerate(rows, 1)), batch_size=500
    )


def _table(path: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(path).slice(0, MOST_ROWS).to_pylist()
    return rows


def _first(path: Path) -> list[dict[str, Any]]:
    """The first cases in the order of time."""
    table = pq.read_table(path)
    rows: list[dict[str, Any]] = table.sort_by([("at", "ascending"), ("id", "ascending")]).slice(
        0, MOST_FLIPS
    ).to_pylist()  # fmt: skip
    return rows


def _flip(
    trial: Trial, number: int, row: Mapping[str, Any], threads: Mapping[str, int | None]
) -> Flip:
    return Flip(
        trial=trial, number=number, outcome=row["id"], change=row["change"], rule=row["rule"],
        clause_a=row["clause_a"] or "", clause_b=row["clause_b"] or "", unit=row["unit"] or "",
        person=row["person"] or "", occasion=row["occasion"] or "", at=_instant(row["at"]),
        status_a=row["status_a"] or "", status_b=row["status_b"] or "",
        deadline_a=_instant(row["deadline_a"]), deadline_b=_instant(row["deadline_b"]),
        performed_at=_instant(row["performed_at"]), thread_id=threads.get(row["id"]),
    )  # fmt: skip


def _instant(value: Any) -> Any:
    if isinstance(value, datetime) and value.tzinfo is None:
        return value.replace(tzinfo=UTC)
    return value


def _threads(rows: list[dict[str, Any]]) -> dict[str, int | None]:
    """By outcome, the thread that the case is in, so that both sides can be asked why.

    An outcome is called after its rule and the event that set it off; what the calendar sets off
    is in the standing thread.
    """
    found: dict[str, int | None] = {}
    standing = Thread.objects.filter(key="").values_list("pk", flat=True).first()
    pending = iter(rows)
    while part := list(islice(pending, 500)):
        ends = {row["id"]: set(_ends(row["id"])) for row in part}
        wanted = set().union(*ends.values())
        events = dict(Event.objects.filter(uid__in=wanted).values_list("uid", "thread"))
        keys = {f"case:{row['occasion']}" for row in part if row["occasion"]}
        threads = dict(Thread.objects.filter(key__in=keys).values_list("key", "pk"))
        for row in part:
            own = next((events[e] for e in sorted(ends[row["id"]], key=len) if e in events), None)
            case = threads.get(f"case:{row['occasion']}")
            found[row["id"]] = case or own or standing
    return found


def _ends(outcome: str) -> list[str]:
    """What may be the id of an event at the end of the name of an outcome."""
    parts = outcome.split(":")
    return [":".join(parts[n:]) for n in range(1, len(parts)) if len(":".join(parts[n:])) <= 60]
