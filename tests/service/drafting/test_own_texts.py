"""An organisation writes its own text of its measure, and adopts it from a day on."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from shouwen.service.access.gate import NotAllowed
from shouwen.service.audit.models import LogEntry
from shouwen.service.drafting import actions as drafting
from shouwen.service.enactment import texts as measure_texts
from shouwen.service.enactment.bridge import register
from shouwen.service.enactment.enacted import enacted, in_force
from shouwen.service.enactment.models import Adoption, Clock, MeasureText
from shouwen.service.enactment.texts import edits, measure_of, texts_of
from shouwen.service.measurebook import actions, texts
from shouwen.service.organisations.models import Reach, Role
from shouwen.service.tenancy.models import Organisation
from shouwen.service.tenancy.scope import scope
from tests.service.conftest import NOON

FILE = "chapter-3-3.md"
TODAY = NOON.date()


@pytest.fixture
def drafter(staff, acting):
    return acting(staff("起草人", Role.DRAFTER, reach=Reach.ORGANISATION))


@pytest.fixture
def client(browser):
    found = browser("起草", Role.DRAFTER)
    found.cookies["django_language"] = "en"
    return found


@pytest.fixture
def quicker():
    """The text under which a fault in town is reached within twenty minutes."""
    body = texts_of("cable")[FILE]
    found = body.replace(
        "then 30分钟 else 29分钟59秒 | 3.3.2c", "then 20分钟 else 19分钟59秒 | 3.3.2c"
    )
    assert found != body
    return found


def fault(actor, case, at):
    facts = {"case": case, "area": "城区", "technician": "甲", "unit": "城关站"}
    register(actor, "repair.reported", facts, at=at)


def allowed(case):
    clock = Clock.objects.get(case_key=case, rule="arrive")
    assert clock.start is not None
    assert clock.deadline is not None
    return clock.deadline - clock.start


def said(answer):
    return answer.content.decode()


def brought(body, name=FILE, **more):
    file = SimpleUploadedFile(name, body.encode())
    return {"start": "cable", "note": "二十分钟到场", "files": [file], **more}


def test_new_cases_run_by_the_adopted_text_and_open_ones_by_the_text_they_began_under(
    drafter, staff, acting, quicker, the_clock_stands_at
):
    staff("甲")
    operator = acting(staff("接线员", Role.OPERATOR))
    fault(operator, "C1", NOON - timedelta(minutes=5))
    row = texts.keep_text(drafter, "cable", {FILE: quicker}, "二十分钟到场")
    actions.adopt(drafter, {}, TODAY + timedelta(days=1), "试行", row.key)
    fault(operator, "C2", NOON)
    later = the_clock_stands_at("2026-05-07 10:00")
    fault(operator, "C3", later)
    assert in_force(later).measure == row.key
    assert [allowed(c) for c in ("C1", "C2", "C3")] == [
        timedelta(minutes=30), timedelta(minutes=30), timedelta(minutes=20),
    ]  # fmt: skip
    register(operator, "repair.arrived", {"case": "C1"}, at=NOON + timedelta(minutes=20))
    assert Clock.objects.get(case_key="C1", rule="arrive").status == "met"


def test_a_text_is_brought_in_compared_looked_at_and_adopted_on_pages(
    client, staff, acting, quicker
):
    staff("甲")
    fault(acting(staff("接线员", Role.OPERATOR)), "C1", NOON - timedelta(minutes=5))
    answer = client.post("/what-if/texts/", brought(quicker), follow=True)
    page = said(answer)
    assert "Kept as number 1" in page
    assert "20分钟" in page.split("<ins", 1)[1]
    assert "30分钟" in page.split("<del", 1)[1]
    key = MeasureText.objects.get().key
    assert "own text 1" in said(client.get("/measure/adoption/"))
    look = client.post("/measure/adoption/", {"measure": key, "look": "1", "first_day": TODAY})
    assert "case:C1" in said(look)
    client.post("/measure/adoption/",
                {"measure": key, "adopt": "1", "first_day": TODAY, "reason": "试行"})  # fmt: skip
    row = Adoption.objects.latest("id")
    assert (row.measure, row.first_day, row.reason) == (key, TODAY, "试行")
    assert "own text 1" in said(client.get("/measure/adoption/"))
    assert client.get(f"/what-if/texts/1/?file={FILE}").content.decode() == quicker
    assert set(LogEntry.objects.values_list("verb", flat=True)) >= {
        "measure.keep-text",
        "measure.adopt",
    }


def test_a_text_with_faults_is_refused_with_every_one_and_nothing_typed_is_lost(client, quicker):
    wrong = quicker.replace("on: call.missed", "on: call.mised").replace("2小时 |", "2小石 |")
    answer = client.post("/what-if/texts/", brought(wrong))
    page = said(answer)
    assert answer.status_code == 422
    assert page.count(f"{FILE}:") >= 2
    assert "call.mised" in page
    assert 'value="二十分钟到场"' in page
    assert not MeasureText.objects.exists()


def test_a_text_that_no_longer_knows_what_the_service_tells_is_refused_with_the_words(drafter):
    body = texts_of("cable")
    told = "call.abandoned"
    changed = {n: t.replace(told, "call.given-up") for n, t in body.items() if told in t}
    assert changed
    with pytest.raises(ValidationError) as refused:
        texts.keep_text(drafter, "cable", changed)
    assert any(told in message for message in refused.value.messages)
    assert not MeasureText.objects.exists()


def test_the_text_of_another_measure_is_refused(drafter):
    with pytest.raises(ValidationError):
        texts.keep_text(drafter, "bank", {"measure.md": "x"}, "")
    with pytest.raises(ValidationError):
        actions.adopt(drafter, {}, TODAY, "", "bank")
    with pytest.raises(ValidationError):
        actions.adopt(drafter, {}, TODAY, "", "cable+000000000000")


def test_the_same_text_is_kept_once_and_one_that_says_nothing_else_not_at_all(drafter, quicker):
    texts.keep_text(drafter, "cable", {FILE: quicker})
    with pytest.raises(ValidationError, match="1"):
        texts.keep_text(drafter, "cable", {FILE: quicker})
    with pytest.raises(ValidationError):
        texts.keep_text(drafter, "cable", {})
    assert MeasureText.objects.count() == 1


def test_a_later_text_may_start_from_an_earlier_one(drafter, quicker):
    one = texts.keep_text(drafter, "cable", {FILE: quicker})
    two = texts.keep_text(drafter, one.key, {FILE: quicker.replace("20分钟 else", "15分钟 else")})
    assert two.number == 2
    (edit,) = edits(texts_of(one.key), texts_of(two.key))
    assert [line.sign for line in edit.lines] == ["-", "+"]


def test_the_text_of_side_b_of_a_trial_is_kept(client, acting, quicker):
    actor = acting(client.person)
    trial = drafting.begin(actor, date(2026, 5, 1), TODAY, Adoption.objects.get(), "cable", "试试")
    assert "Keep the text of B" not in said(client.get(f"/what-if/{trial.pk}/"))
    drafting.change_texts(actor, trial, {FILE: quicker})
    assert "Keep the text of B" in said(client.get(f"/what-if/{trial.pk}/"))
    assert "Kept as number 1" in said(client.post(f"/what-if/{trial.pk}/keep/", follow=True))
    assert MeasureText.objects.get().note == "试试"


def test_threads_of_a_process_that_ask_for_a_text_at_once_all_get_it(
    drafter, quicker, monkeypatch, organisation
):
    row = texts.keep_text(drafter, "cable", {FILE: quicker})
    files = dict(row.files)
    monkeypatch.setattr(measure_texts, "texts_of", lambda key, given=None: files)
    measure_texts._measure.cache_clear()
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(measure_texts._measure, [row.key] * 4))
    assert {m.id for m in found} == {"cable"}


def test_only_whoever_adopts_measures_keeps_texts_and_nobody_sees_those_of_others(
    acting, staff, drafter, quicker
):
    with pytest.raises(NotAllowed):
        texts.keep_text(acting(staff("接线员", Role.OPERATOR)), "cable", {FILE: quicker})
    row = texts.keep_text(drafter, "cable", {FILE: quicker})
    assert measure_of(row.key).id == "cable"
    other = Organisation.objects.create(code="other", name="别家")
    with scope(other.pk):
        assert not MeasureText.objects.exists()
        with pytest.raises(KeyError):
            measure_of(row.key)


def test_a_reading_that_the_new_text_has_too_is_adopted_with_it(drafter, quicker):
    row = texts.keep_text(drafter, "cable", {FILE: quicker})
    adopted = actions.adopt(drafter, {"半小时整": "算迟到"}, TODAY, "", row.key)
    assert enacted(adopted).adopted.readings["半小时整"] == "算迟到"
