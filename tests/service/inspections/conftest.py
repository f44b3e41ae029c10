"""People and things that inspections are tried out with."""

from __future__ import annotations

import io
from contextlib import contextmanager
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from shouwen.service.access.actor import Actor
from shouwen.service.enactment.models import Adoption
from shouwen.service.inspections.actions import finding as finding_actions
from shouwen.service.inspections.actions.finding import Found
from shouwen.service.organisations.models import (
    Person,
    Reach,
    Role,
    RoleGrant,
    Unit,
    UnitKind,
)
from shouwen.service.tenancy.models import Organisation
from shouwen.service.tenancy.scope import scope
from tests.service.conftest import NOON


@pytest.fixture
def officer(staff, acting):
    """Someone of the quality office."""
    return acting(staff("质量员", Role.QUALITY, reach=Reach.ORGANISATION))


@pytest.fixture
def clerk(staff):
    """Whom something is found of."""
    return staff("营业员甲", Role.CLERK, Role.EMPLOYEE)


@pytest.fixture
def found(officer, clerk):
    """Records a finding about the clerk: `found(norm="2.5.1")`."""

    def make(by=None, instead_of=None, **told):
        said = {"norm": "2.5.1", "occurred_at": NOON, "said": "接待时倚靠柜台",
                "evidence": "检查人员当场所见", "person": clerk}  # fmt: skip
        return finding_actions.find(by or officer, Found(**(said | told)), instead_of)

    return make


@pytest.fixture
def under(db, at_noon):
    """Enter an organisation that has adopted another measure, with one unit and an officer of the
    quality office: `with under("bank") as (unit, officer): …`."""

    @contextmanager
    def enter(measure, since=date(2006, 1, 1)):
        row = Organisation.objects.create(code=measure, name=measure)
        with scope(row.pk):
            Adoption.objects.create(measure=measure, first_day=since, adopted_at=NOON)
            unit = Unit.objects.create(code="本部", name="本部", kind=UnitKind.DEPARTMENT)
            person = Person.objects.create(number="检查员", name="检查员", unit=unit)
            RoleGrant.objects.create(person=person, role=Role.QUALITY, reach=Reach.ORGANISATION)
            yield unit, Actor.of(person)

    return enter


def a_picture():
    """A small picture as a phone sends it."""
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "navy").save(out, "PNG")
    return SimpleUploadedFile("x.png", out.getvalue(), "image/png")
