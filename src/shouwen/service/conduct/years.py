"""Where people stand at the end of a year: kept when the measure is asked, shown year by year."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, QuerySet

from shouwen.measures.evaluation import Outcomes, explain
from shouwen.measures.evaluation.outcomes import Balance, GradeOutcome
from shouwen.service import clock
from shouwen.service.access.actor import Actor
from shouwen.service.access.gate import visible
from shouwen.service.conduct.asking import Answer
from shouwen.service.conduct.models import Standing, Subject, What
from shouwen.service.conduct.permissions import SEE_ACCOUNTS
from shouwen.service.conduct.queries import not_kept_from
from shouwen.service.conduct.stirring import stir
from shouwen.service.enactment.enacted import NotInForce, enacted, in_force
from shouwen.service.organisations.models import Person
from shouwen.service.tenancy.models import Organisation

_FIELDS = ("at", "norm", "label_zh", "label_en", "value", "said_zh", "said_en", "why", "pending")
STEPS = 12
MOST = 300
"""So many subjects are asked about anew in one turn after the end of a year."""


def keep_standing(subject: Subject, answer: Answer) -> None:
    """Keep the accounts and grades that an answer gives a subject, and drop what it gives no
    longer."""
    stored = {(s.what, s.rule, s.year): s for s in Standing.objects.filter(subject=subject)}
    new, changed = [], []
    zone = ZoneInfo(subject.organisation.zone)
    for row in (*_balances(subject, answer, zone), *_grades(subject, answer, zone)):
        before = stored.pop((row.what, row.rule, row.year), None)
        if before is None:
            new.append(row)
        elif any(getattr(before, f) != getattr(row, f) for f in _FIELDS):
            row.pk = before.pk
            changed.append(row)
    Standing.objects.bulk_create(new, ignore_conflicts=True)
    Standing.objects.bulk_update(changed, _FIELDS)
    if stored:
        Standing.objects.filter(pk__in=[s.pk for s in stored.values()]).delete()


def _balances(subject: Subject, answer: Answer, zone: ZoneInfo) -> Iterable[Standing]:
    rules = {r.id: r for r in answer.known.measure.ledgers}
    for found in answer.outcomes.of(Balance):
        year = (found.period or "")[:4]
        if found.subject != subject.name or not year.isdecimal():
            continue
        label = rules[found.ledger].label
        yield Standing(
            subject=subject, what=What.LEDGER, rule=found.ledger, year=int(year),
            at=found.at.astimezone(zone), norm=found.norm, label_zh=label.zh, label_en=label.en,
            value=f"{found.value.normalize():f}", pending=len(found.pending),
            **_said(found, answer.outcomes),
        )  # fmt: skip


def _grades(subject: Subject, answer: Answer, zone: ZoneInfo) -> Iterable[Standing]:
    rules = {g.id: g for g in answer.known.measure.grades}
    last: dict[tuple[str, int], Standing] = {}
    for found in answer.outcomes.of(GradeOutcome):
        if found.subject != subject.name:
            continue
        at = found.at.astimezone(zone)
        label = rules[found.rule].label
        values = [_plain(v) for v in found.outputs.values()]
        last[found.rule, at.year] = Standing(
            subject=subject, what=What.GRADE, rule=found.rule, year=at.year, at=at,
            norm=found.norm, label_zh=label.zh, label_en=label.en, value="; ".join(values)[:200],
            **_said(found, answer.outcomes),
        )  # fmt: skip
    return last.values()


def _plain(value: Any) -> str:
    return f"{value:%Y-%m-%d}" if isinstance(value, date) else str(value)


def _said(outcome: Balance | GradeOutcome, outcomes: Outcomes) -> dict[str, Any]:
    zh, en = explain(outcome, outcomes), explain(outcome, outcomes, "en")
    return {
        "said_zh": zh.summary, "said_en": en.summary,
        "why": {
            language: [line.text for s in found.sections for line in s.lines][:STEPS]
            for language, found in (("zh", zh), ("en", en))
        },
    }  # fmt: skip


def subjects(actor: Actor, year: int) -> QuerySet[Subject]:
    """Whom something is said of in a year, as far as an actor may see."""
    rows = visible(actor, SEE_ACCOUNTS, Subject.objects.all(), unit="person__unit")
    said = Standing.objects.filter(year=year)
    return rows.filter(not_kept_from(actor, ""), pk__in=said.values("subject"))


def standings(of: Iterable[Subject], year: int) -> dict[int, list[Standing]]:
    """What is said of some subjects in a year, in one query."""
    found: dict[int, list[Standing]] = {}
    rows = Standing.objects.filter(subject__in=[s.pk for s in of], year=year)
    for row in rows.order_by("subject", "-what", "rule"):
        found.setdefault(row.subject_id, []).append(row)
    return found


def after_the_year(organisation: Organisation) -> int:
    """Let everyone be asked about anew who was not since the year began: grades of the year that
    has ended are given at its end, when nothing else may happen.

    Returns:
        how many.
    """
    now = clock.now().astimezone(ZoneInfo(organisation.zone))
    try:
        grades = enacted(in_force(now)).measure.grades
    except NotInForce:
        return 0
    if not grades:
        return 0
    begun = datetime.combine(now.date().replace(month=1, day=1), time(), now.tzinfo)
    asked = Subject.objects.filter(person=OuterRef("pk"), asked_at__gte=begun)
    people = Person.objects.filter(~Exists(asked), is_active=True).order_by("pk")
    keys = {f"person:{n}" for n in people.values_list("number", flat=True)[:MOST]}
    others = Subject.objects.filter(person__isnull=True, asked_at__lt=begun).order_by("pk")
    keys |= set(others.values_list("key", flat=True)[:MOST])
    stir(keys)
    return len(keys)
