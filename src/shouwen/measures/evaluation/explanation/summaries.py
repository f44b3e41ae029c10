"""What an outcome says, in a sentence or two."""

from __future__ import annotations

from decimal import Decimal

from shouwen.measures.evaluation import wording
from shouwen.measures.evaluation.explanation.subject import Subject
from shouwen.measures.evaluation.outcomes import (
    Anomaly,
    Balance,
    Breach,
    ConsequenceOutcome,
    DutyOutcome,
    GradeOutcome,
    LedgerEntry,
    RightOutcome,
    ThresholdReached,
    UnknownOutcome,
)
from shouwen.measures.feel.values import Amount
from shouwen.measures.language.model import Duty, Field

STILL_OPEN = ("数额在幅度内由人决定，尚未决定。", " To be decided inside the range.")
"""How the summary of a consequence ends, in Chinese and English, while nobody has decided."""


def summary(subject: Subject) -> str:
    """What an outcome says."""
    outcome = subject.outcome
    match outcome:
        case DutyOutcome():
            return _duty(subject, outcome)
        case Breach():
            return _breach(subject, outcome)
        case ConsequenceOutcome():
            return _consequence(subject, outcome)
        case LedgerEntry():
            return _entry(subject, outcome)
        case Balance():
            return _balance(subject, outcome)
        case ThresholdReached():
            label, ledger = subject.label(outcome.rule), subject.label(outcome.ledger)
            left = _left(subject, outcome.ledger, outcome.balance)
            return subject.say(
                f"{outcome.subject}的“{ledger}”余额为{left}，达到“{label}”。",
                f"The balance of {outcome.subject} in '{ledger}' is {left}: '{label}'.",
            )
        case GradeOutcome():
            return _grade(subject, outcome)
        case RightOutcome():
            return _right(subject, outcome)
        case UnknownOutcome():
            label, clause = subject.label(outcome.rule), subject.clause(outcome.norm)
            missing = named(subject, outcome.missing)
            return subject.say(
                f"无法判断“{label}”如何适用（{clause}）：缺少{missing}。",
                f"It cannot be told how '{label}' applies ({clause}): {missing} is missing.",
            )
        case Anomaly():
            return subject.say(outcome.zh + "。", outcome.en + ".")
        case _:
            return subject.label(outcome.rule)


def named(subject: Subject, missing: frozenset[str]) -> str:
    """Missing facts by their labels."""
    names = sorted(subject.name(m) for m in missing)
    return subject.joined([subject.say(f"“{n}”", f"'{n}'") for n in names])


def bearer(subject: Subject, outcome: DutyOutcome) -> str:
    """Who has to do it: a person, or the issuer of the measure where none is named."""
    if outcome.bearer is not None:
        return outcome.bearer
    rule = subject.rule(outcome.rule)
    if isinstance(rule, Duty) and rule.who is None:
        issuer = subject.pick(subject.measure.issuer)
        return issuer or subject.say("本单位", "the issuer")
    return subject.say("责任人（不详）", "somebody unknown")


def _duty(subject: Subject, outcome: DutyOutcome) -> str:
    who, label = bearer(subject, outcome), subject.label(outcome.rule)
    period = _period(subject, outcome)
    due = None
    if outcome.deadline is not None:
        due = wording.limit(outcome.deadline, subject.language)
    done = None if outcome.performed_at is None else subject.instant(outcome.performed_at)
    as_of = subject.instant(subject.outcomes.as_of)
    late_zh = f"{done}才完成" if done else f"截至{as_of}尚未完成"
    late_en = f"done only {done}" if done else f"not done by {as_of}"
    match outcome.status:
        case "pending" if due is None:
            zh = f"{who}应完成“{label}”{period}，没有规定期限，截至{as_of}尚未完成。"
            en = f"{who} has to do '{label}'{period}; there is no deadline. Not done by {as_of}."
        case "pending":
            zh = f"{who}应于{due}前完成“{label}”{period}，截至{as_of}尚未到期。"
            en = f"{who} has to do '{label}'{period} by {due}; it is not due yet at {as_of}."
        case "met" if due is None:
            zh = f"{who}已完成“{label}”{period}（{done}），没有规定期限。"
            en = f"{who} did '{label}'{period} ({done}); there is no deadline."
        case "met":
            zh = f"{who}按时完成“{label}”{period}：期限{due}，{done}完成。"
            en = f"{who} did '{label}'{period} in time: due {due}, done {done}."
        case "breached":
            zh = f"{who}没有按时完成“{label}”{period}：期限{due}，{late_zh}。"
            en = f"{who} did not do '{label}'{period} in time: due {due}, {late_en}."
        case "aim missed":
            zh = f"{who}没有达到“{label}”{period}的目标：期限{due}，{late_zh}。目标未达不算违规。"
            en = f"{who} missed the aim '{label}'{period}: due {due}, {late_en}. That is no breach."
        case "exempt":
            reason = outcome.notes[-1] if outcome.notes else None
            zh = f"{who}这次不受“{label}”{period}约束" + (f"：{reason.zh}。" if reason else "。")
            en = f"{who} is excused from '{label}'{period}" + (f": {reason.en}." if reason else ".")
        case _:
            missing = named(subject, outcome.missing)
            zh = f"无法判断{who}是否按时完成“{label}”{period}：缺少{missing}。"
            en = f"It cannot be told whether {who} did '{label}'{period} in time: "
            en += f"{missing} is missing."
    return subject.say(zh, en)


