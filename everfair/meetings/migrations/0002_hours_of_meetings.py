"""The hours of meetings, day by day, as the organiser typed them."""

from django.db import migrations

import everfair.base.languages


class Migration(migrations.Migration):
    dependencies = [("meetings", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="meetingrules",
            name="hours",
            field=everfair.base.languages.UnescapedJSONField(default=dict),
        ),
    ]
