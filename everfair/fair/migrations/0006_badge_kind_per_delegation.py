from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("fair", "0005_badge_kind_rules"),
    ]

    operations = [
        migrations.AddField(
            model_name="badgekind",
            name="per_delegation",
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
    ]
