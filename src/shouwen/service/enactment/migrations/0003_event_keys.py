"""Events are found by what they are about through a table of keys, which an index may serve."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import shouwen.service.tenancy.scope

FILL = """
INSERT INTO enactment_eventkey (organisation_id, key, event_id, at, alone)
SELECT e.organisation_id, k.key, e.id, e.at,
       NOT EXISTS (SELECT 1 FROM unnest(e.keys) AS c (key) WHERE c.key LIKE 'case:%')
FROM enactment_event e, unnest(e.keys || e.people) AS k (key)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("enactment", "0002_longer_texts"),
        ("organisations", "0001_initial"),
        ("tenancy", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="EventKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=120)),
                ("at", models.DateTimeField()),
                ("alone", models.BooleanField()),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="named",
                        to="enactment.event",
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
            ],
        ),
        migrations.RemoveIndex(
            model_name="event",
            name="event_keys",
        ),
        migrations.RemoveIndex(
            model_name="event",
            name="event_people",
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["organisation", "-at", "-uid"], name="event_newest"),
        ),
        migrations.AddIndex(
            model_name="eventkey",
            index=models.Index(fields=["organisation", "key", "at"], name="event_key"),
        ),
        migrations.AddIndex(
            model_name="eventkey",
            index=models.Index(
                condition=models.Q(("alone", True)),
                fields=["organisation", "key"],
                name="event_key_alone",
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        pgtrigger.migrations.AddTrigger(
            model_name="eventkey",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="ac2b290a5aeabd7e42681d7ad50c247a1dd12ede",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_da4a2",
                    table="enactment_eventkey",
                    when="BEFORE",
                ),
            ),
        ),
    ]
