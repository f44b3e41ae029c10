import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import shouwen.service.tenancy.scope


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("cases", "0003_cases_found"),
        ("contacts", "0002_customers_found"),
        ("organisations", "0001_initial"),
        ("tenancy", "0001_initial"),
        ("workorders", "0003_open_work"),
    ]

    operations = [
        migrations.CreateModel(
            name="Complaint",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=40, verbose_name="number")),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("service", "Service hotline"),
                            ("complaint", "Complaint phone"),
                            ("counter", "In person"),
                            ("web", "Web"),
                            ("book", "Opinion book"),
                            ("box", "Opinion box"),
                            ("media", "Media"),
                            ("superior", "Superior body"),
                            ("staff", "Colleague"),
                        ],
                        max_length=10,
                        verbose_name="channel",
                    ),
                ),
                (
                    "accepted",
                    models.CharField(
                        choices=[
                            ("office", "Quality office"),
                            ("executive", "Executive"),
                            ("unit", "A unit"),
                        ],
                        max_length=10,
                        verbose_name="accepted by",
                    ),
                ),
                ("words", models.TextField(verbose_name="what was complained of")),
                (
                    "happened_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="when it happened"),
                ),
                ("written_on", models.DateField(blank=True, null=True, verbose_name="written on")),
                (
                    "source",
                    models.CharField(blank=True, max_length=200, verbose_name="where it stood"),
                ),
                ("received_at", models.DateTimeField(verbose_name="received at")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("new", "Received"),
                            ("reported", "Reported to the leader"),
                            ("running", "Being looked into"),
                            ("judged", "To be answered"),
                            ("answered", "Answered"),
                            ("closed", "On file"),
                            ("withdrawn", "Withdrawn"),
                            ("duplicate", "Told before"),
                        ],
                        default="new",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "—"),
                            ("verified", "Verified"),
                            ("partly", "Verified in part"),
                            ("unverified", "Not verified"),
                        ],
                        default="",
                        max_length=10,
                        verbose_name="result",
                    ),
                ),
                ("urgent_at", models.DateTimeField(verbose_name="urgent since")),
                (
                    "promised_at",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="reply promised until"
                    ),
                ),
                ("round", models.PositiveSmallIntegerField(default=1, verbose_name="round")),
                (
                    "closed_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="closed at"),
                ),
                (
                    "case",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="complaint",
                        to="cases.case",
                    ),
                ),
                (
                    "investigator",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="investigations",
                        to="organisations.person",
                    ),
                ),
                (
                    "leader",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.person",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        default=shouwen.service.tenancy.scope.current_organisation_id,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.organisation",
                    ),
                ),
                (
                    "received_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="complaints_taken",
                        to="organisations.person",
                    ),
                ),
                (
                    "same_as",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="duplicates",
                        to="complaints.complaint",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="complaints",
                        to="organisations.unit",
                    ),
                ),
            ],
            options={
                "ordering": ["-received_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="Complainant",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=100, verbose_name="name")),
                ("phone", models.CharField(blank=True, max_length=30, verbose_name="phone")),
                ("address", models.CharField(blank=True, max_length=300, verbose_name="address")),
                ("at", models.DateTimeField(verbose_name="at")),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contacts.customer",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        default=shouwen.service.tenancy.scope.current_organisation_id,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.organisation",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.person",
                    ),
                ),
                (
                    "complaint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="complainants",
                        to="complaints.complaint",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Concern",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("agent", models.CharField(blank=True, max_length=100, verbose_name="agent")),
                ("at", models.DateTimeField(verbose_name="at")),
                (
                    "case",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.case",
                    ),
                ),
                (
                    "complaint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="concerns",
                        to="complaints.complaint",
                    ),
                ),
                (
                    "drops",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="dropped_by",
                        to="complaints.concern",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        default=shouwen.service.tenancy.scope.current_organisation_id,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.organisation",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.person",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.unit",
                    ),
                ),
                (
                    "work_order",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="workorders.workorder",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Evidence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "file",
                    models.FileField(blank=True, upload_to="evidence/%Y/%m/", verbose_name="file"),
                ),
                ("title", models.CharField(max_length=200, verbose_name="what it is")),
                ("words", models.TextField(blank=True, verbose_name="record in words")),
                ("hash", models.CharField(blank=True, max_length=64)),
                ("at", models.DateTimeField(verbose_name="at")),
                (
                    "complaint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evidence",
                        to="complaints.complaint",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        default=shouwen.service.tenancy.scope.current_organisation_id,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.organisation",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.person",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Finding",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("round", models.PositiveSmallIntegerField(verbose_name="round")),
                ("agent", models.CharField(blank=True, max_length=100, verbose_name="agent")),
                ("norm", models.CharField(max_length=30, verbose_name="clause")),
                ("occurred", models.DateTimeField(verbose_name="time of the act")),
                ("event", models.CharField(blank=True, max_length=60)),
                ("facts", models.JSONField(default=dict, verbose_name="facts")),
                (
                    "complaint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="findings",
                        to="complaints.complaint",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        default=shouwen.service.tenancy.scope.current_organisation_id,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.organisation",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.person",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.unit",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Step",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("received", "Complaint received"),
                            ("concern", "Named as concerned"),
                            ("dropped", "No longer concerned"),
                            ("reported", "Reported to a leader"),
                            ("assigned", "Someone is to look into it"),
                            ("promised", "Reply promised"),
                            ("note", "Inner note"),
                            ("asked", "Asked for their side"),
                            ("statement", "Statement"),
                            ("evidence", "Evidence added"),
                            ("verdict", "Result"),
                            ("replied", "Complainant answered"),
                            ("apologised", "Apology made"),
                            ("rewarded", "Reward given"),
                            ("identity", "Complainant corrected"),
                            ("withdrawn", "Withdrawn by the complainant"),
                            ("repeated", "Complained again"),
                            ("duplicate", "Joined to an earlier complaint"),
                            ("reopened", "Taken up again"),
                            ("closed", "Put on file"),
                        ],
                        max_length=12,
                        verbose_name="what",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="at")),
                ("words", models.TextField(blank=True, verbose_name="words")),
                ("data", models.JSONField(default=dict, verbose_name="details")),
                (
                    "about",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.person",
                    ),
                ),
                (
                    "complaint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="complaints.complaint",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        default=shouwen.service.tenancy.scope.current_organisation_id,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.organisation",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.person",
                    ),
                ),
            ],
            options={
                "ordering": ["at", "id"],
            },
        ),
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(
                fields=["organisation", "-received_at", "-id"], name="complaint_received"
            ),
        ),
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(
                condition=models.Q(
                    ("state__in", ["new", "reported", "running", "judged", "answered"])
                ),
                fields=["organisation", "urgent_at", "id"],
                name="complaint_urgent",
            ),
        ),
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(
                fields=["organisation", "unit", "-received_at"], name="complaint_unit"
            ),
        ),
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(
                fields=["organisation", "investigator", "-received_at"], name="complaint_mine"
            ),
        ),
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(fields=["organisation", "received_by"], name="complaint_taken"),
        ),
        migrations.AddConstraint(
            model_name="complaint",
            constraint=models.UniqueConstraint(
                fields=("organisation", "number"), name="complaint_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="complaint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("same_as", None),
                    models.Q(("same_as", models.F("id")), _negated=True),
                    _connector="OR",
                ),
                name="complaint_not_itself",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="complaint",
            trigger=pgtrigger.compiler.Trigger(
                name="kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="6c3ab5e4b2870c8904f128c40380ff643fc22534",
                    operation="DELETE",
                    pgid="pgtrigger_kept_5abf1",
                    table="complaints_complaint",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="complaint",
            trigger=pgtrigger.compiler.Trigger(
                name="words_stand",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."organisation_id" IS DISTINCT FROM (NEW."organisation_id") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."way" IS DISTINCT FROM (NEW."way") OR OLD."accepted" IS DISTINCT FROM (NEW."accepted") OR OLD."words" IS DISTINCT FROM (NEW."words") OR OLD."happened_at" IS DISTINCT FROM (NEW."happened_at") OR OLD."written_on" IS DISTINCT FROM (NEW."written_on") OR OLD."source" IS DISTINCT FROM (NEW."source") OR OLD."received_at" IS DISTINCT FROM (NEW."received_at") OR OLD."received_by_id" IS DISTINCT FROM (NEW."received_by_id") OR OLD."case_id" IS DISTINCT FROM (NEW."case_id"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="3cd056ab8259198e0bbc688c60c0400a62dc74d9",
                    operation="UPDATE",
                    pgid="pgtrigger_words_stand_c02dc",
                    table="complaints_complaint",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="complainant",
            index=models.Index(fields=["organisation", "phone"], name="complainant_phone"),
        ),
        migrations.AddIndex(
            model_name="complainant",
            index=models.Index(fields=["organisation", "customer"], name="complainant_customer"),
        ),
        migrations.AddIndex(
            model_name="complainant",
            index=models.Index(fields=["organisation", "person"], name="complainant_person"),
        ),
        migrations.AddIndex(
            model_name="complainant",
            index=models.Index(fields=["organisation", "complaint", "id"], name="complainant_of"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="complainant",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="6dc29584a86e78bc5a595c2c6ecba65f3383a822",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_a1043",
                    table="complaints_complainant",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="concern",
            index=models.Index(fields=["organisation", "complaint"], name="concern_of"),
        ),
        migrations.AddIndex(
            model_name="concern",
            index=models.Index(
                fields=["organisation", "person", "complaint"], name="concern_person"
            ),
        ),
        migrations.AddIndex(
            model_name="concern",
            index=models.Index(fields=["organisation", "case"], name="concern_case"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="concern",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="3154ee4b4f1f266d9d6b8911addcb56273361d92",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_ffc45",
                    table="complaints_concern",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="evidence",
            index=models.Index(fields=["organisation", "complaint"], name="evidence_of"),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("file", ""), _negated=True),
                    models.Q(("words", ""), _negated=True),
                    _connector="OR",
                ),
                name="evidence_something",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="evidence",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="b81fd080863cc6c5a1be34a83cb21bddb724cdd1",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_8ff85",
                    table="complaints_evidence",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="finding",
            index=models.Index(fields=["organisation", "complaint"], name="complaint_finding"),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.UniqueConstraint(
                fields=(
                    "organisation",
                    "complaint",
                    "round",
                    "person",
                    "unit",
                    "agent",
                    "norm",
                    "occurred",
                ),
                name="complaint_finding_once",
                nulls_distinct=False,
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="finding",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="3e2404b9ddf38dbc4a8d2d97f134bf2b5d1433bb",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_1cc2a",
                    table="complaints_finding",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="step",
            index=models.Index(fields=["organisation", "complaint", "at"], name="complaint_step"),
        ),
        migrations.AddIndex(
            model_name="step",
            index=models.Index(
                condition=models.Q(("kind", "asked")),
                fields=["organisation", "about", "complaint"],
                name="complaint_step_about",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="step",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="93e93f9a387f220b1ab5b0eda04729402fca7a42",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_d4d11",
                    table="complaints_step",
                    when="BEFORE",
                ),
            ),
        ),
    ]
