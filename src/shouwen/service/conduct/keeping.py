"""Proposals as the measure last said.

After every question about a thread its consequences and breaches are compared with those before:
whomever something changed for is *stirred*. A worker (`keep`) then asks about the subject with all
that weighs (`slices`), and keeps the answer as proposals. What follows from it for others, such as
a chief's share, stirs them. Any number of workers may do so at once.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections import defaultdict
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.db import OperationalError, transaction
from django.db.models import QuerySet

from shouwen.measures.evaluation import Outcomes, explain
from shouwen.measures.evaluation.outcomes import Breach, ConsequenceOutcome, DutyOutcome, Outcome
from shouwen.measures.language.model import Measure
from shouwen.service import clock
from shouwen.service.conduct.amounts import acts_stored, stored
from shouwen.service.conduct.apart import keep_apart
from shouwen.service.conduct.asking import Answer, answers, entity_of
from shouwen.service.conduct.models import Decision, Mark, MarkKey, Proposal, State, Stir, Subject
from shouwen.service.conduct.stirring import stir, stir_at, stirs_of, subject_of
from shouwen.service.conduct.years import keep_standing
from shouwen.service.enactment.enacted import NotInForce, enacted
from shouwen.service.enactment.models import Event, Thread
from shouwen.service.enactment.projection import events_behind
from shouwen.service.enactment.threads import STANDING
from shouwen.service.organisations.models import Unit
from shouwen.service.tenancy.scope import scope

log = logging.getLogger(__name__)
PUT_OFF = timedelta(minutes=5)
"""How long a subject waits that could not be asked about."""
FARTHEST = timedelta(days=400)
IN_UNIT = "in-unit:"
"""Before a unit in a thread's mark: the breaches in it, for those who answer for all of them."""
_FIELDS = (
    "origin", "person", "unit", "thread", "label_zh", "label_en", "norm", "norms", "row", "at",
    "state", "amounts", "acts", "modified", "missing", "share_of", "said_zh", "said_en", "gone",
)  # fmt: skip


def thread_asked(thread: Thread, outcomes: Outcomes, own: frozenset[str], **kwargs: Any) -> None:
    """Stir those for whom a thread says something else than before."""
    said = _digests(thread, outcomes, own)
    if not said and thread.asked_at is None:
        return
    mark = Mark.objects.filter(thread=thread).first()
    before = mark.said if mark is not None else {}
    if said == before:
        return
    if mark is None:
        mark = Mark.objects.create(thread=thread, said=said)
    else:
        mark.said = said
        mark.save(update_fields=["said"])
    MarkKey.objects.filter(mark=mark, key__in=before.keys() - said.keys()).delete()
    fresh = sorted(said.keys() - before.keys())
    MarkKey.objects.bulk_create([MarkKey(mark=mark, key=k[:140]) for k in fresh])
    changed = {k for k in (*said, *before) if said.get(k) != before.get(k)}
    units = {k.removeprefix(IN_UNIT) for k in changed if k.startswith(IN_UNIT)}
    stir({k for k in changed if not k.startswith(IN_UNIT)} | _answering(thread, units))


def _answering(thread: Thread, units: set[str]) -> set[str]:
    """Those who answer for what several people did in a unit: the chief whom the measure fines
    for the third of a day. No thread alone says so; each knows of its own."""
    if not units:
        return set()
    posts = unit_wide_posts(enacted(thread.adoption).measure)
    held = Event.objects.filter(type="post.held", facts__unit__in=units, facts__post__in=posts)
    return {f"person:{e.facts['person']}" for e in held}


@cache
def unit_wide_posts(measure: Measure) -> frozenset[str]:
    """The posts for whose holders something follows once for what happened in their unit."""
    return frozenset(
        c.to.post for c in measure.consequences
        if c.to.post is not None and "unit" in c.once_per
    )  # fmt: skip


