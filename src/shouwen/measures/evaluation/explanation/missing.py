"""For what cannot be known: what is missing, and which event would give it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from shouwen.measures.evaluation.explanation.model import Line
from shouwen.measures.evaluation.explanation.subject import Subject
from shouwen.measures.evaluation.outcomes import ConsequenceOutcome, DutyOutcome, UnknownOutcome
from shouwen.measures.language.model import Duty, Fact, Take

_POST = re.compile(r"(?P<post>[^ ]+) of (?P<unit>.+)")


def missing(subject: Subject) -> Iterator[Line]:
    """A line for every missing fact."""
    outcome = subject.outcome
    if isinstance(outcome, DutyOutcome | UnknownOutcome | ConsequenceOutcome):
        for name in sorted(outcome.missing):
            yield _missing(subject, name)


def _missing(subject: Subject, name: str) -> Line:
    fact = subject.measure.facts.get(name)
    if fact is not None:
        return Line(_derived(subject, fact), norm=fact.norm)
    post = _POST.fullmatch(name)
    posts = subject.measure.vocabulary.posts
    if post is not None and post["post"] in posts:
        label, unit = subject.pick(posts[post["post"]]), post["unit"]
        return Line(
            subject.say(
                f"{unit}当时的{label}没有任职记录。登记“任职”（单位{unit}，职务{label}；"
                "空缺则不写任职人）即可确定。",
                f"There is no record of who was {label} of {unit} then. A 'post held' for that "
                "unit and post settles it (without a person if it is vacant).",
            )
        )
    return _field(subject, name)


def _field(subject: Subject, name: str) -> Line:
    events = subject.measure.vocabulary.events
    for event in subject.events():
        item = events[event.type].fields.get(name)
        if item is not None and name not in event.facts:
            what, at = subject.pick(events[event.type].label), subject.instant(event.at)
            label = subject.pick(item.label)
            return Line(
                subject.say(
                    f"{at}的“{what}”没有写明“{label}”。更正这一记录，写明“{label}”即可确定。",
                    f"The '{what}' at {at} does not say '{label}'. Correcting it settles it.",
                ),
                event=event.id,
            )
    for type_ in _named_events(subject):
        item = events[type_].fields.get(name)
        if item is not None:
            what, label = subject.pick(events[type_].label), subject.pick(item.label)
            return Line(
                subject.say(
                    f"“{what}”的记录没有写明“{label}”。更正该记录，写明“{label}”即可确定。",
                    f"A '{what}' does not say '{label}'. Correcting it settles it.",
                )
            )
    if name == "unit":
        return Line(
            subject.say(
                "所属单位没有记录。在事件中写明单位，或登记其“任职”即可确定。",
                "The unit is not on record. Naming it in the event, or a 'post held', settles it.",
            )
        )
    return Line(subject.say(f"缺少：{name}", f"missing: {name}"))


def _named_events(subject: Subject) -> Iterator[str]:
    """The event types a duty speaks of, besides its trigger."""
    rule = subject.rule(subject.outcome.rule)
    if isinstance(rule, Duty):
        yield from (p.event for p in rule.performances)
        yield from (m.event for m in rule.moves)
        yield from (e.event for e in rule.exemptions if e.event is not None)


def _derived(subject: Subject, fact: Fact) -> str:
    label = subject.pick(fact.label).rstrip(".")
    if fact.take in (Take.VALUE, Take.HOLDER) or not fact.relation:
        return subject.say(f"“{label}”无法得出。", f"'{label}' cannot be worked out.")
    source = subject.relation_label(fact.relation)
    relation = subject.measure.relations.get(fact.relation)
    column = ""
    if relation is not None and fact.column is not None and fact.column in relation.fields:
        column = subject.pick(relation.fields[fact.column].label)
    part_zh, part_en = f"的“{column}”" if column else "", f" ('{column}')" if column else ""
    if fact.relation not in subject.measure.vocabulary.events:
        return subject.say(
            f"“{label}”取自“{source}”{part_zh}，目前还没有结果。",
            f"'{label}' is taken from '{source}'{part_en}, which has no result yet.",
        )
    return subject.say(
        f"“{label}”取自“{source}”{part_zh}，目前没有这样的记录。登记“{source}”即可确定。",
        f"'{label}' is taken from '{source}'{part_en}; there is none. Recording one settles it.",
    )
