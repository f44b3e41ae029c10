"""Customers are found by a function of the database, and by their other phone with an index."""

from django.db import migrations, models

from shouwen.service.tenancy.finding import finder


class Migration(migrations.Migration):
    dependencies = [("contacts", "0001_initial")]

    operations = [
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(fields=["organisation", "other_phone"], name="customer_other_phone"),
        ),
        migrations.RunSQL(
            finder("customers_found", "contacts_customer", "id"),
            "DROP FUNCTION customers_found(text, integer)",
        ),
    ]
