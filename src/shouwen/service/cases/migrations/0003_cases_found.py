"""Cases are found by a function of the database, which may use the index (see `search`)."""

from django.db import migrations

from shouwen.service.tenancy.finding import finder


class Migration(migrations.Migration):
    dependencies = [("cases", "0002_alter_case_state")]

    operations = [
        migrations.RunSQL(
            finder("cases_found", "cases_case", "opened_at"),
            "DROP FUNCTION cases_found(text, integer)",
        )
    ]
