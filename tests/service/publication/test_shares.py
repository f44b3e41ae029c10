"""Promises beside promises kept: counted with all figures, public once someone released them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction

from shouwen.service import clock
from shouwen.service.access.actor import Actor
from shouwen.service.access.gate import NotAllowed
from shouwen.service.assessment.counting import count_all
from shouwen.service.assessment.models import Scope
from shouwen.service.assessment.queries import Subject, rows_of
from shouwen.service.enactment.alarms import ring
from shouwen.service.enactment.bridge import register
from shouwen.service.organisations.models import Reach, Role
from shouwen.service.publication.models import Release, Span
from shouwen.service.publication.releasing import changes, latest, release, to_release
from shouwen.service.publication.shares import Kept, kept_in, month_after, together

from ..conftest import ZONE

MAY = (date(2026, 5, 1), date(2026, 5, 31))


@pytest.fixture
def repairs(organisation, staff, station):
    """Repairs in the town that took so many minutes: `repairs("2026-05-06 09:00", 20, 40)`."""
    technician = staff("维修员", Role.TECHNICIAN)
    system = Actor(organisation, None)

    def tell(start, *minutes):
        begun = datetime.fromisoformat(start).replace(tzinfo=ZONE)
        for n, taken in enumerate(minutes):
            case = f"C{begun:%m%d%H%M}-{n}"
            with clock.frozen_at(begun):
                facts = {"case": case, "technician": technician.number, "unit": station.code,
                         "area": "城区"}  # fmt: skip
                register(system, "repair.reported", facts)
            if taken is None:
                continue
            with clock.frozen_at(begun + timedelta(minutes=taken)):
                register(system, "repair.arrived", {"case": case})
        return technician

    return tell


def share(month, norm="3.3.2c", rule="arrive"):
    row = next(r for r in kept_in(month, month_after(month)) if (r.norm, r.rule) == (norm, rule))
    return row.kept, row.missed


def test_a_promise_counts_in_the_month_in_which_its_time_ended(repairs, the_clock_stands_at):
    repairs("2026-05-06 09:00", 20, 30, 40)
    # Reported after nine in the evening, the half hour begins the next morning, in June.
    repairs("2026-05-31 21:30", 10)
    the_clock_stands_at("2026-06-02 08:00")
    count_all()
    assert share(date(2026, 5, 1)) == (2, 1)
    assert share(date(2026, 6, 1)) == (1, 0)


def test_what_has_not_ended_and_is_not_done_counts_on_neither_side(repairs, the_clock_stands_at):
    repairs("2026-05-06 11:50", None)
    the_clock_stands_at("2026-05-06 12:10")
    count_all()
    assert kept_in(date(2026, 5, 1), date(2026, 6, 1)) == []
    the_clock_stands_at("2026-05-07 09:00")
    ring()
    count_all()
    assert share(date(2026, 5, 1)) == (0, 1)


def test_what_is_corrected_later_is_in_the_month_it_belongs_to(repairs, the_clock_stands_at):
    repairs("2026-05-06 09:00", 20)
    the_clock_stands_at("2026-09-07 00:05")
    count_all()
    assert share(date(2026, 5, 1)) == (1, 0)
    repairs("2026-05-06 10:00", 45)
    count_all()
    assert share(date(2026, 5, 1)) == (1, 1)


def test_what_is_only_striven_for_is_counted_apart_from_promises(
    repairs, organisation, the_clock_stands_at
):
    """Faults are not to last over night: the measure only asks to strive for it."""
    repairs("2026-05-06 09:00", 20, 20)
    with clock.frozen_at(datetime(2026, 5, 6, 11, tzinfo=ZONE)):
        register(Actor(organisation, None), "repair.restored", {"case": "C05060900-0"})
    the_clock_stands_at("2026-05-08 08:00")
    while ring():
        pass
    count_all()
    assert share(date(2026, 5, 1), "3.3.2i", "no-overnight") == (1, 1)
    rows = {r.figure.key: r for r in rows_of(Subject(Scope.ORGANISATION), *MAY) if not r.norm}
    assert (int(rows["aims"].good), rows["aims"].total) == (1, 2)
    by_norm = [r.norm for r in rows_of(Subject(Scope.ORGANISATION), *MAY) if r.figure.key == "kept"]
    assert "3.3.2i" not in by_norm


def test_what_is_public_is_what_the_sheet_says(repairs, the_clock_stands_at):
    """One source: both are the same days, added up."""
    repairs("2026-05-06 09:00", 20, 30, 40)
    the_clock_stands_at("2026-06-02 08:00")
    count_all()
    row = next(r for r in rows_of(Subject(Scope.ORGANISATION), *MAY)
               if (r.figure.key, r.norm) == ("kept", "3.3.2c"))  # fmt: skip
    assert (int(row.good), row.total - int(row.good)) == share(date(2026, 5, 1))


def test_pages_count_no_clocks(repairs, the_clock_stands_at, django_assert_num_queries):
    repairs("2026-05-06 09:00", 20)
    the_clock_stands_at("2026-06-02 08:00")
    count_all()
    with django_assert_num_queries(1):
        assert [r.norm for r in kept_in(date(2026, 5, 1), date(2026, 6, 1))] == ["3.3.2c"]


def test_a_share_is_never_rounded_up_to_all_of_them():
    assert Kept("arrive", "n", 9999, 1, 0, 0).percent == Decimal("99.9")
    assert Kept("arrive", "n", 2, 1, 5, 5).percent == Decimal("66.7")
    assert Kept("arrive", "n", 3, 0, 0, 0).percent == 100
    assert Kept("arrive", "n", 0, 0, 4, 0).percent is None


def test_the_months_of_a_quarter_are_added_up():
    rows = [Kept("arrive", "n", 9, 1, 0, 0), Kept("arrive", "n", 1, 9, 1, 2)]
    assert together(rows) == [Kept("arrive", "n", 10, 10, 1, 2)]


def test_nothing_is_public_before_someone_with_the_right_has_released_it(
    published, repairs, officer, clerk, the_clock_stands_at
):
    published("promise", "3.1.2d", promises=["arrive"])
    repairs("2026-05-06 09:00", 20, 40)
    with pytest.raises(ValidationError, match="还没有结束"):
        release(officer, Span.MONTH, date(2026, 5, 1))
    the_clock_stands_at("2026-06-02 08:00")
    assert latest(Span.MONTH) is None
    with pytest.raises(NotAllowed):
        release(clerk, Span.MONTH, date(2026, 5, 1))
    made = release(officer, Span.MONTH, date(2026, 5, 20))
    assert (made.first, made.last, made.number) == (date(2026, 5, 1), date(2026, 5, 31), 1)
    assert [(r["norm"], r["kept"], r["missed"]) for r in made.rows] == [("3.3.2c", 1, 1)]


def test_only_promises_that_a_page_shows_become_public(
    published, repairs, officer, the_clock_stands_at
):
    published("promise", "3.1.2d", promises=["restore"])
    repairs("2026-05-06 09:00", 20)
    the_clock_stands_at("2026-06-02 08:00")
    count_all()
    assert to_release(Span.MONTH, date(2026, 5, 1)) == []
    with pytest.raises(ValidationError, match="没有这段时间到期的承诺"):
        release(officer, Span.MONTH, date(2026, 5, 1))


def test_released_figures_stand_and_a_correction_is_a_release_with_a_reason(
    published, repairs, officer, the_clock_stands_at
):
    published("promise", "3.1.2d", promises=["arrive"])
    repairs("2026-05-06 09:00", 20)
    the_clock_stands_at("2026-06-02 08:00")
    count_all()
    first = release(officer, Span.MONTH, date(2026, 5, 1))
    with pytest.raises(ValidationError, match="已经公开"):
        release(officer, Span.MONTH, date(2026, 5, 1), "再来一次")
    repairs("2026-05-07 09:00", 50)
    the_clock_stands_at("2026-06-03 08:00")
    count_all()
    assert latest(Span.MONTH).rows == first.rows
    now = to_release(Span.MONTH, date(2026, 5, 1))
    assert changes(first, now) == {("arrive", "3.3.2c"): "1/1"}
    with pytest.raises(ValidationError, match="原因"):
        release(officer, Span.MONTH, date(2026, 5, 1))
    second = release(officer, Span.MONTH, date(2026, 5, 1), "补登一件")
    assert (second.number, second.rows[0]["missed"]) == (2, 1)
    assert Release.objects.count() == 2
    for statement in ("UPDATE publication_release SET number = 9",
                      "DELETE FROM publication_release"):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_a_quarter_is_released_of_its_three_months(
    published, repairs, officer, the_clock_stands_at
):
    published("promise", "3.1.2d", promises=["arrive"])
    repairs("2026-05-06 09:00", 20)
    repairs("2026-06-10 09:00", 20, 50)
    the_clock_stands_at("2026-07-01 08:00")
    count_all()
    made = release(officer, Span.QUARTER, date(2026, 5, 6))
    assert (made.first, made.last) == (date(2026, 4, 1), date(2026, 6, 30))
    assert [(r["kept"], r["missed"]) for r in made.rows] == [(2, 1)]


def test_another_organisation_is_counted_inside_its_own_walls(
    repairs, the_clock_stands_at, organisation
):
    from shouwen.service.tenancy.models import Organisation
    from shouwen.service.tenancy.scope import scope

    other = Organisation.objects.create(code="other", name="别家")
    repairs("2026-05-06 09:00", 20)
    the_clock_stands_at("2026-06-02 08:00")
    count_all()
    with scope(other.pk):
        assert kept_in(date(2026, 5, 1), date(2026, 6, 1)) == []
    assert share(date(2026, 5, 1)) == (1, 0)


def test_an_executive_may_release_and_a_head_may_only_look(staff, acting, organisation):
    head = acting(staff("站长", Role.HEAD, reach=Reach.UNIT))
    with pytest.raises(NotAllowed):
        release(head, Span.MONTH, date(2026, 4, 1))
