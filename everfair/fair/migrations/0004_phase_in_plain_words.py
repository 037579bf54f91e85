"""The phase after the days is called "open all year"; the stored value stays."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("fair", "0003_place_no_overlap")]

    operations = [
        migrations.AlterField(
            model_name="edition",
            name="phase",
            field=models.CharField(
                choices=[
                    ("draft", "draft"),
                    ("announced", "announced"),
                    ("open", "open for exhibitors"),
                    ("live", "live"),
                    ("evergreen", "open all year"),
                    ("archived", "archived"),
                ],
                default="draft",
                max_length=12,
            ),
        ),
    ]
