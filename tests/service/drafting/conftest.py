from __future__ import annotations

from datetime import date, timedelta

import pytest

from shouwen.service.drafting import actions
from shouwen.service.enactment.bridge import register
from shouwen.service.enactment.models import Adoption
from shouwen.service.organisations.models import Reach, Role
from tests.service.conftest import NOON


@pytest.fixture(autouse=True)
def trials_folder(settings, tmp_path):
    """Trials of a test are worked out in a folder of its own."""
    settings.DATA_FOLDER = tmp_path / "data"
    return settings.DATA_FOLDER / "trials"


@pytest.fixture
def few_rules(monkeypatch):
    """Only arrivals are judged: to lower a whole measure takes ten seconds a side."""
    from functools import partial

    from shouwen.measures.assessment import Terms
    from shouwen.service.drafting import running

    monkeypatch.setattr(running, "Terms", partial(Terms, rules=("arrive",)))


@pytest.fixture
def repairs(organisation, staff, acting):
    """Four repairs in town: there after 20, 30, 45 minutes, and not at all."""
    actor = acting(staff("接线员"))
    technician = staff("甲")
    technician.name = "甲某人"
    technician.save()
    for n, minutes in enumerate((20, 30, 45, None), 1):
        at = NOON - timedelta(days=1, hours=3) + timedelta(minutes=n)
        facts = {"case": f"C{n}", "area": "城区", "technician": "甲", "unit": "城关站"}
        register(actor, "repair.reported", facts, at=at)
        if minutes is not None:
            arrived = at + timedelta(minutes=minutes)
            register(actor, "repair.arrived", {"case": f"C{n}"}, at=arrived)
    return organisation


@pytest.fixture
def drafter(staff, acting):
    """Whoever drafts measures."""
    return acting(staff("起草人", Role.DRAFTER, reach=Reach.ORGANISATION))


@pytest.fixture
def stricter(repairs, drafter):
    """A trial of the reading under which half an hour sharp is too late; being prepared."""
    trial = actions.begin(drafter, date(2026, 5, 1), date(2026, 5, 6), Adoption.objects.get(),
                          "cable", "半小时整算不算迟到")  # fmt: skip
    return actions.choose_readings(drafter, trial, {"半小时整": "算迟到"})
