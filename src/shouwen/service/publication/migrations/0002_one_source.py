"""How promises were kept is counted in one place, the days of assessment."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("publication", "0001_initial")]

    operations = [
        migrations.DeleteModel(name="Count"),
        migrations.DeleteModel(name="Share"),
    ]