def _period(subject: Subject, outcome: DutyOutcome) -> str:
    """The period that a periodic duty is for."""
    first, last = outcome.facts.get("period_start"), outcome.facts.get("period_end")
    if first is None or last is None:
        return ""
    start, end = (wording.day(d, subject.language) for d in (first, last))
    if first == last:
        return subject.say(f"（{start}）", f" ({start})")
    return subject.say(f"（{start}至{end}）", f" ({start} to {end})")


def _breach(subject: Subject, outcome: Breach) -> str:
    clause, at = subject.clause(outcome.norm), subject.instant(outcome.at)
    who = outcome.person or subject.pick(subject.measure.issuer)
    who = who or subject.say("本单位", "the issuer")
    return subject.say(f"{who}违反{clause}，时间为{at}。", f"{who} broke {clause}, at {at}.")


def gives(subject: Subject, outcome: ConsequenceOutcome) -> str:
    """What a consequence consists of: ``罚款50元、扣分1分、可以谈话``."""
    measure, language = subject.measure, subject.language
    parts = [wording.quantity(measure, n, a, language) for n, a in outcome.amounts.items()]
    parts += [wording.act(measure, n, a, language) for n, a in outcome.acts.items()]
    return subject.joined(parts)


def _consequence(subject: Subject, outcome: ConsequenceOutcome) -> str:
    what = gives(subject, outcome)
    who = outcome.to or subject.say("对象不详", "somebody unknown")
    label, clause = subject.label(outcome.rule), subject.clause(outcome.norm)
    if outcome.share_of is not None:
        label += subject.say("，连带承担", ", joint share")
    head_zh = f"{who}：{what or '（没有数额）'}（{label}，依据{clause}）。"
    head_en = f"{who}: {what or 'no amounts'} ({label}, {clause})."
    match outcome.status:
        case "unknown":
            missing = named(subject, outcome.missing)
            zh = f"无法确定“{label}”：缺少{missing}。"
            en = f"'{label}' cannot be settled: {missing} is missing."
        case "waived":
            zh, en = f"“{label}”已决定不予处理（{who}）。", f"'{label}' was waived for {who}."
        case "decided":
            zh, en = head_zh + "已作出决定。", head_en + " It has been decided."
        case _ if any(isinstance(a, Amount) for a in outcome.amounts.values()):
            zh, en = head_zh + STILL_OPEN[0], head_en + STILL_OPEN[1]
        case _:
            zh, en = head_zh, head_en
    return subject.say(zh, en)


def _left(subject: Subject, ledger: str, value: Decimal) -> str:
    return wording.amount(value, subject.unit(ledger), subject.language)


def _entry(subject: Subject, outcome: LedgerEntry) -> str:
    label = subject.label(outcome.ledger)
    left = _left(subject, outcome.ledger, outcome.balance)
    much = _left(subject, outcome.ledger, abs(outcome.amount))
    sign = "减少" if outcome.amount < 0 else "增加"
    zh = f"{outcome.subject}的“{label}”{sign}{much}，余额{left}。"
    sign = "falls" if outcome.amount < 0 else "rises"
    en = f"'{label}' of {outcome.subject} {sign} by {much} to {left}."
    return subject.say(zh, en)


def _balance(subject: Subject, outcome: Balance) -> str:
    label, left = subject.label(outcome.ledger), _left(subject, outcome.ledger, outcome.value)
    period = outcome.period
    zh = f"{outcome.subject}的“{label}”" + (f"（{period}）" if period else "") + f"余额{left}。"
    en = f"The balance of {outcome.subject} in '{label}'" + (f" ({period})" if period else "")
    en += f" is {left}."
    if outcome.pending:
        count = len(outcome.pending)
        zh += f"另有{count}项处理尚未决定数额，没有计入。"
        en += f" Not counted: {count} not yet decided inside their range."
    return subject.say(zh, en)


def _grade(subject: Subject, outcome: GradeOutcome) -> str:
    relation = subject.measure.relations.get(outcome.rule)
    fields = relation.fields if relation is not None else {}
    parts = [
        subject.say("{}：{}", "{}: {}").format(
            _output_label(subject, fields.get(n), n),
            subject.value(v, fields[n].type if n in fields else None),
        )
        for n, v in outcome.outputs.items()
    ]
    label, who = subject.label(outcome.rule), outcome.subject or ""
    what = subject.joined(parts)
    return subject.say(f"{who}的“{label}”——{what}。", f"'{label}' of {who} — {what}.")


def _output_label(subject: Subject, field: Field | None, name: str) -> str:
    if field is None:
        return name
    if field.label.zh == name:  # a column that is named after its type
        return wording.type_label(subject.measure, field.type, name, subject.language)
    return subject.pick(field.label)


def _right(subject: Subject, outcome: RightOutcome) -> str:
    roles = subject.measure.vocabulary.roles
    who = subject.pick(roles[outcome.who]) if outcome.who in roles else outcome.who
    may, start = subject.pick(outcome.may).rstrip("."), subject.instant(outcome.at)
    end = None if outcome.until is None else subject.instant(outcome.until)
    zh = f"{who}自{start}起可以{may}" + (f"，至{end}止。" if end else "。")
    en = f"From {start} on, {who} may {may}" + (f", until {end}." if end else ".")
    return subject.say(zh, en)
