"""Makes an organisation with two repairs and a trial that waits: `python -m …one_waiting`."""

from __future__ import annotations

from datetime import date, timedelta

import django

if __name__ == "__main__":
    django.setup()
    from shouwen.service import clock
    from shouwen.service.access.actor import Actor
    from shouwen.service.drafting import actions
    from shouwen.service.enactment.bridge import register
    from shouwen.service.enactment.models import Adoption
    from shouwen.service.tenancy.models import Organisation
    from shouwen.service.tenancy.scope import scope
    from tests.service.conftest import NOON

    house = Organisation.objects.create(code="cable", name="某县广电")
    with scope(house.pk), clock.frozen_at(NOON):
        adoption = Adoption.objects.create(
            measure="cable", first_day=date(2013, 9, 1), adopted_at=NOON
        )
        actor = Actor(house, None)
        for case, minutes in (("C1", 20), ("C2", 30)):
            at = NOON - timedelta(hours=3)
            facts = {"case": case, "area": "城区", "technician": "甲"}
            register(actor, "repair.reported", facts, at=at)
            register(actor, "repair.arrived", {"case": case}, at=at + timedelta(minutes=minutes))
        trial = actions.begin(actor, date(2026, 5, 1), date(2026, 5, 6), adoption, "cable")
        actions.choose_readings(actor, trial, {"半小时整": "算迟到"})
        actions.start(actor, trial)
