from django.db import migrations

import everfair.base.languages


class Migration(migrations.Migration):
    dependencies = [("meetings", "0008_musts_are_the_editions_rule")]

    operations = [
        migrations.AddField(
            model_name="meeting",
            name="suggested",
            field=everfair.base.languages.UnescapedJSONField(blank=True, default=None, null=True),
        ),
    ]
