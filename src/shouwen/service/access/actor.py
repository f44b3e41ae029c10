"""Who is asking."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from zoneinfo import ZoneInfo

from shouwen.service import clock
from shouwen.service.access.permissions import Permission
from shouwen.service.organisations.models import Person, Reach, Role, RoleGrant, Unit
from shouwen.service.organisations.roles import in_force
from shouwen.service.tenancy.models import Organisation


@dataclass(frozen=True)
class Grant:
    """A role and how far it reaches; `unit_id` only where it reaches a unit."""

    role: Role
    reach: Reach
    unit_id: int | None


@dataclass(frozen=True)
class Sight:
    """What a permission lets an actor see: everything, these units, or what is their own."""

    everything: bool
    units: frozenset[int]
    own: bool

    @property
    def nothing(self) -> bool:
        """Whether it lets them see nothing at all."""
        return not (self.everything or self.units or self.own)


@dataclass
class Actor:
    """Someone at work in an organisation.

    `person` None: the service itself (a clock, an import).
    """

    organisation: Organisation
    person: Person | None
    grants: tuple[Grant, ...] = ()
    source: str = "web"
    """Through what they act: web, phone, api, worker, demo."""
    _units: dict[int, frozenset[int]] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, person: Person, source: str = "web") -> Actor:
        """The actor that a person is; its organisation must have been entered."""
        today = clock.now().astimezone(ZoneInfo(person.organisation.zone)).date()
        grants = tuple(
            Grant(Role(g.role), Reach(g.reach), g.unit_id)
            for g in RoleGrant.objects.filter(in_force(today, person=person))
        )
        return cls(person.organisation, person, grants, source)

    @property
    def zone(self) -> ZoneInfo:
        """The organisation's time zone."""
        return ZoneInfo(self.organisation.zone)

    @property
    def number(self) -> str:
        """What the measure's events call them; empty for the service itself."""
        return self.person.number if self.person is not None else ""

    @cached_property
    def roles(self) -> frozenset[Role]:
        """The roles they have."""
        return frozenset(g.role for g in self.grants)

    def may(self, permission: Permission) -> bool:
        """Whether they may do it at all; how far is `sight`."""
        return self.person is None or bool(self.roles & permission.roles)

    def sight(self, permission: Permission) -> Sight:
        """How far a permission reaches for them."""
        if self.person is None:
            return Sight(True, frozenset(), True)
        units: set[int] = set()
        own = everything = False
        for grant in self.grants:
            if grant.role not in permission.roles:
                continue
            own = True
            if grant.reach is Reach.ORGANISATION:
                everything = True
            elif grant.reach is Reach.UNIT and grant.unit_id is not None:
                units |= self._below(grant.unit_id)
        return Sight(everything, frozenset(units), own)

    def _below(self, unit_id: int) -> frozenset[int]:
        """A unit and all below it."""
        if not self._units:
            children: dict[int | None, list[int]] = defaultdict(list)
            for id_, parent in Unit.objects.values_list("id", "parent_id"):
                children[parent].append(id_)

            def below(top: int) -> frozenset[int]:
                found = {top}.union(*(below(c) for c in children[top]))
                return frozenset(found)

            for top in [i for ids in list(children.values()) for i in ids]:
                self._units[top] = below(top)
        return self._units.get(unit_id, frozenset({unit_id}))
