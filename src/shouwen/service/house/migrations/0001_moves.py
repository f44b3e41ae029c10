import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import shouwen.service.tenancy.scope


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("organisations", "0001_initial"),
        ("tenancy", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Move",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("on", models.DateField(verbose_name="from")),
                ("recorded_at", models.DateTimeField(verbose_name="recorded at")),
                (
                    "left",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.unit",
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="moves",
                        to="organisations.person",
                    ),
                ),
            ],
            options={
                "ordering": ["on", "id"],
                "indexes": [
                    models.Index(fields=["organisation", "person", "on"], name="move_person_on")
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="move",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="35e7f8c58138a966f603d0124f0d49d5f1fce105",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_9f18a",
                    table="house_move",
                    when="BEFORE",
                ),
            ),
        ),
    ]
