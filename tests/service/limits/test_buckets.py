"""Limits: so many at once, then one every so often."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection

from shouwen.service.limits.buckets import Limit, TooOften, sweep
from shouwen.service.limits.models import Bucket

LIMIT = Limit("test", 3, timedelta(seconds=20))


@pytest.fixture
def noon(db, at_noon):
    return at_noon


def taken(limit, key, tries):
    found = 0
    for _ in range(tries):
        try:
            limit.take(key)
            found += 1
        except TooOften:
            pass
    return found


def test_so_many_are_had_at_once_and_then_one_every_so_often(noon, the_clock_stands_at):
    assert taken(LIMIT, "a", 10) == 3
    the_clock_stands_at("2026-05-06 12:00:19")
    assert taken(LIMIT, "a", 10) == 0
    the_clock_stands_at("2026-05-06 12:00:20")
    assert taken(LIMIT, "a", 10) == 1
    the_clock_stands_at("2026-05-06 13:00:00")
    assert taken(LIMIT, "a", 10) == 3


def test_who_is_refused_is_told_how_long_to_wait_and_that_is_true(noon, the_clock_stands_at):
    taken(LIMIT, "a", 3)
    the_clock_stands_at("2026-05-06 12:00:07")
    with pytest.raises(TooOften) as refused:
        LIMIT.take("a")
    assert refused.value.seconds == 13
    the_clock_stands_at("2026-05-06 12:00:20")
    LIMIT.take("a")


def test_being_refused_does_not_make_the_wait_longer(noon, the_clock_stands_at):
    taken(LIMIT, "a", 50)
    the_clock_stands_at("2026-05-06 12:00:20")
    assert taken(LIMIT, "a", 1) == 1


def test_keys_and_limits_do_not_count_for_each_other(noon):
    taken(LIMIT, "a", 3)
    assert taken(LIMIT, "b", 3) == 3
    assert taken(Limit("other", 3, timedelta(seconds=20)), "a", 3) == 3


def test_what_is_given_back_can_be_taken_again(noon):
    taken(LIMIT, "a", 3)
    LIMIT.give_back("a")
    assert taken(LIMIT, "a", 3) == 1


def test_the_table_does_not_tell_whose_buckets_they_are(noon):
    LIMIT.take("clerk")
    assert "clerk" not in Bucket.objects.get().key


def test_buckets_that_are_full_are_swept_away(noon, the_clock_stands_at):
    LIMIT.take("a")
    the_clock_stands_at("2026-05-06 12:00:10")
    LIMIT.take("b")
    the_clock_stands_at("2026-05-06 12:00:21")
    assert sweep() == 1
    assert taken(LIMIT, "a", 5) == 3


def test_eight_at_the_same_moment_count_together(django_db_setup, django_db_blocker):
    limit, found = Limit("together", 5, timedelta(hours=1)), []

    def work():
        try:
            found.append(taken(limit, "a", 4))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(8)]
    with django_db_blocker.unblock():
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        Bucket.objects.all().delete()
        connection.close()
    assert sum(found) == 5
