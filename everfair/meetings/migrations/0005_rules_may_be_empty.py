"""Hours, ways and languages of the rules may be empty: each is said in its own time."""

from django.db import migrations

import everfair.base.languages


class Migration(migrations.Migration):
    dependencies = [
        ("meetings", "0004_meetings_dropped_by_a_later_run"),
    ]

    operations = [
        migrations.AlterField(
            model_name="meetingrules",
            name="hours",
            field=everfair.base.languages.UnescapedJSONField(blank=True, default=dict),
        ),
        migrations.AlterField(
            model_name="meetingrules",
            name="languages",
            field=everfair.base.languages.UnescapedJSONField(blank=True, default=list),
        ),
        migrations.AlterField(
            model_name="meetingrules",
            name="walking",
            field=everfair.base.languages.UnescapedJSONField(blank=True, default=dict),
        ),
    ]
