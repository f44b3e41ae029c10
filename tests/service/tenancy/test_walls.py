"""The wall between organisations holds in the database itself."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from shouwen.service.organisations.models import Person, Unit, UnitKind
from shouwen.service.tenancy.models import AppendOnlyModel, Organisation
from shouwen.service.tenancy.scope import NoOrganisation, scope
from shouwen.service.tenancy.security import tenant_models, tenant_references

pytestmark = pytest.mark.django_db


@pytest.fixture
def two():
    return (
        Organisation.objects.create(code="one", name="甲公司"),
        Organisation.objects.create(code="two", name="乙公司"),
    )


def unit(code="S1"):
    return Unit.objects.create(code=code, name="城关站", kind=UnitKind.STATION)


def test_the_service_is_neither_superuser_nor_owner_nor_exempt():
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False, False)
        cursor.execute("SELECT count(*) FROM pg_tables WHERE tableowner = current_user")
        assert cursor.fetchone() == (0,)


def test_a_query_without_a_filter_sees_the_rows_of_the_entered_organisation_only(two):
    for organisation in two:
        with scope(organisation.pk):
            unit()
    with scope(two[0].pk):
        assert [u.organisation_id for u in Unit.objects.all()] == [two[0].pk]


def test_outside_of_any_organisation_there_are_no_rows_and_none_can_be_made(two):
    with scope(two[0].pk):
        unit()
    assert not Unit.objects.exists()
    with pytest.raises(NoOrganisation):
        unit("S2")


def test_a_row_cannot_be_written_into_another_organisation(two):
    with (
        scope(two[0].pk),
        transaction.atomic(),
        pytest.raises(ProgrammingError, match="row-level security"),
    ):
        Unit.objects.create(organisation=two[1], code="S1", name="站", kind=UnitKind.STATION)


def test_a_row_cannot_be_moved_to_another_organisation(two):
    with scope(two[0].pk):
        unit()
        with (
            transaction.atomic(),
            pytest.raises(ProgrammingError, match="row-level security"),
        ):
            Unit.objects.update(organisation=two[1])


def test_a_row_cannot_point_across_the_wall(two):
    with scope(two[0].pk):
        theirs = unit()
    with scope(two[1].pk), transaction.atomic(), connection.cursor() as cursor:
        Person.objects.create(number="1", name="某人", unit_id=theirs.pk)
        with pytest.raises(IntegrityError, match="wall_"):
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        transaction.set_rollback(True)


def test_leaving_an_organisation_returns_to_the_one_before(two):
    with scope(two[0].pk):
        unit("A")
        with scope(two[1].pk):
            unit("B")
        assert [u.code for u in Unit.objects.all()] == ["A"]


def _asked(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


@pytest.mark.parametrize("model", tenant_models(), ids=lambda m: m._meta.label)
def test_every_tenant_table_is_walled(model):
    table = model._meta.db_table
    assert _asked("SELECT relrowsecurity FROM pg_class WHERE relname = %s", table) == [(True,)]
    assert _asked("SELECT count(*) FROM pg_policies WHERE tablename = %s", table) == [(1,)]
    walls = _asked(
        "SELECT count(*) FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'f' "
        "AND conname LIKE 'wall%%'", f'"{table}"',
    )  # fmt: skip
    assert walls == [(len(tenant_references(model)),)]


@pytest.mark.parametrize(
    "model",
    [m for m in tenant_models() if issubclass(m, AppendOnlyModel)],
    ids=lambda m: m._meta.label,
)
def test_the_service_may_not_change_or_remove_what_is_append_only(model):
    table = f'"{model._meta.db_table}"'
    for right in ("UPDATE", "DELETE", "TRUNCATE"):
        assert _asked("SELECT has_table_privilege(%s, %s)", table, right) == [(False,)]
    assert _asked("SELECT has_table_privilege(%s, 'INSERT')", table) == [(True,)]
