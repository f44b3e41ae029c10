"""What drafters of the demonstration have asked can be worked out, over all rules."""

from __future__ import annotations

import pytest

from shouwen.service import clock
from shouwen.service.demo import stories
from shouwen.service.demo.houses import found
from shouwen.service.demo.trying import QUESTIONS, try_out
from shouwen.service.drafting import running
from shouwen.service.drafting.models import State, Trial
from shouwen.service.tenancy.models import Organisation
from shouwen.service.tenancy.scope import scope
from tests.service.conftest import NOON

pytestmark = pytest.mark.slow
TOLD = {"bank": ("points",), "cable": ()}


@pytest.mark.django_db
@pytest.mark.parametrize("code", sorted(QUESTIONS))
def test_a_trial_of_the_demonstration_comes_to_its_end(code):
    organisation = Organisation.objects.create(code=code, name=code)
    with scope(organisation.pk), clock.frozen_at(NOON):
        house = found(code)
        if TOLD[code]:
            stories.tell(house, code, TOLD[code], NOON, 8)
        try_out(house, NOON, 28)
        trial = Trial.objects.get()
        assert trial.state == State.WAITING
        assert running.work_out(organisation.pk, trial.pk)
        trial.refresh_from_db()
        assert (trial.state, trial.error) == (State.DONE, "")
        assert trial.found is not None
        assert trial.found["a"]["events"] > 0
