"""Versions of a measure: the one in force on the day of an act decides about it.

A new version takes over on its first day; the one before ends the day before, whether or not it
says so. What happened under the old version stays judged by it, for ever; but it still counts as
an earlier act when the new version asks whether this is the first time.

Each version keeps its own accounts: a ledger does not run on from one version to the next.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from shouwen.measures.diagnostics import Report
from shouwen.measures.evaluation.adoption import Adoption, AdoptionError, adopt
from shouwen.measures.evaluation.evaluate import evaluate
from shouwen.measures.evaluation.events import Event
from shouwen.measures.evaluation.outcomes import Outcomes
from shouwen.measures.language.model import Measure


def succession(versions: Sequence[Measure | Adoption]) -> tuple[Adoption, ...]:
    """The versions of a measure in order, each in force until the next begins.

    Raises:
        AdoptionError: when two are in force at once, one has no first day, or they are not
            versions of one measure.
    """
    report = Report()
    adoptions = [v if isinstance(v, Adoption) else adopt(v) for v in versions]
    keys = sorted({a.measure.id for a in adoptions})
    if len(keys) > 1:
        report.error(
            "not-versions",
            f"These are different measures: {', '.join(keys)}.",
            hint="Versions of a measure have the same key.",
        )
    for adoption in adoptions:
        if adoption.first_day is None and len(adoptions) > 1:
            report.error(
                "no-first-day",
                f"Version {_named(adoption)} does not say from when it is in force.",
                hint="Write effective: {from: ...} in its front matter.",
            )
    if report.errors:
        raise AdoptionError(report)
    adoptions.sort(key=lambda a: (a.first_day is not None, a.first_day))
    found: list[Adoption] = []
    for number, adoption in enumerate(adoptions):
        following = adoptions[number + 1] if number + 1 < len(adoptions) else None
        last = adoption.last_day
        if following is not None and following.first_day is not None:
            end = following.first_day - timedelta(days=1)
            named = following.measure.supersedes
            if (last is not None and last > end) or following.first_day == adoption.first_day:
                report.error(
                    "two-in-force",
                    f"Versions {_named(adoption)} and {_named(following)} are both in force on "
                    f"{following.first_day}.",
                    hint="End the first before the second begins, or leave its last day out.",
                )
            if named is not None and named != adoption.measure.version:
                report.error(
                    "supersedes",
                    f"Version {_named(following)} supersedes '{named}', but the version before it "
                    f"is {_named(adoption)}.",
                    hint="Give the versions in between as well.",
                )
            last = end if last is None else min(last, end)
        counted = found[0].first_day if found else adoption.first_day
        found.append(replace(adoption, last_day=last, counted_from=counted))
    if report.errors:
        raise AdoptionError(report)
    return tuple(found)


def evaluate_versions(
    versions: Sequence[Measure | Adoption], events: Iterable[Event], as_of: datetime
) -> tuple[Outcomes, ...]:
    """What each version says of the acts of its own time, oldest version first.

    An event type that only other versions know is passed over by a version.

    Raises:
        AdoptionError: as `succession`.
        EventError: as `evaluate`; an event that no version knows is refused by the newest.
    """
    adoptions = succession(versions)
    given = list(events)
    known = {name for a in adoptions for name in _event_names(a)}
    found = []
    for adoption in adoptions:
        own = _event_names(adoption)
        seen = [e for e in given if e.type in own or e.type not in known]
        found.append(evaluate(adoption, seen, as_of))
    return tuple(found)


def _event_names(adoption: Adoption) -> frozenset[str]:
    events = adoption.measure.vocabulary.events
    return frozenset(events) | {r.label.zh for r in events.values()}


def _named(adoption: Adoption) -> str:
    return f"{adoption.measure.id} {adoption.measure.version}".strip()
