"""Samples: drawn by chance, and the same again from the same seed."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from hypothesis import given
from hypothesis import strategies as st

from shouwen.service.access.gate import NotAllowed
from shouwen.service.cases.actions import Asked as AskedCase
from shouwen.service.cases.actions import open_case
from shouwen.service.cases.models import Case, Channel, Topic
from shouwen.service.house.actions import move
from shouwen.service.inspections import drawing
from shouwen.service.inspections.actions import sampling
from shouwen.service.inspections.actions.sampling import Asked
from shouwen.service.inspections.models import Inspection, Sample, SampleItem, SampleOf
from shouwen.service.organisations.models import Reach, Role, Unit, UnitKind
from tests.service.conftest import NOON
from tests.service.pages.test_a_day import said

DAYS: dict[str, Any] = {"first": date(2026, 5, 1), "last": date(2026, 5, 6)}
keys = st.lists(st.text("0123456789ABC", min_size=1, max_size=6), unique=True, max_size=60)


@given(keys, st.integers(0, 80), st.text(max_size=20))
def test_a_sample_is_part_of_its_frame_whatever_the_order(frame, size, seed):
    drawn = drawing.draw(frame, size, seed)
    assert len(drawn) == len(set(drawn)) == min(size, len(frame))
    assert set(drawn) <= set(frame)
    assert drawn == drawing.draw(sorted(frame, reverse=True), size, seed)


@given(keys, st.integers(0, 40), st.text(max_size=20))
def test_a_larger_sample_begins_with_the_smaller_one(frame, size, seed):
    assert drawing.draw(frame, size + 5, seed)[:size] == drawing.draw(frame, size, seed)[:size]


def test_every_key_has_the_same_chance():
    """Of 2,000 samples of 5 out of 20 each key is expected in 500; five standard deviations of a
    binomial count are 97, so that a fair draw passes and one that prefers some keys does not."""
    frame = [f"C{n:02d}" for n in range(20)]
    counted = Counter(k for n in range(2000) for k in drawing.draw(frame, 5, f"seed {n}"))
    assert set(counted) == set(frame)
    assert all(abs(times - 500) < 97 for times in counted.values())


def test_the_lots_can_be_reckoned_with_any_tool():
    """As the page tells it: SHA-256 of the seed, a vertical bar and the key."""
    frame = ["C1", "C2", "C3", "C4", "C5"]
    by_hand = sorted(frame, key=lambda k: hashlib.sha256(f"abc|{k}".encode()).hexdigest())
    assert drawing.draw(frame, 3, "abc") == by_hand[:3]


@given(st.dictionaries(st.text("0123456789", min_size=1), st.sampled_from("XYZ"), max_size=40))
def test_so_many_of_each_part(frame):
    drawn = drawing.draw_each(frame, 3, "seed")
    whole = Counter(frame.values())
    assert Counter(frame[k] for k in drawn) == {p: min(3, n) for p, n in whole.items()}


@pytest.fixture
def cases(staff, acting):
    operator = acting(staff("接线员", Role.OPERATOR))

    def make(n):
        for _ in range(n):
            open_case(operator, AskedCase(Topic.ENQUIRY, Channel.PHONE, "问收视费"))

    return make


@pytest.fixture
def drawn(officer, cases):
    cases(30)
    return sampling.draw(officer, Asked(SampleOf.CASES, **DAYS, size=5, purpose="听录音"))


def test_a_sample_keeps_all_that_is_needed_to_draw_it_again(drawn, officer):
    assert (drawn.frame_size, drawn.items.count(), len(drawn.seed)) == (30, 5, 64)
    again = sampling.draw_again(officer, drawn)
    assert (again.frame_size, again.same_frame, again.same_sample) == (30, True, True)


def test_what_comes_after_is_no_part_of_the_frame(drawn, officer, cases, the_clock_stands_at):
    the_clock_stands_at("2026-05-06 15:00")
    cases(5)
    assert sampling.draw_again(officer, drawn).same_frame


def test_a_frame_that_has_changed_is_said_so(drawn, officer, cases):
    """Cases that were entered later as if they had been there."""
    cases(3)
    Case.objects.filter(pk__in=Case.objects.order_by("-pk")[:3].values("pk")).update(
        opened_at=NOON.replace(hour=9)
    )
    again = sampling.draw_again(officer, drawn)
    assert (again.frame_size, again.same_frame) == (33, False)


def test_nobody_chooses_the_seed_and_drawing_again_for_a_better_result_is_seen(
    drawn, officer, browser
):
    second = sampling.draw(officer, Asked(SampleOf.CASES, **DAYS, size=5, purpose="听录音"))
    assert second.seed != drawn.seed
    assert second.frame_print == drawn.frame_print
    page = browser("质检", Role.QUALITY)
    assert drawn.number in said(page.get(f"/inspections/samples/{second.number}/"))


def test_people_are_drawn_from_where_they_worked_then(officer, staff, acting, station):
    west = Unit.objects.create(code="河西站", name="河西服务站", kind=UnitKind.STATION)
    moved = staff("维修员甲", Role.TECHNICIAN)
    move(
        acting(staff("管理员", Role.ADMINISTRATOR, reach=Reach.ORGANISATION)),
        moved,
        west,
        date(2026, 5, 5),
    )
    for last, there in ((date(2026, 5, 4), False), (date(2026, 5, 5), True)):
        asked = Asked(SampleOf.PEOPLE, date(2026, 5, 1), last, 50, "抽查", unit=west)
        if there:
            row = sampling.draw(officer, asked)
            assert [i.key for i in row.items.all()] == ["维修员甲"]
        else:
            with pytest.raises(ValidationError):
                sampling.draw(officer, asked)


@pytest.mark.parametrize(
    "told",
    [
        {"first": date(2026, 5, 7)},
        {"last": date(2026, 5, 7)},
        {"size": 0},
        {"size": 501},
        {"purpose": " "},
        {"first": date(2020, 1, 1), "last": date(2020, 1, 2)},
    ],
)
def test_what_cannot_be_drawn_is_refused(officer, cases, told):
    cases(2)
    asked = {"of": SampleOf.CASES, **DAYS, "size": 5, "purpose": "听录音"} | told
    with pytest.raises(ValidationError):
        sampling.draw(officer, Asked(**asked))
    assert not Sample.objects.exists()


def test_who_inspects_a_unit_does_not_draw(acting, staff, cases):
    cases(2)
    with pytest.raises(NotAllowed):
        sampling.draw(
            acting(staff("站长", Role.HEAD)), Asked(SampleOf.CASES, **DAYS, size=1, purpose="听")
        )


def test_a_sample_cannot_be_edited_or_deleted_in_the_database(drawn):
    for misuse in (
        lambda: Sample.objects.update(seed="mine"),
        lambda: SampleItem.objects.update(key="C0"),
        lambda: SampleItem.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            misuse()


def test_from_the_draw_to_the_recording_in_the_browser(browser, cases):
    cases(12)
    page = browser("质检", Role.QUALITY, Role.OPERATOR)
    told: dict[str, Any]
    told = {"of": "cases", "first": "2026-05-01", "last": "2026-05-06", "size": "3", "unit": "",
            "purpose": "听录音"}  # fmt: skip
    at = page.post("/inspections/samples/", told)["Location"]
    shown = said(page.get(f"{at}?again=1"))
    assert "样本相同" in shown
    assert Sample.objects.get().seed in shown
    item = SampleItem.objects.first()
    begin = f"/inspections/begin/?item={item.pk}"
    assert item.key in page.get(begin).content.decode()
    told = {"kind": "recording", "unit": item.unit_id, "about": item.key, "members": "1",
            "places": ["电话"], "begun_at": ""}  # fmt: skip
    page.post(begin, told)
    row = Inspection.objects.get()
    assert (row.sample_item, row.case.number) == (item, item.key)
    assert row.number in said(page.get(at))
    assert page.get(f"{at}?format=xlsx").status_code == 200
    told = {"of": "cases", "first": "2026-05-09", "last": "2026-05-06", "size": "3",
            "unit": "", "purpose": "听录音"}  # fmt: skip
    assert page.post("/inspections/samples/", told).status_code == 422
