"""Pages of an organisation, and the people who keep them."""

from __future__ import annotations

from datetime import date

import pytest

from shouwen.service.organisations.models import Reach, Role
from shouwen.service.publication import actions
from shouwen.service.publication.actions import Written
from shouwen.service.publication.models import Page


@pytest.fixture
def officer(staff, acting):
    """The quality office, which plans, publishes and releases."""
    return acting(staff("质检", Role.QUALITY, reach=Reach.ORGANISATION))


@pytest.fixture
def clerk(staff, acting):
    """A hall clerk, who owns pages."""
    return acting(staff("营业员", Role.CLERK))


@pytest.fixture
def planned(officer, clerk):
    """Plans a page of the clerk: `planned("fees", "3.1.2c")`."""

    def plan(slug, *norms, due_on=date(2026, 5, 31), **more):
        row = Page(slug=slug, title="收费标准", due_on=due_on, owner=clerk.person, **more)
        return actions.plan(officer, row, norms)

    return plan


@pytest.fixture
def published(planned, officer, clerk):
    """Plans, writes and publishes a page."""

    def make(slug, *norms, text="收视费每月25元", promises=(), figures=None, lines=(), **more):
        page = planned(slug, *norms, **more)
        version = actions.write(
            clerk,
            page,
            Written("收费标准", text, "首次公布", "Charges", "25 yuan a month.",
                    figures or {}, list(lines), tuple(promises)),
        )  # fmt: skip
        return actions.publish(officer, page, version.number)

    return make
