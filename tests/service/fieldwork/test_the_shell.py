"""What the phone keeps is what its pages are made of."""

from __future__ import annotations

import json
import re

from tests.service.fieldwork.test_a_visit import job, technician
from tests.service.pages.test_a_day import said

__all__ = ["job", "technician"]


def kept(client):
    source = client.get("/field/worker.js").content.decode()
    return json.loads(re.findall(r"^const SHELL = (.*);$", source, re.M)[0])


def test_everything_that_the_pages_ask_for_is_kept(technician, job):
    for address in ("/field/", f"/field/{job.key}/"):
        page = said(technician.get(address))
        asked = {a.split("#")[0] for a in re.findall(r'(?:src|href)="(/static/[^"]+)"', page)}
        assert asked <= set(kept(technician))


def test_a_change_of_anything_that_is_kept_makes_another_version(client, monkeypatch):
    from shouwen.service.fieldwork import shell

    first = client.get("/field/worker.js").content.decode().splitlines()[0]
    monkeypatch.setattr(shell, "static", lambda name: f"/static/{name}?v=other")
    second = client.get("/field/worker.js")
    assert second.content.decode().splitlines()[0] != first
    assert second["Cache-Control"] == "no-cache"
    assert second["Content-Type"].startswith("text/javascript")


def test_a_page_fetched_for_a_dead_spot_is_noted_as_such(technician, job):
    from shouwen.service.audit.models import Sighting

    technician.get(f"/field/{job.key}/", headers={"X-Kept": "1"})
    assert Sighting.objects.get().what == "name, phone, address (kept on the phone)"
