"""Pages, their versions and steps; figures counted and figures released."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shouwen.service.audit.models import append_only
from shouwen.service.organisations.models import Person
from shouwen.service.tenancy.models import AppendOnlyModel, TenantModel, labelled


class Audience(models.TextChoices):
    """For whom a page is."""

    PUBLIC = "public", _("Everyone")
    STAFF = "staff", _("Those who work here")


class PageState(models.TextChoices):
    """Where a page stands."""

    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    WITHDRAWN = "withdrawn", _("Taken down")


class Page(TenantModel):
    """Something that must be public, or is: who owns it, by when, for how long.

    `due_on`: the day until whose end it must be there for the first time. `renew_months`: it must
    be renewed so many months after it was published; None: never. `expires_on`: the last day of
    what is published. What is published is `published`; later versions are drafts.
    """

    slug = models.SlugField(_("address"), max_length=60)
    title = models.CharField(_("title"), max_length=120)
    title_en = models.CharField(_("English title"), max_length=200, blank=True)
    audience = models.CharField(
        _("for whom"), max_length=10, choices=Audience, default=Audience.PUBLIC
    )
    owner = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="pages",
        verbose_name=_("owner"),
    )  # fmt: skip
    due_on = models.DateField(_("must be there by"), null=True, blank=True)
    renew_months = models.PositiveSmallIntegerField(
        _("renewed after months"), null=True, blank=True
    )
    state = models.CharField(_("state"), max_length=10, choices=PageState, default=PageState.DRAFT)
    published = models.ForeignKey(
        "Version", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    expires_on = models.DateField(_("good until"), null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["slug"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "slug"], name="page_slug"),
            models.CheckConstraint(
                condition=~Q(state=PageState.PUBLISHED) | Q(published__isnull=False),
                name="page_published_version",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "owner"], name="page_owner"),
            models.Index(fields=["organisation", "state", "audience"], name="page_state"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The title in the language of the page."""
        return labelled(self.title, self.title_en)


class PageNorm(TenantModel):
    """A norm of the measure that a page meets."""

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="norms")
    norm = models.CharField(max_length=30)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "page", "norm"], name="page_norm_once")
        ]
        indexes: ClassVar = [models.Index(fields=["organisation", "norm"], name="page_norm")]


class Version(AppendOnlyModel):
    """A text of a page as someone wrote it, why, and what of the measure it rests on.

    `figures`: facts that the measure asks for on publishing, in its own words, as plain values:
    `once` by norm, `rows` as a list (`sheets.Row`). `lines`: a list of results, names already
    masked. `promises`: ids of duties whose keeping is shown. `basis`: see `promises.basis`.
    """

    page = models.ForeignKey(Page, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    title = models.CharField(_("title"), max_length=120)
    title_en = models.CharField(_("English title"), max_length=200, blank=True)
    text = models.TextField(_("text"))
    text_en = models.TextField(_("English text"), blank=True)
    figures = models.JSONField(default=dict)
    lines = models.JSONField(default=list)
    promises = models.JSONField(default=list)
    basis = models.JSONField(default=dict)
    why = models.CharField(_("why"), max_length=300)
    written_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    written_at = models.DateTimeField(_("written at"))

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "page", "number"], name="version_number"
            ),
        ]
        triggers: ClassVar = append_only()

    @property
    def label(self) -> str:
        """The title in the language of the page."""
        return labelled(self.title, self.title_en)

    @property
    def words(self) -> str:
        """The text in the language of the page; the Chinese one where there is no other."""
        return labelled(self.text, self.text_en)


class StepKind(models.TextChoices):
    """What was done with a page."""

    PLANNED = "planned", _("planned")
    ARRANGED = "arranged", _("arranged anew")
    WRITTEN = "written", _("written")
    PUBLISHED = "published", _("published")
    WITHDRAWN = "withdrawn", _("withdrawn")
    LOOKED = "looked", _("looked at on the spot")


class PageStep(AppendOnlyModel):
    """Something that was done with a page: who, when, why."""

    page = models.ForeignKey(Page, on_delete=models.PROTECT, related_name="steps")
    version = models.ForeignKey(
        Version, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    kind = models.CharField(max_length=10, choices=StepKind)
    at = models.DateTimeField()
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    why = models.CharField(max_length=300, blank=True)
    data = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar = ["-at", "-id"]
        indexes: ClassVar = [models.Index(fields=["organisation", "page", "-at"], name="page_step")]
        triggers: ClassVar = append_only()


class Span(models.TextChoices):
    """What a release is about."""

    MONTH = "month", _("Month")
    QUARTER = "quarter", _("Quarter")


class Release(AppendOnlyModel):
    """Figures as someone released them to the public; a correction is a release with a higher
    number. `rows`: rule, norm, kept, missed, excused, unknown, as they were counted then."""

    span = models.CharField(_("of"), max_length=10, choices=Span)
    first = models.DateField(_("first day"))
    last = models.DateField(_("last day"))
    number = models.PositiveIntegerField(_("number"))
    rows = models.JSONField(default=list)
    why = models.CharField(_("why"), max_length=300, blank=True)
    released_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    released_at = models.DateTimeField(_("released at"))

    class Meta:
        ordering: ClassVar = ["-first", "-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "span", "first", "number"], name="release_number"
            ),
        ]
        triggers: ClassVar = append_only()