def _digests(thread: Thread, outcomes: Outcomes, own: frozenset[str]) -> dict[str, str]:
    found: dict[str, list[Any]] = defaultdict(list)
    posts = unit_wide_posts(outcomes.adoption.measure)
    periodic = enacted(thread.adoption).periodic_rules
    by_period = {o.id for o in outcomes.of(DutyOutcome) if o.rule in periodic}
    by_period |= {o.id for o in outcomes.of(Breach) if o.rule in periodic}

    def belongs(outcome: Breach | ConsequenceOutcome) -> bool:
        # What falls due by the calendar is the standing thread's to say; the others see a part.
        if by_period and not by_period.isdisjoint(_chain(outcome, outcomes)):
            return thread.key == STANDING
        return not own.isdisjoint(events_behind(outcome, outcomes))

    # Duties that hang on a person are kept by asking about them: so they are stirred by whatever
    # such duties look at, though it says nothing by itself (a talk was held).
    for event in (outcomes.events[i] for i in own if i in outcomes.events):
        if event.type in enacted(thread.adoption).personal_events:
            fields = outcomes.adoption.measure.vocabulary.events[event.type].fields
            named = (event.facts.get(n) for n, f in fields.items() if f.entity == "person")
            for name in filter(None, named):
                found[f"person:{name}"].append([event.id, event.at, sorted(event.facts.items())])
    for outcome in outcomes:
        if isinstance(outcome, Breach):
            who: Any = outcome.person
            said: list[Any] = [outcome.id]
            if outcome.unit and posts and belongs(outcome):
                found[f"{IN_UNIT}{outcome.unit}"].append(said)
        elif isinstance(outcome, ConsequenceOutcome):
            who = outcome.to or outcome.facts.get("person")
            amounts, acts = stored(outcome.amounts), acts_stored(outcome.acts)
            said = [outcome.id, outcome.status, outcome.norm, amounts, acts]
        else:
            continue
        if isinstance(who, str) and belongs(outcome):
            found[entity_of(outcomes, outcome, who)].append(said)
    return {
        key: hashlib.sha256(json.dumps(sorted(map(str, said))).encode()).hexdigest()[:16]
        for key, said in found.items()
    }


def _chain(outcome: Outcome, outcomes: Outcomes) -> set[str]:
    """The ids of an outcome and of those it follows from."""
    said = {o.id: o for o in outcomes}
    found, open_ = {outcome.id}, list(outcome.because)
    while open_:
        id_ = open_.pop()
        if id_ in said and id_ not in found:
            found.add(id_)
            open_ += said[id_].because
    return found


def keep(limit: int = 50) -> int:
    """Ask about the subjects that were stirred, each in a transaction of its own.

    Returns:
        how many were asked about.

    Raises:
        OperationalError: when the database is away; nothing is lost.
    """
    passed: set[tuple[int, int]] = set()
    kept = 0
    for _ in range(limit):
        due = Stir.objects.filter(at__lte=clock.now()).order_by("at", "pk")
        row = next((s for s in due[: len(passed) + 1] if _key(s) not in passed), None)
        if row is None:
            break
        kept += _keep_one(row, passed)
    return kept


def _key(row: Stir) -> tuple[int, int]:
    return row.organisation_id, row.subject_id


def _keep_one(row: Stir, passed: set[tuple[int, int]]) -> bool:
    try:
        with scope(row.organisation_id), transaction.atomic():
            subject = locked(Subject.objects.filter(pk=row.subject_id)).first()
            if subject is None:
                passed.add(_key(row))  # Another worker is at it.
                return False
            known = stirs_of(subject)
            look(subject)
            Stir.objects.filter(pk__in=known).delete()
        return True
    except OperationalError:
        raise
    except Exception:
        log.exception(
            "Subject %s of organisation %s could not be asked about; it is tried again in %s.",
            row.subject_id, row.organisation_id, PUT_OFF,
        )  # fmt: skip
        Stir.objects.filter(pk=row.pk).update(at=clock.now() + PUT_OFF)
        return False


def locked(rows: QuerySet[Subject]) -> QuerySet[Subject]:
    """Subjects, each locked unless someone else has it; rows that name them may still be added."""
    found = rows.select_for_update(skip_locked=True, of=("self",), no_key=True)
    return found.select_related("organisation", "person")


def look(subject: Subject) -> list[Answer]:
    """Ask the measure about a subject and keep its proposals. Bounded by its slice."""
    now = clock.now()
    Subject.objects.select_for_update(no_key=True).get(pk=subject.pk)
    try:
        said, found = answers(subject)
    except NotInForce:
        return []
    stored_ = {p.outcome: p for p in Proposal.objects.filter(subject=subject)}
    names = _Names()
    new, old, others = [], [], set()
    for answer in said:
        for outcome, thread in answer.consequences():
            who = _whom(answer.outcomes, outcome)
            if not (outcome.amounts or outcome.acts or outcome.missing):
                continue  # Other rules hang on it, but by itself nothing follows.
            if who != subject.key:
                if who is not None and answer.origin_of(outcome) == subject.key:
                    others |= _told(answer, outcome, thread, who, subject, names)
                continue
            row = stored_.pop(outcome.id, None) or Proposal(
                outcome=outcome.id, subject=subject, rule=outcome.rule
            )
            before = _values(row) if row.pk else None
            origin = answer.origin_of(outcome) or subject.key
            _fill(row, answer, outcome, thread, names.subject(origin), names)
            if before is None:
                new.append(row)
            elif before != _values(row):
                old.append(row)
    for row in stored_.values():
        if not row.gone:
            row.gone = True
            old.append(row)
    # Whoever asked about the one it follows from may be writing the same just now.
    Proposal.objects.bulk_create(new, ignore_conflicts=True)
    Proposal.objects.bulk_update(old, _FIELDS)
    keep_standing(subject, said[-1])
    keep_apart(subject, said)
    Subject.objects.filter(pk=subject.pk).update(asked_at=now, cut=found.cut)
    stir(others)
    again = _again(said, now)
    if again is not None:
        stir_at(subject, again)
    return said


