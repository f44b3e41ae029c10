"""Units, people, posts, roles, territories, rosters."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shouwen.service.tenancy.models import TenantModel, labelled


class UnitKind(models.TextChoices):
    """What a unit is."""

    COMPANY = "company", _("Company")
    DEPARTMENT = "department", _("Department")
    STATION = "station", _("Service station")
    HALL = "hall", _("Business hall")
    HOTLINE = "hotline", _("Hotline")
    WAREHOUSE = "warehouse", _("Warehouse")
    BRANCH = "branch", _("Branch")


class Unit(TenantModel):
    """A part of the organisation. `code` is what the measure's events call it."""

    code = models.CharField(_("code"), max_length=40)
    name = models.CharField(_("name"), max_length=100)
    name_en = models.CharField(_("English name"), max_length=100, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=UnitKind)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "code"], name="unit_code"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the language of the page."""
        return labelled(self.name, self.name_en)


class Person(TenantModel):
    """Someone who works for the organisation. `number` is what the measure's events call them."""

    number = models.CharField(_("staff number"), max_length=40)
    name = models.CharField(_("name"), max_length=100)
    name_en = models.CharField(_("English name"), max_length=100, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="people")
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="person",
    )
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "number"], name="person_number"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the language of the page."""
        return labelled(self.name, self.name_en)


class Holding(TenantModel):
    """Someone held a post of the measure ("chief") in a unit, from a day until a day (both in).

    `until` None: still does. The measure hears of it as `post.held`.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="holdings")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="holdings")
    post = models.CharField(_("post"), max_length=40)
    since = models.DateField(_("from"))
    until = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["since"]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "unit", "post"], name="holding_unit_post"),
        ]


class Role(models.TextChoices):
    """What someone does for the organisation; permissions are given to roles."""

    OPERATOR = "operator", _("Hotline operator")
    CLERK = "clerk", _("Hall clerk")
    TECHNICIAN = "technician", _("Technician")
    DISPATCHER = "dispatcher", _("Dispatcher")
    QUALITY = "quality", _("Quality office")
    HEAD = "head", _("Head of unit")
    EXECUTIVE = "executive", _("Executive")
    DRAFTER = "drafter", _("Drafter of the measure")
    CHANNEL = "channel", _("Channel manager")
    AGENT = "agent", _("Agent")
    EMPLOYEE = "employee", _("Employee")
    ADMINISTRATOR = "administrator", _("Administrator")


class Reach(models.TextChoices):
    """How far a role reaches."""

    OWN = "own", _("Own work")
    UNIT = "unit", _("The unit and those below it")
    ORGANISATION = "organisation", _("The whole organisation")


class RoleGrant(TenantModel):
    """Someone has a role, reaching so far, from a day until a day (both in; None: no bound).

    Who has one on a day is asked by `organisations.roles`.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(_("role"), max_length=20, choices=Role)
    reach = models.CharField(_("reach"), max_length=20, choices=Reach, default=Reach.OWN)
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    since = models.DateField(_("from"), null=True, blank=True)
    until = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "person", "role", "unit"],
                                    name="grant_once", nulls_distinct=False,
                                    violation_error_message=_(
                                        "They have this role already; change that one.")),
            models.CheckConstraint(
                condition=Q(since=None) | Q(until=None) | Q(until__gte=models.F("since")),
                name="grant_order", violation_error_message=_("The role ends before it begins."),
            ),
            models.CheckConstraint(
                condition=~Q(reach=Reach.UNIT) | Q(unit__isnull=False), name="grant_unit_named"
            ),
        ]  # fmt: skip


class Territory(TenantModel):
    """A part of the area served. `area` is what the measure distinguishes (城区, 农村)."""

    code = models.CharField(_("code"), max_length=40)
    name = models.CharField(_("name"), max_length=100)
    name_en = models.CharField(_("English name"), max_length=100, blank=True)
    area = models.CharField(_("area"), max_length=20)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="territories")
    keywords = models.TextField(
        _("words of addresses"), blank=True,
        help_text=_("Street and village names, one a line; an address with one of them lies here."),
    )  # fmt: skip
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering: ClassVar = ["code"]
        verbose_name_plural = "territories"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "code"], name="territory_code"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the language of the page."""
        return labelled(self.name, self.name_en)


class TerritoryTechnician(TenantModel):
    """Who works in a territory; those with the lowest rank are asked first."""

    territory = models.ForeignKey(Territory, on_delete=models.CASCADE, related_name="technicians")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="territories")
    rank = models.PositiveSmallIntegerField(_("rank"), default=1)

    class Meta:
        ordering: ClassVar = ["rank"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "territory", "person"],
                                    name="technician_once"),
        ]  # fmt: skip


class DutyKind(models.TextChoices):
    """What someone is on duty for."""

    HOTLINE = "hotline", _("Hotline")
    HALL = "hall", _("Business hall")
    NIGHT = "night", _("Night duty")
    WAREHOUSE = "warehouse", _("Warehouse")
    EXECUTIVE = "executive", _("Executive on rota")
    DIRECTOR = "director", _("Duty director")
    RECEPTION = "reception", _("Leader's reception day")
    TECHNICIAN = "technician", _("Standby technician")


class RosterShift(TenantModel):
    """Someone is on duty from an instant until an instant (not included)."""

    kind = models.CharField(_("kind"), max_length=20, choices=DutyKind)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="shifts")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="shifts")
    starts = models.DateTimeField(_("starts"))
    ends = models.DateTimeField(_("ends"))
    arrived_at = models.DateTimeField(_("arrived at"), null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["starts"]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "kind", "starts"], name="shift_kind_starts"),
            models.Index(fields=["organisation", "person", "starts"], name="shift_person_starts"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ends__gt=models.F("starts")), name="shift_ends"),
        ]


class SpecialTime(TenantModel):
    """Days declared special (a festival, an emergency), on which longer hours apply."""

    first = models.DateField(_("first day"))
    last = models.DateField(_("last day"))
    reason = models.CharField(_("reason"), max_length=200)

    class Meta:
        ordering: ClassVar = ["first"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(last__gte=models.F("first")), name="special_order"),
        ]


class EscalationStage(models.TextChoices):
    """When someone is told of a clock."""

    AMBER = "amber", _("About to expire")
    DUE = "due", _("Expired")


class EscalationTo(models.TextChoices):
    """Who is told of a clock."""

    BEARER = "bearer", _("Who has to do it")
    UNIT_HEAD = "unit_head", _("Head of the unit")
    DISPATCHER = "dispatcher", _("Dispatchers")
    QUALITY = "quality", _("Quality office")
    EXECUTIVE = "executive", _("Executives")
    PERSON = "person", _("A named person")


class EscalationRule(TenantModel):
    """Whom the organisation wants told, before and when a clock expires. `rule`: of which duty
    of the measure; empty for all."""

    stage = models.CharField(_("when"), max_length=10, choices=EscalationStage)
    to = models.CharField(_("whom"), max_length=20, choices=EscalationTo)
    rule = models.CharField(_("duty"), max_length=60, blank=True)
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
