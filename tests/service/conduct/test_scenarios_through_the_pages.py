"""Scenario files and the decisions made through the pages agree.

Every scenario from which something follows for someone can be acted out. A usual run plays those in
which something is decided, and as many others as it takes to see each rule of each measure in each
state; a long run plays all of them, some 850.
"""

from __future__ import annotations

import pytest
from django.db import transaction

from shouwen.measures.evaluation.outcomes import ConsequenceOutcome
from shouwen.service.tenancy.models import Organisation
from shouwen.service.tenancy.scope import scope
from tests.measures.bulk.effort import LONG
from tests.service.conduct.replay import (
    MEASURES,
    Played,
    Stage,
    covering,
    said_of,
    scenarios_of,
)


def acted_out(measure: str, name: str) -> Played:
    """Play a scenario in an organisation of its own, of which nothing stays."""
    with transaction.atomic():
        organisation = Organisation.objects.create(code="stage", name="情景")
        with scope(organisation.pk):
            played = Stage(measure, scenarios_of(measure)[name], organisation).play()
        transaction.set_rollback(True)
    return played


@pytest.mark.timeout(3000 if LONG else 600)
@pytest.mark.parametrize("measure", MEASURES)
def test_what_the_service_shows_and_decides_is_what_the_measure_says(db, measure):
    every = [n for n in scenarios_of(measure) if said_of(measure, n)[1]]
    chosen = every if LONG else covering(measure)
    differing = {}
    for name in chosen:
        played = acted_out(measure, name)
        assert played.expected
        if played.refused or played.found != played.expected:
            differing[name] = played
    assert not differing, differing


def test_what_cannot_be_acted_out_is_what_follows_for_nobody_who_is_known():
    """A fine for whom the history does not name: there is nobody to decide about."""
    nameless = {
        (measure, o.rule)
        for measure in MEASURES
        for name in scenarios_of(measure)
        for outcomes, shown in [said_of(measure, name)]
        if outcomes is not None
        for o in outcomes.of(ConsequenceOutcome)
        if (o.amounts or o.acts or o.missing) and o not in shown
    }
    assert nameless == {("bank", "phone-decision"), ("cable", "general-fine")}
