import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import everfair.base.codes
import everfair.base.languages


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("exhibition", "0001_initial"),
        ("registration", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="LeadQuestion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "exhibitor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lead_questions",
                        to="exhibition.exhibitor",
                    ),
                ),
                ("code", models.CharField(default=everfair.base.codes.new_code, max_length=12)),
                ("label", everfair.base.languages.WordsField(blank=True, default=dict, max_length=200)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("choice", "one of several"),
                            ("many", "several"),
                            ("text", "text"),
                            ("number", "number"),
                        ],
                        default="text",
                        max_length=6,
                    ),
                ),
                ("options", everfair.base.languages.UnescapedJSONField(default=list)),
                ("is_required", models.BooleanField(default=False)),
                ("is_retired", models.BooleanField(default=False)),
                ("position", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "ordering": ["position", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("exhibitor", "code"), name="lead_question_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Lead",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "exhibitor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="leads",
                        to="exhibition.exhibitor",
                    ),
                ),
                (
                    "registration",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="leads",
                        to="registration.registration",
                    ),
                ),
                ("code", models.CharField(default=everfair.base.codes.new_code, max_length=12, unique=True)),
                (
                    "interest",
                    models.CharField(
                        blank=True, choices=[("hot", "hot"), ("warm", "warm"), ("cold", "cold")], max_length=4
                    ),
                ),
                ("note", models.TextField(blank=True, max_length=4000)),
                ("follow_up_on", models.DateField(blank=True, null=True)),
                ("answers", everfair.base.languages.UnescapedJSONField(default=dict)),
                (
                    "taken_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("taken_at", models.DateTimeField()),
                ("is_shared", models.BooleanField(default=False)),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                ("expires_on", models.DateField()),
                ("told_at", models.DateTimeField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ["-taken_at", "-id"],
                "indexes": [models.Index(fields=["expires_on"], name="lead_expiry")],
                "constraints": [
                    models.UniqueConstraint(fields=("exhibitor", "registration"), name="lead_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="LeadScan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "exhibitor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lead_scans",
                        to="exhibition.exhibitor",
                    ),
                ),
                (
                    "lead",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="scans",
                        to="leads.lead",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("key", models.CharField(max_length=64)),
                ("scanned_at", models.DateTimeField()),
                ("received_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("was_offline", models.BooleanField(default=False)),
                ("refusal", models.CharField(blank=True, max_length=20)),
                ("digest", models.CharField(blank=True, max_length=64)),
                ("differs", everfair.base.languages.UnescapedJSONField(blank=True, default=dict)),
            ],
            options={
                "ordering": ["-scanned_at", "-id"],
                "constraints": [models.UniqueConstraint(fields=("exhibitor", "key"), name="lead_scan_once")],
            },
        ),
    ]
