"""What must be public: planned, written, looked at, published, renewed, withdrawn."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction

from shouwen.service.access.gate import NotAllowed
from shouwen.service.audit.actions import faults
from shouwen.service.enactment.models import Act, Adoption, Breach, Event
from shouwen.service.organisations.models import Role
from shouwen.service.publication import actions
from shouwen.service.publication.actions import Written
from shouwen.service.publication.gaps import board, own_gaps
from shouwen.service.publication.models import Page, PageState, Version

from ..conftest import NOON

AS_THE_CLAUSES = {
    "4.1a": {"town_arrival": "30", "country_arrival": "120", "small_fault": "60",
             "install_days": "2"}
}  # fmt: skip


def gaps_of(actor, norm):
    row = next(r for r in board(actor).rows if r.obligation.norm == norm)
    return [g.kind.value for g in row.gaps]


def test_what_the_measure_says_must_be_public_is_a_gap_until_it_is(planned, officer, clerk):
    assert [r.obligation.norm for r in board(officer).rows] == [
        "3.1.2a", "3.1.2b", "3.1.2c", "3.1.2d", "3.1.2e", "4.1a", "4.2",
    ]  # fmt: skip
    assert gaps_of(officer, "3.1.2c") == ["missing"]
    page = planned("fees", "3.1.2c")
    assert gaps_of(officer, "3.1.2c") == ["waiting"]
    assert gaps_of(officer, "3.1.2d") == ["missing"]
    version = actions.write(clerk, page, Written("收费标准", "每月25元", "首次", "Fees", "25 yuan"))
    assert gaps_of(officer, "3.1.2c") == ["waiting"]
    actions.publish(officer, page, version.number)
    assert gaps_of(officer, "3.1.2c") == []


def test_the_owner_is_reminded_before_the_day_and_told_after_it(
    planned, officer, clerk, the_clock_stands_at
):
    planned("fees", "3.1.2c")
    assert own_gaps(clerk) == []
    the_clock_stands_at("2026-05-18 09:00")
    assert [g.kind.value for _page, gaps in own_gaps(clerk) for g in gaps] == ["soon"]
    the_clock_stands_at("2026-06-01 00:01")
    assert [g.kind.value for _page, gaps in own_gaps(clerk) for g in gaps] == ["late"]
    assert own_gaps(officer) == []


def test_a_page_that_must_be_renewed_expires_and_renewing_moves_the_day(
    published, officer, the_clock_stands_at
):
    page = published("fees", "3.1.2c", renew_months=3)
    assert page.expires_on == date(2026, 8, 6)
    the_clock_stands_at("2026-07-23 09:00")
    assert gaps_of(officer, "3.1.2c") == ["expires"]
    the_clock_stands_at("2026-08-06 23:59")
    assert gaps_of(officer, "3.1.2c") == ["expires"]
    the_clock_stands_at("2026-08-07 00:00")
    assert gaps_of(officer, "3.1.2c") == ["expired"]
    page = actions.publish(officer, page, 1)
    assert page.expires_on == date(2026, 11, 7)
    assert gaps_of(officer, "3.1.2c") == []


def test_the_commitment_is_told_to_the_measure_and_must_agree_with_its_clauses(published, officer):
    published("promise", "4.1a", figures={"once": AS_THE_CLAUSES})
    event = Event.objects.get(type="commitment.published")
    assert event.facts == {"town_arrival": "30", "country_arrival": "120", "small_fault": "60",
                           "install_days": "2"}  # fmt: skip
    assert not Breach.objects.filter(norm="4.1a").exists()
    assert gaps_of(officer, "4.1a") == []


def test_a_commitment_with_other_figures_is_a_breach_that_the_owner_sees(published, officer):
    other = {"4.1a": AS_THE_CLAUSES["4.1a"] | {"town_arrival": "45"}}
    published("promise", "4.1a", figures={"once": other})
    assert Breach.objects.filter(norm="4.1a", gone=False).count() == 1
    assert gaps_of(officer, "4.1a") == ["disagrees"]


def test_a_page_no_longer_agrees_when_another_reading_is_adopted(published, officer, clerk):
    page = published("promise", "3.1.2d", promises=["arrive", "restore"])
    assert gaps_of(officer, "3.1.2d") == []
    Adoption.objects.create(measure="cable", first_day=date(2026, 5, 1), adopted_at=NOON,
                            readings={"一天": "次日末"})  # fmt: skip
    assert gaps_of(officer, "3.1.2d") == ["disagrees"]
    said = next(r for r in board(officer).rows if r.obligation.norm == "3.1.2d").gaps[0].text
    assert "接报后24小时 → 次日24时" in said
    # Written anew, it rests on what is in force now.
    version = actions.write(
        clerk, page, Written("承诺", "大故障次日修好", "释义改了", "Promises", "By the next day",
                             promises=("arrive", "restore"))
    )  # fmt: skip
    actions.publish(officer, page, version.number)
    assert gaps_of(officer, "3.1.2d") == []


def test_readings_that_a_page_does_not_rest_on_do_not_disturb_it(published, officer):
    published("promise", "3.1.2d", promises=["arrive"])
    Adoption.objects.create(measure="cable", first_day=date(2026, 5, 1), adopted_at=NOON,
                            readings={"安装期限": "限一个工作日"})  # fmt: skip
    assert gaps_of(officer, "3.1.2d") == []


def test_what_is_published_stays_until_a_newer_version_is_published(published, clerk, officer):
    page = published("fees", "3.1.2c")
    actions.write(clerk, page, Written("收费标准", "每月28元", "调价", "Fees", "28 yuan"))
    page.refresh_from_db()
    assert page.published.text == "收视费每月25元"
    actions.publish(officer, page, 2)
    page.refresh_from_db()
    assert page.published.text == "每月28元"
    assert [v.number for v in page.versions.all()] == [1, 2]


def test_no_other_version_is_published_than_the_one_that_was_looked_at(published, clerk, officer):
    page = published("fees", "3.1.2c")
    actions.write(clerk, page, Written("收费标准", "每月28元", "调价"))
    with pytest.raises(ValidationError, match="更新的版本"):
        actions.publish(officer, page, 1)


def test_two_who_publish_the_same_version_tell_the_measure_once(published, officer):
    page = published("promise", "4.1a", figures={"once": AS_THE_CLAUSES})
    with pytest.raises(ValidationError, match="今天已经公布"):
        actions.publish(officer, page, 1)
    assert Event.objects.filter(type="commitment.published").count() == 1


def test_a_version_and_what_was_done_cannot_be_changed_or_removed(published, organisation):
    page = published("fees", "3.1.2c")
    version = page.versions.get()
    with pytest.raises(TypeError):
        version.save()
    for model in (Version, page.steps.model):
        table = model._meta.db_table
        for statement in (f"UPDATE {table} SET why = 'x'", f"DELETE FROM {table}"):
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)
    assert [s.kind for s in page.steps.order_by("id")] == ["planned", "written", "published"]
    assert list(faults()) == []


def test_only_the_owner_and_those_who_plan_write_and_only_the_office_publishes(
    planned, staff, acting, clerk, officer
):
    page = planned("fees", "3.1.2c")
    stranger = acting(staff("别的营业员", Role.CLERK))
    text = Written("收费标准", "每月25元", "首次")
    with pytest.raises(NotAllowed):
        actions.write(stranger, page, text)
    with pytest.raises(NotAllowed):
        actions.plan(clerk, Page(slug="other", title="别的"), [])
    version = actions.write(clerk, page, text)
    with pytest.raises(NotAllowed):
        actions.publish(clerk, page, version.number)
    actions.publish(officer, page, version.number)
    with pytest.raises(NotAllowed):
        actions.withdraw(clerk, page, "不要了")


def test_personal_data_is_kept_from_the_public(planned, clerk, officer, station):
    page = planned("fees", "3.1.2c")
    text = "有问题打 13900001234，身份证 110101199003074477"
    version = actions.write(clerk, page, Written("收费标准", text, "首次"))
    with pytest.raises(ValidationError) as refused:
        actions.publish(officer, page, version.number)
    said = "; ".join(refused.value.messages)
    assert "139****1234" in said
    assert "110101…" in said
    assert "199003074477" not in said
    station.phone = "13900001234"
    station.save()
    version = actions.write(clerk, page, Written("收费标准", "有问题打 139 0000 1234", "改"))
    actions.publish(officer, page, version.number)


def test_a_page_without_an_owner_is_not_published(officer):
    page = actions.plan(officer, Page(slug="fees", title="收费标准"), ["3.1.2c"])
    actions.write(officer, page, Written("收费标准", "每月25元", "首次"))
    with pytest.raises(ValidationError, match="责任人"):
        actions.publish(officer, page, 1)


def test_figures_that_the_measure_asks_for_are_not_left_out(planned, clerk, officer):
    page = planned("promise", "4.1a")
    actions.write(clerk, page, Written("承诺", "按时到场", "首次"))
    with pytest.raises(ValidationError, match=r"4\.1a"):
        actions.publish(officer, page, 1)
    assert Page.objects.get().state == PageState.DRAFT
    assert not Act.objects.filter(name="page.published").exists()


def test_a_norm_that_need_not_be_public_is_refused(officer):
    with pytest.raises(ValidationError, match=r"3\.3\.2c"):
        actions.plan(officer, Page(slug="fees", title="收费标准"), ["3.3.2c"])


def test_a_withdrawn_page_is_a_gap_and_its_versions_stay(published, officer):
    page = published("fees", "3.1.2c")
    with pytest.raises(ValidationError, match="原因"):
        actions.withdraw(officer, page, " ")
    actions.withdraw(officer, page, "停办")
    assert gaps_of(officer, "3.1.2c") == ["withdrawn"]
    assert page.versions.count() == 1
    with pytest.raises(ValidationError, match="没有公布"):
        actions.withdraw(officer, page, "再撤")


def test_looking_on_the_spot_tells_the_measure_on_how_many_channels_it_runs(
    published, officer, clerk
):
    page = published("number", "4.2", text="投诉电话 12345")
    actions.look(clerk, page, "看了两个频道", {"4.2": {"shown": 2, "channels": 30}})
    assert not Breach.objects.filter(norm="4.2").exists()
    actions.look(clerk, page, "只剩一个", {"4.2": {"shown": 1, "channels": 30}})
    assert Breach.objects.filter(norm="4.2", gone=False).count() == 1
    assert Event.objects.filter(type="ticker.checked").count() == 2
