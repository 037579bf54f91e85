"""Whether a visitor agreed to stand in the firms' list of wishes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("meetings", "0002_hours_of_meetings")]

    operations = [
        migrations.AddField(
            model_name="participant", name="is_listed", field=models.BooleanField(default=False)
        ),
    ]
