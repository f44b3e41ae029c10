"""A trial of another measure over the organisation's own events."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from shouwen.measures.diagnostics import SourceError
from shouwen.service.access.gate import NotAllowed
from shouwen.service.audit.models import LogEntry
from shouwen.service.conduct.models import Proposal
from shouwen.service.drafting import actions, documents, limits, numbers, running, why
from shouwen.service.drafting.models import Failure, Flip, State, Trial, Waiting
from shouwen.service.enactment import extract
from shouwen.service.enactment.models import Adoption, Breach, Clock, Event
from shouwen.service.enactment.texts import texts_of
from shouwen.service.organisations.models import Reach, Role

pytestmark = pytest.mark.usefixtures("few_rules")


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def worked_out(trial, actor):
    actions.start(actor, trial)
    assert running.work_out(trial.organisation_id, trial.pk)
    return Trial.objects.get(pk=trial.pk)


def test_another_reading_says_who_would_lose_and_in_which_case(stricter, drafter, trials_folder):
    before = [list(m.objects.order_by("pk").values()) for m in (Clock, Breach, Proposal, Event)]
    found = worked_out(stricter, drafter)
    assert found.state == State.DONE
    assert found.found["readings"] == {"半小时整": ["算按时", "算迟到"]}
    assert found.found["flips"] == 1
    (flip,) = Flip.objects.all()
    assert (flip.occasion, flip.change, flip.clause_b, flip.person, flip.unit) == (
        "C2", "new", "3.3.2c", "甲", "城关站",
    )  # fmt: skip
    assert flip.thread.key == "case:C2"
    assert [(p["person"], p["a"], p["b"]) for p in found.found["people"]] == [("甲", 2, 3)]
    late = {r["upto"]: (r["a"], r["b"]) for r in found.found["lateness"]}
    # C3 is a quarter of an hour late by A, and a second more by B; C4 was never reached.
    assert late == {-1: (1, 1), 15 * 60: (1, 1), 60 * 60: (0, 1)}
    # Nothing of B becomes a clock, a breach, a proposal or an event.
    after = [list(m.objects.order_by("pk").values()) for m in (Clock, Breach, Proposal, Event)]
    assert after == before
    assert not Waiting.objects.exists()
    assert not list(trials_folder.rglob("*.parquet"))


def test_both_sides_say_why(stricter, drafter):
    found = worked_out(stricter, drafter)
    a, b = why.sides_of(found, Flip.objects.get())
    assert "12:02" not in a.explanation.summary
    assert "城区半小时到" in b.explanation.text or "3.3.2c" in b.explanation.text
    assert a.explanation.outcome == "arrive:" + b.explanation.outcome.removeprefix("breach:arrive:")


def test_another_number_is_another_text_with_its_clause(repairs, drafter):
    trial = actions.begin(drafter, date(2026, 5, 1), date(2026, 5, 6), Adoption.objects.get(),
                          "cable")  # fmt: skip
    texts = texts_of("cable")
    (limit,) = [n for n in numbers.numbers_in(texts)
                if n.label == "→ within" and "3.3.2c" in n.beside]  # fmt: skip
    assert limit.text == "if reading.半小时整 = 算按时 then 30分钟 else 29分钟59秒"
    assert (limit.clause, limit.beside) == ("3.3.2", "1 · 城区 · 3.3.2c")
    changed = numbers.with_changes(texts, [limit], {limit.key: "15分钟"})
    assert list(changed) == ["chapter-3-3.md"]
    actions.change_texts(drafter, trial, changed)
    trial.refresh_from_db()
    (edit,) = documents.changed_in(trial)
    assert [(n.sign, "15分钟" in n.text) for n in edit.lines] == [("-", False), ("+", True)]
    found = worked_out(trial, drafter)
    assert found.found["flips"] == 2
    assert {f.occasion for f in Flip.objects.all()} == {"C1", "C2"}
    # As in the library again: no change is left.
    again = actions.begin(drafter, date(2026, 5, 1), date(2026, 5, 6), Adoption.objects.get(),
                          "cable")  # fmt: skip
    actions.change_texts(drafter, again, changed)
    again.refresh_from_db()
    assert actions.change_texts(drafter, again, {"chapter-3-3.md": texts["chapter-3-3.md"]}
                                ).files == {}  # fmt: skip


def test_a_text_with_faults_is_refused_with_all_of_them_and_nothing_is_kept(stricter, drafter):
    body = texts_of("cable")["chapter-3-3.md"]
    wrong = body.replace("on: call.missed", "on: call.mised").replace("2小时 |", "2小石 |")
    with pytest.raises(SourceError) as refused:
        actions.change_texts(drafter, stricter, {"chapter-3-3.md": wrong})
    assert len({(d.span.line, d.span.column) for d in refused.value.diagnostics}) >= 2
    stricter.refresh_from_db()
    assert stricter.files == {}
    with pytest.raises(documents.NoText, match=r"no file 'x\.yaml'.* chapter-3-3\.md"):
        documents.taken_in("cable", [("x.yaml", b"")])
    with pytest.raises(documents.NoText, match=r"not UTF-8 \(byte 0\)"):
        documents.taken_in("cable", [("chapter-1.md", "规定".encode("gb18030"))])
    with pytest.raises(documents.NoText, match="larger than 400 kB"):
        documents.taken_in("cable", [("chapter-1.md", b"x" * 400_001)])


def test_what_cannot_be_asked_is_refused(repairs, drafter, staff, acting, stricter, monkeypatch):
    adoption = Adoption.objects.get()
    with pytest.raises(ValidationError, match="before the first"):
        actions.begin(drafter, date(2026, 5, 6), date(2026, 5, 1), adoption, "cable")
    with pytest.raises(ValidationError, match="three years"):
        actions.begin(drafter, date(2020, 5, 6), date(2026, 5, 1), adoption, "cable")
    with pytest.raises(ValidationError, match="Nothing has happened"):
        actions.begin(drafter, date(2026, 5, 7), date(2026, 5, 8), adoption, "cable")
    same = actions.begin(drafter, date(2026, 5, 1), date(2026, 5, 6), adoption, "cable")
    with pytest.raises(ValidationError, match="same"):
        actions.start(drafter, same)
    with pytest.raises(ValidationError):
        actions.choose_readings(drafter, same, {"半小时整": "随便"})
    near = acting(staff("站长", Role.DRAFTER, reach=Reach.UNIT))
    with pytest.raises(NotAllowed):
        actions.begin(near, date(2026, 5, 1), date(2026, 5, 6), adoption, "cable")
    other = acting(staff("另一人", Role.DRAFTER, reach=Reach.ORGANISATION))
    with pytest.raises(NotAllowed):
        actions.take_away(other, stricter)
    with pytest.raises(NotAllowed):
        actions.choose_readings(other, stricter, {})
    monkeypatch.setattr(limits, "MOST_KEPT", Trial.objects.count())
    with pytest.raises(ValidationError, match="are kept already"):
        actions.begin(drafter, date(2026, 5, 1), date(2026, 5, 6), adoption, "cable")


def test_an_organisation_has_no_more_than_two_worked_out_at_once(repairs, drafter):
    rows = []
    for _ in range(3):
        row = actions.begin(drafter, date(2026, 5, 1), date(2026, 5, 6), Adoption.objects.get(),
                            "cable")  # fmt: skip
        rows.append(actions.choose_readings(drafter, row, {"半小时整": "算迟到"}))
    actions.start(drafter, rows[0])
    actions.start(drafter, rows[1])
    with pytest.raises(ValidationError, match="2 trials are being worked out"):
        actions.start(drafter, rows[2])
    with pytest.raises(ValidationError, match="started already"):
        actions.start(drafter, rows[0])


def test_one_that_is_taken_away_meanwhile_stops_and_leaves_nothing(
    stricter, drafter, trials_folder, monkeypatch
):
    actions.start(drafter, stricter)
    real = extract.source_of

    def taken_away(history):
        actions.take_away(drafter, stricter)
        return real(history)

    monkeypatch.setattr(running, "source_of", taken_away)
    assert running.work_out(stricter.organisation_id, stricter.pk)
    assert not Trial.objects.exists()
    assert not Waiting.objects.exists()
    assert not list(trials_folder.rglob("*.parquet"))
    verbs = LogEntry.objects.order_by("number").values_list("verb", flat=True)
    assert list(verbs)[-2:] == ["trial.start", "trial.take-away"]


def test_one_that_breaks_off_is_gone_on_with_and_given_up_the_third_time(
    stricter, drafter, trials_folder, monkeypatch
):
    from importlib import import_module

    assess_module = import_module("shouwen.measures.assessment.assess")
    judge = assess_module.run_part
    sides = []

    def dies_at_b(connection, plan, *rest, **more):
        sides.append(plan.adoption.readings["半小时整"])
        if sides[-1] == "算迟到":
            raise KeyboardInterrupt
        return judge(connection, plan, *rest, **more)

    actions.start(drafter, stricter)
    with monkeypatch.context() as patch:
        patch.setattr(assess_module, "run_part", dies_at_b)
        with pytest.raises(KeyboardInterrupt):
            running.work_out(stricter.organisation_id, stricter.pk)
        assert running.next_free() == (stricter.organisation_id, stricter.pk)
        with pytest.raises(KeyboardInterrupt):
            running.work_out(stricter.organisation_id, stricter.pk)
    # Side A was judged once only; what it came to was found again.
    assert sides == ["算按时", "算迟到", "算迟到"]
    stricter.refresh_from_db()
    assert (stricter.state, stricter.attempts) == (State.RUNNING, 2)
    assert running.work_out(stricter.organisation_id, stricter.pk)
    stricter.refresh_from_db()
    assert stricter.state == State.DONE
    Trial.objects.filter(pk=stricter.pk).update(state=State.RUNNING, attempts=3)
    Waiting.objects.create(organisation_id=stricter.organisation_id, trial_id=stricter.pk,
                           at=stricter.made_at)  # fmt: skip
    assert not running.work_out(stricter.organisation_id, stricter.pk)
    stricter.refresh_from_db()
    assert (stricter.state, stricter.failure) == (State.FAILED, Failure.DIED)
    assert running.next_free() is None


def test_one_that_would_fill_the_disk_stops_and_is_cleared_away(
    stricter, drafter, trials_folder, monkeypatch
):
    monkeypatch.setenv("SHOUWEN_TRIAL_DISK", "0.00001")
    found = worked_out(stricter, drafter)
    assert (found.state, found.failure) == (State.FAILED, Failure.LIMITS)
    assert "are allowed" in found.error
    assert not list(trials_folder.rglob("*.parquet"))
    monkeypatch.delenv("SHOUWEN_TRIAL_DISK")
    assert worked_out(found, drafter).state == State.DONE


def test_events_that_do_not_fit_are_named(stricter, drafter):
    row = Event.objects.filter(type="repair.reported").first()
    Event.objects.bulk_create([Event(
        uid="odd", type=row.type, at=row.at, recorded_at=row.at, thread=row.thread,
        facts={**row.facts, "area": "月球"},
    )])  # fmt: skip
    found = worked_out(stricter, drafter)
    assert (found.state, found.failure) == (State.FAILED, Failure.EVENTS)
    assert "events odd: error[wrong-type]: '月球' is no area" in found.error


def test_folders_that_nobody_goes_on_with_are_swept_away(stricter, trials_folder):
    mine = trials_folder / str(stricter.organisation_id)
    for name in (str(stricter.pk), "999999"):
        (mine / name).mkdir(parents=True)
    Trial.objects.filter(pk=stricter.pk).update(state=State.WAITING)
    running.sweep()
    assert [p.name for p in mine.iterdir()] == [str(stricter.pk)]
