"""Another time proposed for an agreed meeting; whom firms may ask, as the organiser says."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("fair", "0001_initial"),
        ("meetings", "0006_duties_at_the_booth_and_rooms"),
    ]

    operations = [
        migrations.CreateModel(
            name="FirmRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "reach",
                    models.CharField(
                        choices=[
                            ("nobody", "nobody: firms only answer"),
                            ("listed", "visitors who agreed to be found"),
                            (
                                "known",
                                "them, and those the firm knows: who share their contact, asked it or met it",
                            ),
                            ("registered", "every registered visitor, by name"),
                        ],
                        default="known",
                        max_length=10,
                    ),
                ),
                ("most_sent", models.PositiveIntegerField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "edition",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="firm_rule",
                        to="fair.edition",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="MoveProposal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "side",
                    models.CharField(
                        choices=[("asker", "who asked"), ("asked", "who was asked")], max_length=5
                    ),
                ),
                ("message", models.CharField(blank=True, max_length=500)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "not answered yet"),
                            ("accepted", "accepted"),
                            ("declined", "declined"),
                            ("withdrawn", "taken back"),
                            ("lapsed", "ran out"),
                        ],
                        default="open",
                        max_length=9,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("expires_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="moves",
                        to="meetings.meeting",
                    ),
                ),
                (
                    "proposer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="meetings.participant",
                    ),
                ),
                ("slots", models.ManyToManyField(related_name="+", to="meetings.slot")),
                (
                    "was",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="meetings.slot"
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [models.Index(fields=["state", "expires_at"], name="move_expiry")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")), fields=("meeting",), name="move_open_once"
                    )
                ],
            },
        ),
    ]
