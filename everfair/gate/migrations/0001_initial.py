import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import everfair.base.languages


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("fair", "0001_initial"),
        ("registration", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Zone",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="zones", to="fair.edition"
                    ),
                ),
                ("code", models.SlugField(max_length=20)),
                ("name", everfair.base.languages.WordsField(blank=True, default=dict, max_length=120)),
                (
                    "area",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="fair.area",
                    ),
                ),
                ("most", models.PositiveIntegerField(blank=True, null=True)),
                ("inside", models.PositiveIntegerField(default=0)),
                ("allows_return", models.BooleanField(default=True)),
                ("counts_exits", models.BooleanField(default=True)),
                ("opens_at", models.DateTimeField(blank=True, null=True)),
                ("closes_at", models.DateTimeField(blank=True, null=True)),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("version", models.PositiveIntegerField(default=1)),
                ("kinds", models.ManyToManyField(blank=True, related_name="zones", to="fair.badgekind")),
            ],
            options={
                "ordering": ["position", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("edition", "code"), name="zone_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("most", None), ("inside__lte", models.F("most")), _connector="OR"
                        ),
                        name="zone_not_over_full",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Device",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="gate_devices",
                        to="fair.edition",
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                (
                    "zone",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="devices",
                        to="gate.zone",
                    ),
                ),
                ("pair_digest", models.CharField(blank=True, db_index=True, max_length=64)),
                ("pair_until", models.DateTimeField(blank=True, null=True)),
                ("secret_digest", models.CharField(blank=True, db_index=True, max_length=64)),
                ("paired_at", models.DateTimeField(blank=True, null=True)),
                ("shut_out_at", models.DateTimeField(blank=True, null=True)),
                ("last_seen_at", models.DateTimeField(blank=True, null=True)),
                ("waiting_scans", models.PositiveIntegerField(default=0)),
                ("clock_offset", models.IntegerField(default=0)),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Scan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="scans", to="fair.edition"
                    ),
                ),
                (
                    "device",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="scans", to="gate.device"
                    ),
                ),
                ("number", models.BigIntegerField()),
                (
                    "zone",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="scans", to="gate.zone"
                    ),
                ),
                (
                    "direction",
                    models.CharField(choices=[("in", "in"), ("out", "out")], default="in", max_length=3),
                ),
                (
                    "badge",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="scans",
                        to="registration.badge",
                    ),
                ),
                (
                    "registration",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="scans",
                        to="registration.registration",
                    ),
                ),
                ("code", models.CharField(blank=True, max_length=300)),
                ("scanned_at", models.DateTimeField()),
                ("received_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("was_offline", models.BooleanField(default=False)),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("admitted", "let in"),
                            ("left", "let out"),
                            ("refused", "not let in"),
                            ("conflict", "let in off line, to be looked at"),
                        ],
                        max_length=8,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=20)),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                ("undone_by_number", models.BigIntegerField(blank=True, null=True)),
                ("looked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "looked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-scanned_at", "-id"],
                "indexes": [
                    models.Index(fields=["edition", "-scanned_at"], name="scan_time"),
                    models.Index(fields=["zone", "-scanned_at"], name="scan_zone"),
                    models.Index(fields=["registration", "-scanned_at"], name="scan_person"),
                    models.Index(
                        condition=models.Q(("looked_at", None), ("undone_at", None), ("verdict", "conflict")),
                        fields=["edition"],
                        name="scan_to_look_at",
                    ),
                ],
                "constraints": [models.UniqueConstraint(fields=("device", "number"), name="scan_once")],
            },
        ),
        migrations.CreateModel(
            name="Presence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "zone",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="presences", to="gate.zone"
                    ),
                ),
                (
                    "registration",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="presences",
                        to="registration.registration",
                    ),
                ),
                ("since", models.DateTimeField()),
                (
                    "scan",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="gate.scan",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("zone", "registration"), name="presence_once")
                ],
            },
        ),
    ]
