"""The service's own events, assessed in bulk from the command line."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from typer.testing import CliRunner

from shouwen.service.enactment.bridge import correct, register
from shouwen.service.enactment.models import Event
from tests.service.conftest import NOON


@pytest.fixture
def assess(monkeypatch, tmp_path):
    """Runs the command in this process, which has its database already."""
    monkeypatch.setattr("shouwen.cli.service._django", lambda: None)
    from shouwen.cli.app import app

    def run(*arguments):
        return CliRunner().invoke(
            app, ["assess", "-o", str(tmp_path / "out"), "--rule", "arrive", "--json", *arguments]
        )

    return run


def test_the_events_of_an_organisation_are_judged_as_corrected(organisation, staff, acting, assess):
    actor = acting(staff("接线员"))
    for case, minutes in (("C1", 20), ("C2", 45), ("C3", 50)):
        at = NOON - timedelta(hours=3)
        register(
            actor, "repair.reported", {"case": case, "area": "城区", "technician": "甲"}, at=at
        )
        register(actor, "repair.arrived", {"case": case}, at=at + timedelta(minutes=minutes))
    late = Event.objects.get(type="repair.arrived", facts__case="C3")
    correct(actor, late, {"case": "C3"}, at=NOON - timedelta(hours=2, minutes=40))
    result = assess("--organisation", "cable", "--as-of", "2026-05-07")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    (line,) = found["clauses"]
    assert (line["clause"], line["met"], line["breached"]) == ("3.3.2c", 2, 1)
    assert found["measure"] == "cable"


def test_the_readings_that_were_adopted_are_those_assessed_with(
    organisation, staff, acting, assess
):
    from datetime import date

    from shouwen.service.enactment.models import Adoption

    Adoption.objects.create(
        measure="cable", first_day=date(2026, 1, 1), readings={"半小时整": "算迟到"},
        adopted_at=NOON,
    )  # fmt: skip
    actor, at = acting(staff("接线员")), NOON - timedelta(hours=1)
    register(actor, "repair.reported", {"case": "C1", "area": "城区", "technician": "甲"}, at=at)
    register(actor, "repair.arrived", {"case": "C1"}, at=at + timedelta(minutes=30))
    found = json.loads(assess("--organisation", "cable", "--as-of", "2026-05-07").stdout)
    assert found["outcomes"]["breaches"] == 1
    assert found["readings"]["半小时整"] == "算迟到"


def test_nobody_elses_events_are_seen_and_an_unknown_key_is_named(organisation, assess):
    from shouwen.service.tenancy.models import Organisation

    Organisation.objects.create(code="other", name="别处")
    refused = assess("--organisation", "cabel")
    assert refused.exit_code == 1
    assert "Did you mean 'cable'?" in refused.stderr
    assert "no measure in force" in assess("--organisation", "other").stderr
    assert "has no events" in json.loads(assess("--organisation", "cable").stdout)["error"]
