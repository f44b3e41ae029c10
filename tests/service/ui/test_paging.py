"""A table can be walked to its end and back, in any order it offers, without a count."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.test import RequestFactory

from shouwen.service.ui.models import Sent
from shouwen.service.ui.paging import page_of
from tests.service.conftest import NOON


@pytest.fixture
def rows(organisation):
    """Seven rows; the third and the fourth of one and the same instant."""
    minutes = [0, 1, 2, 2, 3, 4, 5]
    places = ["c", "a", "b", "e", "d", "a", "g"]
    for n, (minute, place) in enumerate(zip(minutes, places, strict=True)):
        Sent.objects.create(token=UUID(int=n), at=NOON + timedelta(minutes=minute), location=place)
    return Sent.objects.all()


def page(rows, size=3, sortable=("location",), **query):
    return page_of(RequestFactory().get("/", query), rows, "at", size, sortable)


def ns(found):
    return [row.token.int for row in found.rows]


def test_a_table_is_walked_from_the_newest_to_the_oldest_and_back(rows):
    first = page(rows)
    assert ns(first) == [6, 5, 4]
    assert (bool(first.newer), bool(first.older)) == (False, True)
    second = page(rows, before=first.older)
    assert ns(second) == [3, 2, 1]
    assert (bool(second.newer), bool(second.older)) == (True, True)
    third = page(rows, before=second.older)
    assert ns(third) == [0]
    assert third.older == ""
    assert ns(page(rows, after=third.newer)) == [3, 2, 1]
    back = page(rows, after=second.newer)
    assert ns(back) == [6, 5, 4]
    assert back.newer == ""


def test_rows_of_one_instant_are_not_lost_between_two_pages(rows):
    first = page(rows, size=4)
    assert ns(first) == [6, 5, 4, 3]
    assert ns(page(rows, size=4, before=first.older)) == [2, 1, 0]


def test_another_column_sorts_upwards_and_downwards(rows):
    up = page(rows, sort="location")
    assert ns(up) == [1, 5, 2]
    assert ns(page(rows, sort="location", before=up.older)) == [0, 4, 3]
    down = page(rows, sort="-location")
    assert ns(down) == [6, 3, 4]
    further = page(rows, sort="-location", before=down.older)
    assert ns(further) == [0, 2, 5]
    assert ns(page(rows, sort="-location", after=further.newer)) == [6, 3, 4]
    assert not down.newest_first


def test_an_address_that_makes_no_sense_shows_the_first_page(rows):
    for query in ({"before": "yesterday~x"}, {"before": "2026-05-06T12:00~1"}, {"sort": "token"}):
        assert ns(page(rows, **query)) == [6, 5, 4]


def test_a_column_that_may_be_empty_cannot_be_paged_by(organisation):
    from shouwen.service.cases.models import Case

    with pytest.raises(ValueError, match="closed_at may be empty"):
        page_of(RequestFactory().get("/"), Case.objects.all(), "closed_at")
