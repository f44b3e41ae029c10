"""Notes beside outcomes: which, on what day, for whom, in which words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouwen.measures.evaluation import Event, Outcomes, evaluate
from shouwen.measures.evaluation.outcomes import ConsequenceOutcome
from shouwen.measures.language import load_measure
from shouwen.measures.lawfulness import (
    Employment,
    LawNote,
    LegalFacts,
    Month,
    Uses,
    load_uses,
    notes,
    standing,
)
from tests.measures.lawfulness.conftest import instant

Said = Callable[..., Outcomes]
CABLE = Path(__file__).resolve().parents[3] / "src" / "shouwen" / "library" / "cable"
ZHANG = {"person": "张三", "unit": "一站"}
SEPTEMBER = Month(2013, 9)


def facts(
    wage: int | None = 2000,
    region: str | None = "310000",
    region_of_all: str | None = None,
    **more: Any,
) -> LegalFacts:
    known = Employment(wage=None if wage is None else Decimal(wage), region=region)
    return LegalFacts(SEPTEMBER, {"张三": known}, region=region_of_all, **more)


FROM_WAGE = "deduction-of-a-fine"


def late(fixed: int = 500, day: str = "2013-09-03") -> tuple[str, str, dict[str, Any]]:
    return ("late.found", day, {**ZHANG, "fixed": fixed})


def lost(price: int, day: str = "2013-09-05") -> tuple[str, str, dict[str, Any]]:
    return ("tool.lost", day, {**ZHANG, "price": price})


def one(found: tuple[LawNote, ...], id_: str, rule: str | None = None) -> LawNote:
    [note] = [n for n in found if n.id == id_ and rule in (None, n.rule)]
    return note


def ids(found: tuple[LawNote, ...]) -> list[str]:
    return [n.id for n in found]


def test_a_fine_is_shown_beside_what_may_be_deducted(said: Said, uses: Uses) -> None:
    note = one(notes(said(late()), facts(), uses), "deduction-of-a-fine")
    assert [step.zh for step in note.steps] == [
        "依办法应付500元。",
        "2013年9月工资2000元，百分之二十是400元。",
        "上海市（310000）最低工资1620元，工资高出380元；本月至多可扣380元。",
        "本月扣380元，其余120元，工资不变还需1个月。",
    ]
    assert [step.en for step in note.steps] == [
        "Due under the measure: 500 yuan.",
        "The wage in 2013-09 is 2000 yuan, 20 percent of it 400 yuan.",
        "The minimum wage of Shanghai (310000) is 1620 yuan, which the wage exceeds by 380 yuan: "
        "at most 380 yuan may be deducted this month.",
        "380 yuan this month; the other 120 yuan takes 1 more month at the same wage.",
    ]


def test_a_note_in_full_ends_with_its_articles(said: Said, uses: Uses) -> None:
    note = one(notes(said(late()), facts(), uses), "fine-without-basis")
    assert note.text("zh") == (
        "企业职工奖惩条例废止后，企业对职工罚款没有法律法规上的依据，工资也不得克扣。造成损失的，"
        "可以按劳动合同的约定要求赔偿；违纪的，按依法制定的规章制度处理。"
        "依据：《国务院关于废止部分行政法规的决定（国务院令第516号）》废止企业职工奖惩条例"
        "（2008-01-15起施行）；《劳动法》第五十条（1995-01-01起施行）；"
        "《劳动合同法》第四条（2008-01-01起施行）。"
    )
    assert note.text("en") == (
        "Since the regulations of 1982 were repealed, no statute gives a firm the power to fine "
        "its employees, and wages must not be docked. A loss can be claimed as the labour "
        "contract provides; misconduct is dealt with under work rules that were lawfully made. "
        "See State Council Decision on Repealing Certain Administrative Regulations (Order No. "
        "516), repeal of the 1982 regulations (in force from 2008-01-15); Labour Law, art. 50 "
        "(in force from 1995-01-01); Labour Contract Law, art. 4 (in force from 2008-01-01)."
    )


def test_the_law_is_that_of_the_day_of_the_act(said: Said, uses: Uses) -> None:
    before = notes(said(late(day="2008-01-14")), facts(), uses)
    after = notes(said(late(day="2008-01-15")), facts(), uses)
    assert "fine-under-old-regulations" in ids(before)
    assert "fine-without-basis" in ids(after)
    assert one(after, "fine-without-basis").on == date(2008, 1, 15)


def test_an_old_fine_is_held_against_a_fifth_of_the_standard_wage(said: Said, uses: Uses) -> None:
    known = {"张三": Employment(standard_wage=Decimal(1000))}
    found = notes(said(late(day="2007-05-08")), LegalFacts(Month(2007, 5), known), uses)
    [step] = one(found, "fine-under-old-regulations").steps
    assert step.zh == "限额是200元；500元超出300元。"
    assert step.en == "The limit is 200 yuan; 500 yuan exceeds it by 300 yuan."


def test_an_unknown_minimum_wage_is_named_and_nothing_is_guessed(said: Said, uses: Uses) -> None:
    note = one(notes(said(late()), facts(region="420000"), uses), "deduction-of-a-fine")
    [missing] = note.missing
    assert (missing.fact, missing.region, missing.month) == ("minimum wage", "420000", SEPTEMBER)
    assert "至多可扣" not in note.text("zh")
    assert "百分之二十是400元" in note.text("zh")


def test_an_unknown_wage_names_person_and_month(said: Said, uses: Uses) -> None:
    note = one(notes(said(late()), facts(wage=None), uses), "deduction-of-a-fine")
    [missing] = note.missing
    assert (missing.fact, missing.person, missing.month) == ("wage", "张三", SEPTEMBER)


def test_an_unknown_place_of_work_is_named(said: Said, uses: Uses) -> None:
    note = one(notes(said(late()), facts(region=None), uses), "deduction-of-a-fine")
    assert [m.fact for m in note.missing] == ["region"]


def test_everybody_works_where_the_payroll_says_unless_he_works_elsewhere(
    said: Said, uses: Uses
) -> None:
    here = one(notes(said(late()), facts(region=None, region_of_all="310000"), uses), FROM_WAGE)
    there = one(
        notes(said(late()), facts(region="420000", region_of_all="310000"), uses), FROM_WAGE
    )
    assert not here.missing
    assert [m.region for m in there.missing] == ["420000"]


def test_compensation_is_deducted_before_fines(said: Said, uses: Uses) -> None:
    found = notes(said(late(100), lost(1300)), facts(), uses)
    assert one(found, "deduction-of-compensation").steps[-1].zh == (
        "本月扣380元，其余920元，工资不变还需3个月。"
    )
    assert [s.zh for s in one(found, "deduction-of-a-fine").steps[-2:]] == [
        "另有1300元先行扣除。",
        "本月扣0元，其余100元，工资不变还需3个月。",
    ]


def test_a_range_is_reckoned_at_both_ends_and_goes_before_nothing(said: Said, uses: Uses) -> None:
    outcomes = said(("rude.found", "2013-09-02", ZHANG), late(50))
    found = notes(outcomes, facts(), uses)
    assert [s.zh for s in one(found, "deduction-of-a-fine", "rude").steps[-2:]] == [
        "按100元计，本月扣100元，没有余额。",
        "按500元计，本月扣380元，其余120元，工资不变还需1个月。",
    ]
    assert one(found, "deduction-of-a-fine", "late").steps[-1].zh == "本月扣50元，没有余额。"


def test_what_is_paid_already_is_not_due_again(said: Said, uses: Uses) -> None:
    outcomes = said(late(500))
    [fine] = [o for o in outcomes.of(ConsequenceOutcome) if o.rule == "late"]
    found = notes(outcomes, facts(settled={fine.id: Decimal(450)}), uses)
    assert [s.zh for s in one(found, "deduction-of-a-fine").steps][-1] == ("本月扣50元，没有余额。")


def test_the_share_of_a_chief_has_notes_of_its_own(said: Said, uses: Uses) -> None:
    chief = ("post.held", "2010-01-01", {"person": "王主任", "unit": "一站", "post": "chief"})
    found = notes(said(chief, late()), facts(), uses)
    assert {n.person for n in found if n.id == "fine-without-basis"} == {"张三", "王主任"}


def test_guangdong_adds_its_own_rule(said: Said, uses: Uses) -> None:
    there = notes(said(late()), facts(region="440300"), uses)
    assert one(there, "fine-in-guangdong").cites[0].id == "guangdong-inspection-51"
    assert "fine-in-guangdong" not in ids(notes(said(late()), facts(), uses))


def test_a_suspension_without_pay_is_warned_of(said: Said, uses: Uses) -> None:
    found = notes(said(("absence.found", "2022-09-05", ZHANG)), facts(), uses)
    assert ids(found) == [
        "suspension-without-pay",
        "suspension-and-standstill",
        "published-names",
        "automated-decision",
    ]
    assert [c.article.zh for c in one(found, "suspension-without-pay").cites] == [
        "第三十条", "第三十八条", "第八十五条", "第四条", "第八十条", "第三十九条", "第四十八条",
    ]  # fmt: skip


def test_a_price_floor_is_warned_of_by_rule_and_clause_once(said: Said, uses: Uses) -> None:
    cheap = ("price.seen", "2023-12-06", {"agent": "甲", "price": 90})
    found = notes(said(cheap), facts(), uses)
    assert [n.rule for n in found if n.id == "resale-price"] == ["price-floor", "cheap"]
    assert {n.id for n in found if n.rule == "cheap"} == {
        "no-power-to-fine", "penalty-may-be-reduced", "penalty-above-130-percent", "resale-price",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("loss", "expected"),
    [
        (10_000, "损失10000元，其百分之一百三十是13000元；13000元以上的一部分超出。"),
        (5_000, "损失5000元，其百分之一百三十是6500元；13000元以上至少超出6500元。"),
    ],
)
def test_a_penalty_is_held_against_the_loss(
    said: Said, uses: Uses, loss: int, expected: str
) -> None:
    outcomes = said(("price.seen", "2023-12-06", {"agent": "甲", "price": 90}))
    [penalty] = outcomes.of(ConsequenceOutcome)
    found = notes(outcomes, facts(losses={penalty.id: Decimal(loss)}), uses)
    assert one(found, "penalty-above-130-percent").steps[0].zh == expected


def test_an_unknown_loss_is_named(said: Said, uses: Uses) -> None:
    cheap = ("price.seen", "2023-12-06", {"agent": "甲", "price": 90})
    note = one(notes(said(cheap), facts(), uses), "penalty-above-130-percent")
    assert [m.fact for m in note.missing] == ["loss"]


def test_nothing_is_said_of_what_nobody_declared(said: Said) -> None:
    assert notes(said(late(), lost(100)), facts(), Uses()) == ()


def test_notes_change_no_outcome_and_are_the_same_again(said: Said, uses: Uses) -> None:
    outcomes = said(late(), lost(1300))
    before = repr(outcomes.all)
    first = notes(outcomes, facts(), uses)
    assert notes(outcomes, facts(), uses) == first
    assert repr(outcomes.all) == before


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 5000)), max_size=6), st.integers(0, 9000))
def test_no_month_is_ever_promised_twice(said: Said, uses: Uses, sums, wage: int) -> None:
    happened = [
        (late if fine else lost)(yuan, f"2013-09-{10 + n}") for n, (fine, yuan) in enumerate(sums)
    ]
    found = notes(said(*happened), facts(wage=wage), uses)
    promised = sum(
        Decimal(n.steps[-1].en.split(" yuan this month")[0])
        for n in found
        if n.id.startswith("deduction-of")
    )
    allowed = max(0, min(wage * Decimal("0.2"), wage - Decimal(1620)))
    assert promised == min(allowed, sum(yuan for _, yuan in sums))


def test_a_drafter_sees_the_law_of_a_day_without_any_history(uses: Uses) -> None:
    found = standing(uses, date(2023, 1, 1))
    assert {n.outcome for n in found} == {None}
    assert {"fine-without-basis", "suspension-without-pay", "resale-price"} <= set(ids(found))
    assert "resale-price" not in ids(standing(uses, date(2008, 7, 31)))


def test_the_cable_operators_heavier_fine_and_suspension_are_warned_of() -> None:
    measure = load_measure(CABLE)

    def complaint(name: str, day: str) -> Event:
        known = {
            "complaint": name, "person": "维修员甲", "unit": "城关站", "case": name,
            "norm": "3.3.6a", "fault": "故意", "channel": "高管", "occurred": instant(day),
        }  # fmt: skip
        return Event(name, "complaint.verified", instant(day), known)

    events = [complaint("T1", "2026-05-06"), complaint("T2", "2026-06-06")]
    outcomes = evaluate(measure, events, instant("2026-07-01"))
    found = notes(outcomes, LegalFacts(Month(2026, 7)), load_uses(measure))
    assert {n.rule for n in found if n.id == "fine-without-basis"} == {"heavy-fine"}
    assert {n.rule for n in found if n.id == "suspension-without-pay"} == {"suspension"}
    assert {"heavy-fine", "suspension"} <= {n.rule for n in found if n.id == "automated-decision"}