def _told(
    answer: Answer, outcome: ConsequenceOutcome, thread: Thread, who: str, origin: Subject,
    names: _Names,
) -> set[str]:  # fmt: skip
    """Something follows for another: it is theirs to be asked about, if it is new or changed."""
    row = Proposal.objects.filter(outcome=outcome.id).first()
    if row is None:
        row = Proposal(outcome=outcome.id, subject=names.subject(who), rule=outcome.rule)
        _fill(row, answer, outcome, thread, origin, names)
        Proposal.objects.bulk_create([row], ignore_conflicts=True)
        return {who}
    same = row.amounts == stored(outcome.amounts) and row.acts == acts_stored(outcome.acts)
    return set() if same and not row.gone and row.state == _state(row, outcome) else {who}


def _whom(outcomes: Outcomes, outcome: ConsequenceOutcome) -> str | None:
    who = outcome.to or outcome.facts.get("person")
    return entity_of(outcomes, outcome, who) if isinstance(who, str) else None


def _fill(
    row: Proposal, answer: Answer, outcome: ConsequenceOutcome, thread: Thread, origin: Subject,
    names: _Names,
) -> None:  # fmt: skip
    measure = answer.known.measure
    labels = {r.id: r.label for r in measure.consequences}
    label = labels[outcome.rule]
    row.origin, row.thread = origin, thread
    row.person = row.subject.person
    row.unit = names.unit(outcome.unit) or (row.person.unit if row.person else None)
    row.label_zh, row.label_en = label.zh, label.en
    row.norm, row.norms, row.row, row.at = (
        outcome.norm, list(outcome.norms), outcome.row, outcome.at,
    )  # fmt: skip
    row.amounts, row.acts = stored(outcome.amounts), acts_stored(outcome.acts)
    row.modified, row.missing = list(outcome.modified), sorted(outcome.missing)
    row.share_of, row.gone = outcome.share_of or "", False
    row.said_zh = _named(row, explain(outcome, answer.outcomes).summary, english=False)
    row.said_en = _named(row, explain(outcome, answer.outcomes, "en").summary, english=True)
    row.state = _state(row, outcome)


def _named(row: Proposal, sentence: str, *, english: bool) -> str:
    """A sentence about someone with the name instead of the staff number."""
    if row.person is None or not sentence.startswith(row.person.number):
        return sentence
    name = (row.person.name_en or row.person.name) if english else row.person.name
    return name + sentence.removeprefix(row.person.number)


def _state(row: Proposal, outcome: ConsequenceOutcome) -> State:
    """Where it stands: as decided here; otherwise as the measure says."""
    last = Decision.objects.filter(outcome=outcome.id).order_by("-id").first()
    if last is not None:
        return State.WAIVED if last.waived else State.DECIDED
    return {
        "unknown": State.UNKNOWN, "waived": State.WAIVED, "decided": State.DECIDED,
    }.get(outcome.status, State.OPEN)  # fmt: skip


def _values(row: Proposal) -> list[Any]:
    return [getattr(row, f"{f}_id", getattr(row, f, None)) for f in _FIELDS]


def _again(said: list[Answer], now: datetime) -> datetime | None:
    """The next instant at which a duty of the answer runs out."""
    second = timedelta(seconds=1)
    moments = [
        d.deadline.last_instant + second
        for answer in said
        for d in answer.outcomes.of(DutyOutcome)
        if d.status == "pending" and d.deadline is not None
    ]
    return min((m for m in moments if now < m < now + FARTHEST), default=None)


class _Names:
    """Subjects and units, each looked up once."""

    def __init__(self) -> None:
        self._subjects: dict[str, Subject] = {}
        self._units: dict[str, Unit] = {}

    def subject(self, key: str) -> Subject:
        """The subject of a key."""
        if key not in self._subjects:
            self._subjects[key] = subject_of(key)
        return self._subjects[key]

    def unit(self, code: str | None) -> Unit | None:
        """The unit of a code, if there is one."""
        if not self._units:
            self._units = {u.code: u for u in Unit.objects.all()}
        return self._units.get(code or "")
