"""Duties at the booth; meetings in rooms, which hold so many people."""

import django.db.models.deletion
from django.db import migrations, models

PLACES = [
    ("table", "at a table"),
    ("stand", "at the stand"),
    ("online", "on line"),
    ("room", "in a room"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("meetings", "0005_rules_may_be_empty"),
    ]

    operations = [
        migrations.AddField(
            model_name="resource",
            name="seats",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="meeting",
            name="place",
            field=models.CharField(choices=PLACES, max_length=6),
        ),
        migrations.AlterField(
            model_name="request",
            name="place",
            field=models.CharField(choices=PLACES, default="table", max_length=6),
        ),
        migrations.CreateModel(
            name="BoothDuty",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("may_meet", models.BooleanField(default=False)),
                ("note", models.CharField(blank=True, max_length=200)),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="booth_duties",
                        to="meetings.participant",
                    ),
                ),
            ],
            options={
                "ordering": ["starts_at", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("participant", "starts_at"), name="booth_duty_once"),
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                        name="booth_duty_ends_after_start",
                    ),
                ],
            },
        ),
    ]
