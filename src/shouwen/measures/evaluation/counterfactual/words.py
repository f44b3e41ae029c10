"""Counterfactuals as sentences, in Chinese and English."""

from __future__ import annotations

from shouwen.measures.evaluation import wording
from shouwen.measures.evaluation.counterfactual.model import Change
from shouwen.measures.evaluation.counterfactual.search import Found
from shouwen.measures.evaluation.events import Event
from shouwen.measures.evaluation.explanation.subject import Subject
from shouwen.measures.evaluation.explanation.summaries import gives, summary
from shouwen.measures.evaluation.outcomes import (
    Breach,
    ConsequenceOutcome,
    DutyOutcome,
    GradeOutcome,
    Outcome,
    Outcomes,
    RightOutcome,
)
from shouwen.measures.evaluation.wording import Language


def sentence(outcome: Outcome, outcomes: Outcomes, found: Found, language: Language) -> str:
    """What would have been different, and what would have come of it."""
    subject = Subject(outcome, outcomes, language)
    parts = [_change(subject, c) for c in found.changes]
    result = _result(subject, found.instead)
    if subject.zh:
        return f"若{'，并且'.join(parts)}，则{result}。"
    return f"If {' and '.join(parts)}, {result}."


def _change(subject: Subject, change: Change) -> str:
    match change.kind:
        case "moved":
            return _in_time(subject, change) + _was(subject, change.before[0])
        case "added":
            return _in_time(subject, change)
        case "altered":
            return _altered(subject, change)
        case "earlier":
            return _earlier(subject, change)
        case _:
            event = change.before[0]
            label, at = _label(subject, event), subject.instant(event.at)
            return subject.say(f"没有“{label}”（{at}）", f"there had been no '{label}' at {at}")


def _label(subject: Subject, event: Event) -> str:
    return subject.pick(subject.measure.vocabulary.events[event.type].label)


def _in_time(subject: Subject, change: Change) -> str:
    (event,) = change.after
    label = _label(subject, event)
    assert change.by is not None
    by = wording.limit(change.by, subject.language)
    facts = ""
    if change.facts:
        told = subject.say("，", ", ").join(_said(subject, event, n) for n in change.facts)
        facts = subject.say(f"（{told}）", f" ({told})")
    return subject.say(f"{by}前{label}{facts}", f"'{label}'{facts} had come by {by}")


def _said(subject: Subject, event: Event, name: str) -> str:
    item = subject.measure.vocabulary.events[event.type].fields[name]
    return f"{subject.pick(item.label)} {subject.value(event.facts[name], item.type)}"


def _was(subject: Subject, event: Event) -> str:
    at = subject.instant(event.at)
    return subject.say(f"（实际为{at}）", f" (it came at {at})")


def _altered(subject: Subject, change: Change) -> str:
    (before,), (after,) = change.before, change.after
    (name,) = change.facts
    item = subject.measure.vocabulary.events[before.type].fields[name]
    label, what = _label(subject, before), subject.pick(item.label)
    at = subject.instant(before.at)
    old = subject.value(before.facts[name], item.type)
    new = subject.value(after.facts[name], item.type)
    return subject.say(
        f"{at}“{label}”的“{what}”为{new}（实际为{old}）",
        f"'{what}' of '{label}' at {at} had been {new} (it was {old})",
    )


def _earlier(subject: Subject, change: Change) -> str:
    days = change.distance.days
    if isinstance(change.of, Breach):
        clause, at = subject.clause(change.of.norm), subject.instant(change.of.at)
        what = subject.say(f"此前违反{clause}（{at}）", f"the earlier breach of {clause} ({at})")
    elif change.of is not None:
        label, at = subject.label(change.of.rule), subject.instant(change.of.at)
        what = subject.say(f"此前的“{label}”（{at}）", f"the earlier '{label}' ({at})")
    else:
        label, at = _label(subject, change.before[0]), subject.instant(change.before[0].at)
        what = subject.say(f"此前的“{label}”（{at}）", f"the earlier '{label}' ({at})")
    return subject.say(
        f"{what}再早{days}日",
        f"{what} had been {days} day{'' if days == 1 else 's'} earlier",
    )


def _result(subject: Subject, instead: Outcome | None) -> str:
    outcome = subject.outcome
    match outcome, instead:
        case Breach(), _:
            clause = subject.clause(outcome.norm)
            return subject.say(f"不违反{clause}", f"{clause} would not have been broken")
        case DutyOutcome(), DutyOutcome():
            return _duty(subject, instead)
        case ConsequenceOutcome(), ConsequenceOutcome():
            less = gives(subject.of(instead), instead)
            return subject.say(
                f"只会是{less or '没有数额'}", f"it would only be {less or 'nothing'}"
            )
        case ConsequenceOutcome(), _:
            what, label = gives(subject, outcome), subject.label(outcome.rule)
            whom = outcome.to or ""
            return subject.say(
                f"{whom}不会有“{label}”" + (f"（{what}）" if what else ""),
                f"there would be no '{label}'" + (f" ({what})" if what else "") + f" for {whom}",
            )
        case GradeOutcome(), GradeOutcome():
            said = summary(subject.of(instead)).rstrip("。.")
            return subject.say(f"等次不同：{said}", f"the grade would differ: {said}")
        case RightOutcome(), _:
            label = subject.label(outcome.rule)
            return subject.say(f"没有“{label}”的权利", f"there would be no right of '{label}'")
        case _:
            said = summary(subject).rstrip("。.")
            return subject.say(f"不会出现：{said}", f"this would not be so: {said}")


def _duty(subject: Subject, instead: DutyOutcome) -> str:
    label = subject.label(instead.rule)
    if instead.status == "met":
        return subject.say(f"按时完成“{label}”", f"'{label}' would have been in time")
    if instead.status == "exempt":
        return subject.say(f"不受“{label}”约束", f"'{label}' would not have bound")
    due = ""
    if instead.deadline is not None:
        due = wording.limit(instead.deadline, subject.language)
        due = subject.say(f"，期限为{due}", f"; it would be due {due}")
    return subject.say(f"“{label}”尚未到期{due}", f"'{label}' would not be late{due}")
