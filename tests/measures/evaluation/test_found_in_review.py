"""What went wrong once: who answers for a breach, prohibitions, windows, ranges, corrections."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from shouwen.measures.evaluation import Event, Outcomes, evaluate
from shouwen.measures.evaluation.outcomes import (
    Balance,
    Breach,
    ConsequenceOutcome,
    DutyOutcome,
    UnknownOutcome,
)
from shouwen.measures.language import parse_measure

ZONE = ZoneInfo("Asia/Shanghai")
HEAD = """---
measure: review
title: {zh: 办法, en: measure}
effective: {from: 2026-01-01}
---
# 办法
```vocabulary
types:
  kind: {zh: 种类, en: kind, one of: {甲类: a, 乙类: b}}
posts: {chief: {zh: 主职, en: chief}}
amounts: {fine: {zh: 罚款, en: fine}}
events:
  asked: {zh: 来访, en: asked, facts: {case: case, person: person, unit: unit}}
  answered: {zh: 答复, en: answered, facts: {case: case}}
  paused: {zh: 中止, en: paused, facts: {case: case, until: instant}}
  act: {zh: 行为, en: act, facts: {case: case, person: person, kind: kind}}
```
## 第一条 {#1}
- {#1a} **甲** 甲。 *a.*
- {#1b} **乙** 乙。 *b.*
- {#1c} **丙** 丙。 *c.*
"""
ANSWER = """
```duty
id: answer
norm: 1a
on: asked
do: answered
within: 1小时
{more}
```
"""
NEVER = """
```duty
id: never
norm: 1a
who: person
never: act
```
"""
FINE = """
```consequence
id: fine
norm: 1c
on: breach
to: person
give: {fine: 50}
```
"""
ASKED = ("asked", "2026-05-06 09:00", {"case": "C1", "person": "客户甲", "unit": "站"})


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def said(body: str, *events, as_of: str = "2026-05-31 00:00") -> Outcomes:
    history = [Event(f"e{n}", type_, at(when), facts) for n, (type_, when, facts) in
               enumerate(events, 1)]  # fmt: skip
    return evaluate(parse_measure(HEAD + body), history, at(as_of))


def acts(*whens: str):
    return [("act", w, {"case": f"C{n}", "person": "甲"}) for n, w in enumerate(whens, 1)]


def test_nobody_in_person_answers_for_a_duty_of_the_issuer():
    outcomes = said(ANSWER.format(more="") + FINE, ASKED)
    assert [b.person for b in outcomes.of(Breach)] == [None]
    assert outcomes.of(ConsequenceOutcome) == ()


def test_when_the_bearer_is_not_known_nobody_else_is_fined():
    outcomes = said(ANSWER.format(more="who: chief of unit") + FINE, ASKED)
    (fine,) = outcomes.of(ConsequenceOutcome)
    assert (fine.to, fine.status) == (None, "unknown")
    assert "person" in fine.missing


def test_each_way_of_breaking_a_prohibition_cites_its_own_norm():
    body = """
```duty
id: never
norm: 1a
who: person
never:
  - {event: act, when: kind = 甲类, norm: 1a}
  - {event: act, when: kind = 乙类, norm: 1b}
```
"""
    outcomes = said(
        body,
        ("act", "2026-05-06 09:00", {"case": "C1", "person": "甲", "kind": "甲类"}),
        ("act", "2026-05-06 10:00", {"case": "C2", "person": "甲", "kind": "乙类"}),
    )
    assert [(b.facts["case"], b.norm) for b in outcomes.of(Breach)] == [("C1", "1a"), ("C2", "1b")]


@pytest.mark.parametrize(
    ("window", "counted"),
    # 2026-05-06 is a Wednesday, the first working day after the holiday of 1-5 May.
    [("3个工作日", "1"), ("1个工作日", "0"), ("72小时", "1"), ("47小时", "0"), ("2天", "1")],
)
def test_a_window_may_be_of_working_days_or_of_hours(window, counted):
    body = (
        NEVER
        + f"""
```fact
name: repeated
zh: 此前
count: breach
same: person
within: {window}
```
```consequence
id: fine
norm: 1c
on: breach
when: repeated >= 0
to: person
give: {{fine: 50}}
```
"""
    )
    outcomes = said(body, *acts("2026-05-06 09:00", "2026-05-08 09:00"))
    assert outcomes.of(ConsequenceOutcome)[-1].facts["repeated"] == Decimal(counted)


def test_a_window_of_hours_leaves_out_what_comes_later_on_the_same_day():
    body = (
        NEVER
        + """
```fact
name: near
zh: 附近
count: breach
same: person
within: 24小时
earlier: no
```
```consequence
id: fine
norm: 1c
on: breach
when: near >= 0
to: person
give: {fine: 50}
```
"""
    )
    outcomes = said(body, *acts("2026-05-06 09:00", "2026-05-06 10:00"))
    assert [c.facts["near"] for c in outcomes.of(ConsequenceOutcome)] == [Decimal(1), Decimal(2)]


@pytest.mark.parametrize("take", ["latest", "first", "max", "min", "sum"])
def test_an_amount_that_is_not_decided_is_not_known(take):
    body = (
        NEVER
        + f"""
```consequence
id: fine
norm: 1c
on: breach
to: person
give: {{fine: 100元-500元}}
```
```fact
name: most
zh: 数额
{take}: fine.fine
same: person
```
```consequence
id: more
norm: 1b
on: fine
to: person
when: most > 50
give: {{fine: 50}}
```
```consequence
id: own
norm: 1b
on: fine
to: person
when: fine > 50
give: {{fine: 50}}
```
"""
    )
    outcomes = said(body, *acts("2026-05-06 09:00"))
    unknown = {o.rule: o.missing for o in outcomes.of(UnknownOutcome)}
    assert unknown == {"more": {"fine"}, "own": {"fine"}}


def test_a_pause_that_ends_before_it_begins_does_not_shorten_the_time():
    body = """
```duty
id: answer
norm: 1a
on: asked
do: answered
by: end of day(date of(at))
moves: [{on: paused, pause until: until}]
```
"""
    outcomes = said(
        body, ASKED, ("paused", "2026-05-06 10:00", {"case": "C1", "until": "2026-05-06 09:30"})
    )
    (duty,) = outcomes.of(DutyOutcome)
    assert duty.deadline is not None
    assert duty.deadline.at == at("2026-05-07 00:00")


def correction(id_: str, supersedes: str, when: str, *, retracts: bool = False) -> Event:
    return Event(
        id_, "answered", at(when), {"case": "C1"}, recorded_at=at("2026-05-07 00:00"),
        supersedes=supersedes, retracts=retracts,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("corrections", "performed"),
    [
        ([], "2026-05-06 09:30"),
        ([correction("b", "a", "2026-05-06 10:30")], "2026-05-06 10:30"),
        ([correction("b", "a", "2026-05-06 10:30"), correction("c", "b", "2026-05-06 09:40")],
         "2026-05-06 09:40"),
        ([correction("b", "a", "2026-05-06 10:30"),
          correction("c", "b", "2026-05-06 10:30", retracts=True)], "2026-05-06 09:30"),
        ([correction("b", "a", "2026-05-06 09:30", retracts=True)], None),
        ([correction("b", "a", "2026-05-06 09:30", retracts=True),
          correction("c", "b", "2026-05-06 09:30", retracts=True)], "2026-05-06 09:30"),
        ([correction("b", "a", "2026-05-06 09:30", retracts=True),
          correction("c", "a", "2026-05-06 09:30", retracts=True),
          correction("d", "c", "2026-05-06 09:30", retracts=True)], None),
        ([correction("b", "a", "2026-05-06 09:40"),
          correction("c", "a", "2026-05-06 09:30", retracts=True),
          correction("d", "c", "2026-05-06 09:30", retracts=True)], "2026-05-06 09:40"),
    ],
    ids=["none", "corrected", "corrected twice", "correction taken back", "retracted",
         "retraction taken back", "retracted twice, one taken back",
         "corrected and retracted, the latter taken back"],
)  # fmt: skip
def test_a_correction_that_is_taken_back_corrects_nothing(corrections, performed):
    first = Event("a", "answered", at("2026-05-06 09:30"), {"case": "C1"})
    asked = Event("q", "asked", at("2026-05-06 09:00"), {"case": "C1"})
    measure = parse_measure(HEAD + ANSWER.format(more=""))
    outcomes = evaluate(measure, [asked, first, *corrections], at("2026-05-31 00:00"))
    (duty,) = outcomes.of(DutyOutcome)
    assert duty.performed_at == (at(performed) if performed else None)


def test_a_consequence_of_a_month_comes_when_the_month_is_over():
    body = """
```consequence
id: monthly
norm: 1c
every: month
each: {key: person, in: asked}
to: person
give: {fine: 50}
```
"""
    assert said(body, ASKED, as_of="2026-05-31 23:59:59").of(ConsequenceOutcome) == ()
    assert len(said(body, ASKED, as_of="2026-06-01 00:00").of(ConsequenceOutcome)) == 1


def test_a_duty_without_its_key_is_unknown_since_nothing_can_be_matched_with_it():
    asked = ("asked", "2026-05-06 09:00", {"person": "甲"})
    (duty,) = said(ANSWER.format(more=""), asked).of(DutyOutcome)
    assert (duty.status, duty.missing) == ("unknown", frozenset({"case"}))


def test_a_balance_rests_on_all_its_entries():
    body = (
        NEVER
        + FINE
        + """
```ledger
id: account
norm: 1c
of: fine
per: person
base: 0
entries: [{on: fine, take: fine, sign: plus}]
```
"""
    )
    outcomes = said(body, *acts("2026-05-06 09:00", "2026-05-07 09:00"))
    (balance,) = outcomes.of(Balance)
    assert (balance.value, balance.events) == (Decimal(100), ("e1", "e2"))


def test_a_deadline_that_is_a_day_does_not_speak_of_a_day_that_is_not_counted():
    body = """
```duty
id: answer
norm: 1a
on: asked
do: answered
by: date of(at) + 1天
```
"""
    # 2026-05-05 is the last day of the holiday.
    asked = ("asked", "2026-05-04 09:00", {"case": "C1"})
    (duty,) = said(body, asked).of(DutyOutcome)
    assert duty.deadline is not None
    assert duty.deadline.at == at("2026-05-07 00:00")
    assert [n.en for n in duty.notes] == [
        "the clock starts at 2026-05-04 09:00",
        "Labour Day: moved on to 6 May",
        "ends at 24:00 of 6 May",
    ]
