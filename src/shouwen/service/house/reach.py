"""How far whoever manages units and people reaches: their units and all below.

What belongs to no unit (special times, whom to tell) is managed by those alone whose role reaches
the whole organisation.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.forms import BaseForm, ModelChoiceField, ModelForm
from django.utils.translation import gettext as _

from shouwen.service.access.actor import Actor
from shouwen.service.access.gate import NotAllowed, require, visible
from shouwen.service.house.permissions import MANAGE, ROSTER
from shouwen.service.organisations import models as m
from shouwen.service.ui.words import listed

M = TypeVar("M", bound=Model)
OWNERS: dict[type[Model], str] = {
    m.Unit: "pk",
    m.Person: "unit",
    m.RoleGrant: "person__unit",
    m.Holding: "unit",
    m.Territory: "unit",
    m.TerritoryTechnician: "territory__unit",
}
"""The field by which a row belongs to a unit."""
CHOICES: dict[type[Model], str] = {m.Unit: "pk", m.Person: "unit", m.Territory: "unit"}


def reaches(actor: Actor, model: type[Model]) -> bool:
    """Whether rows of a model are within reach at all."""
    return model in OWNERS or actor.sight(MANAGE).everything


def managed(actor: Actor, rows: QuerySet[M]) -> QuerySet[M]:
    """Those of some rows that an actor manages."""
    return visible(actor, MANAGE, rows, unit=OWNERS.get(rows.model))


def narrow(actor: Actor, form: ModelForm[Any]) -> None:
    """Let a form offer what is within reach only, and what the row has already."""
    sight = actor.sight(MANAGE)
    if not sight.everything:
        _offer(form, sight.units, form.instance)


def _offer(form: BaseForm, units: Collection[int], row: Model | None = None) -> None:
    """Let a form offer what belongs to some units, and what a row that it edits has already."""
    for name, field in form.fields.items():
        if isinstance(field, ModelChoiceField) and field.queryset is not None:
            offered = Q(**{f"{CHOICES[field.queryset.model]}__in": units})
            if row is not None:
                offered |= Q(pk=getattr(row, f"{name}_id"))
            field.queryset = field.queryset.filter(offered)


def rostered(actor: Actor) -> Collection[int] | None:
    """The units whose duty rosters an actor plans; None: all. Whose role reaches their own work
    only plans that of the unit they are in."""
    sight = actor.sight(ROSTER)
    if sight.everything:
        return None
    own = [actor.person.unit_id] if actor.person is not None else []
    return sight.units or own


def plans_for(actor: Actor, row: m.RosterShift) -> None:
    """See that a shift is of a unit, and of someone, that the planner's role reaches.

    Raises:
        NotAllowed: when they plan no roster.
        ValidationError: for a unit or a person whom they do not reach.
    """
    require(actor, ROSTER)
    units = rostered(actor)
    if units is None:
        return
    of = ((row.unit, row.unit_id), (row.person, row.person.unit_id))
    beyond = [str(what) for what, unit in of if unit not in units]
    if beyond:
        said = _("Your own role does not reach %(who)s.")
        raise ValidationError(said % {"who": listed(dict.fromkeys(beyond))})


def narrow_roster(actor: Actor, form: BaseForm) -> None:
    """Let a form of the roster offer the units and people that a planner reaches."""
    units = rostered(actor)
    if units is not None:
        _offer(form, units)


def manages(actor: Actor, row: Model) -> None:
    """See that a row lies within reach, both as it stood and as it shall be.

    Raises:
        NotAllowed: when they manage nothing, or nothing that belongs to no unit.
        ValidationError: for a unit or a person whom they do not reach.
    """
    require(actor, MANAGE)
    sight = actor.sight(MANAGE)
    if sight.everything:
        return
    if type(row) not in OWNERS:
        raise NotAllowed(MANAGE)
    stood = type(row)._default_manager.filter(pk=row.pk).first() if row.pk else None
    wanted = [_owner(row)] + ([_owner(stood)] if stood is not None else [])
    if stood is None or _other(stood) != _other(row):
        wanted += [_other(row)]
    beyond = [unit for what, unit in wanted if what and unit not in sight.units]
    if beyond:
        who = m.Unit.objects.filter(pk__in=[u for u in beyond if u is not None]).first() or row
        raise ValidationError(_("Your own role does not reach %(who)s.") % {"who": who})


def _owner(row: Any) -> tuple[str, int | None]:
    """What a row belongs to, and the unit of that."""
    match row:
        case m.Unit():
            return "unit", row.pk or row.parent_id
        case m.RoleGrant():
            return "person", row.person.unit_id
        case m.TerritoryTechnician():
            return "territory", row.territory.unit_id
    return "unit", row.unit_id


def _other(row: Any) -> tuple[str, int | None]:
    """What else a row touches, and the unit of that; an empty name: nothing."""
    match row:
        case m.Unit():
            return "parent", row.parent_id
        case m.Holding() | m.TerritoryTechnician():
            return f"person {row.person_id}", row.person.unit_id
    return "", None
