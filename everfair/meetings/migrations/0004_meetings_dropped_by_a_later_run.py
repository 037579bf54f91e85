"""Whether a later run dropped a meeting: its two may be brought together again, unlike after a cancellation of theirs."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("meetings", "0003_people_who_agree_to_be_listed")]

    operations = [
        migrations.AddField(
            model_name="meeting", name="is_dropped", field=models.BooleanField(default=False)
        ),
    ]
