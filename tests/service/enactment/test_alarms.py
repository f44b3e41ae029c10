"""One thread that cannot be looked at does not keep the others waiting."""

from __future__ import annotations

import pytest

from shouwen.service.enactment import alarms, bridge
from shouwen.service.enactment.bridge import perform
from shouwen.service.enactment.models import Clock, Stage
from shouwen.service.organisations.models import Role


@pytest.fixture
def two_repairs(staff, acting):
    operator, technician = acting(staff("接线员", Role.OPERATOR)), staff("维修员", Role.TECHNICIAN)
    for case in ("C1", "C2"):
        facts = {
            "kind": "repair",
            "technician": technician.number,
            "unit": "城关站",
            "area": "城区",
        }
        perform(operator, "work.reported", facts, case=case)


@pytest.fixture
def c1_is_broken(monkeypatch):
    """As long as the list is not empty, the measure cannot be asked about C1."""
    broken, refresh = [True], bridge.refresh

    def look(thread):
        if broken and thread.key == "case:C1":
            raise ZeroDivisionError
        return refresh(thread)

    monkeypatch.setattr(alarms, "refresh", look)
    return broken


def stages():
    return {c.case_key: c.stage for c in Clock.objects.filter(rule="arrive")}


def test_a_thread_that_cannot_be_looked_at_is_put_off_and_said_so(
    two_repairs, c1_is_broken, the_clock_stands_at, caplog
):
    the_clock_stands_at("2026-05-06 12:31")
    assert alarms.ring() == 1
    assert stages() == {"C1": Stage.GREEN, "C2": Stage.RED}
    assert "could not be looked at" in caplog.text
    assert alarms.ring() == 0
    c1_is_broken.clear()
    the_clock_stands_at("2026-05-06 12:36")
    assert alarms.ring() == 1
    assert stages() == {"C1": Stage.RED, "C2": Stage.RED}
