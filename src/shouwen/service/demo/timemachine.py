"""The time machine: moves the clock of the service forward, in a demonstration only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from shouwen.service import clock
from shouwen.service.demo.houses import ZONE
from shouwen.service.demo.models import TimeShift
from shouwen.service.enactment.alarms import ring


def shift() -> timedelta:
    """By how much the clock runs ahead."""
    row = TimeShift.objects.filter(pk=1).values_list("seconds", flat=True).first()
    return timedelta(seconds=row or 0)


def begin() -> None:
    """Let a demonstration that begins outside working hours begin at half past ten, when there is
    something to see. One that has begun stays as it is."""
    if TimeShift.objects.exists():
        return
    now = timezone.now().astimezone(ZONE)
    ten = datetime.combine(now.date(), time(10, 30), ZONE)
    if time(9) <= now.time() <= time(17, 30):
        ten = now
    elif now.time() > time(17, 30):
        ten += timedelta(days=1)
    TimeShift.objects.create(pk=1, seconds=int((ten - now).total_seconds()))


@contextmanager
def moved() -> Iterator[None]:
    """Let the clock be as far ahead as the time machine has moved it."""
    if not settings.DEMO:
        yield
        return
    with clock.shifted_by(shift()):
        yield


def move(by: timedelta) -> None:
    """Move the clock forward, and look at everything that is due by then.

    Raises:
        ValueError: when it would go back; what happened cannot be undone by a clock.
    """
    if by < timedelta(0):
        raise ValueError("The time machine goes forward only.")
    total = shift() + by
    TimeShift.objects.update_or_create(pk=1, defaults={"seconds": int(total.total_seconds())})
    with clock.shifted_by(total):
        while ring():
            pass


class TimeMachineMiddleware:
    """Handle each request at the time of the service."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle a request."""
        with moved():
            return self.get_response(request)
