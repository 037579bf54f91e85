import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import everfair.base.codes
import everfair.base.languages


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("base", "0002_initial"),
        ("fair", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Registration",
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
                        related_name="registrations",
                        to="fair.edition",
                    ),
                ),
                (
                    "kind",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="registrations",
                        to="fair.badgekind",
                    ),
                ),
                ("code", models.CharField(default=everfair.base.codes.new_code, max_length=12, unique=True)),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="registrations",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("second_name", models.CharField(blank=True, max_length=120)),
                ("email", models.EmailField(blank=True, max_length=254)),
                ("organisation_name", models.CharField(blank=True, max_length=200)),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="registrations",
                        to="people.organisation",
                    ),
                ),
                (
                    "delegation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="registrations",
                        to="fair.delegation",
                    ),
                ),
                ("job_title", models.CharField(blank=True, max_length=120)),
                ("country", models.CharField(blank=True, max_length=2)),
                ("language", models.CharField(default="en", max_length=10)),
                ("answers", everfair.base.languages.UnescapedJSONField(default=dict)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("requested", "waiting for approval"),
                            ("waiting", "on the waiting list"),
                            ("approved", "approved"),
                            ("declined", "declined"),
                            ("cancelled", "cancelled"),
                        ],
                        default="requested",
                        max_length=10,
                    ),
                ),
                ("reason", models.TextField(blank=True)),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("self", "by the person"),
                            ("invitation", "by invitation"),
                            ("list", "from a list"),
                            ("group", "by a delegation"),
                            ("firm", "by a firm"),
                            ("team", "by the organiser"),
                        ],
                        default="self",
                        max_length=10,
                    ),
                ),
                ("list_name", models.CharField(blank=True, max_length=60)),
                ("external_id", models.CharField(blank=True, max_length=200)),
                (
                    "watch",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "none"),
                            ("vip", "guest of honour"),
                            ("stop", "ask the team before letting in"),
                        ],
                        default="",
                        max_length=4,
                    ),
                ),
                ("watch_note", models.CharField(blank=True, max_length=300)),
                ("secret_digest", models.CharField(blank=True, db_index=True, max_length=64)),
                (
                    "merged_into",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="merged",
                        to="registration.registration",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("registered_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["edition", "state", "-id"], name="registration_state"),
                    models.Index(fields=["edition", "kind", "state"], name="registration_kind"),
                    models.Index(
                        models.F("edition"),
                        django.db.models.functions.text.Lower("email"),
                        name="registration_email",
                    ),
                    models.Index(
                        models.F("edition"),
                        django.db.models.functions.text.Lower("name"),
                        name="registration_name",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("edition"),
                        models.F("kind"),
                        django.db.models.functions.text.Lower("email"),
                        condition=models.Q(
                            models.Q(("email", ""), _negated=True),
                            ("merged_into", None),
                            models.Q(("state__in", ["cancelled", "declined"]), _negated=True),
                        ),
                        name="registration_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("external_id", ""), _negated=True),
                        fields=("edition", "list_name", "external_id"),
                        name="registration_row_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RegistrationInvitation",
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
                        related_name="registration_invitations",
                        to="fair.edition",
                    ),
                ),
                (
                    "kind",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="invitations",
                        to="fair.badgekind",
                    ),
                ),
                (
                    "delegation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="invitations",
                        to="fair.delegation",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="registration_invitations",
                        to="people.organisation",
                    ),
                ),
                ("email", models.EmailField(max_length=254)),
                ("name", models.CharField(blank=True, max_length=120)),
                ("language", models.CharField(default="en", max_length=10)),
                ("secret_digest", models.CharField(max_length=64, unique=True)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("sent_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("expires_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                (
                    "registration",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="invitation",
                        to="registration.registration",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="Consent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "registration",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="consents",
                        to="registration.registration",
                    ),
                ),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("contact", "Exhibitors whose staff scan my badge get my e-mail address."),
                            ("news", "The organiser may send me news of this fair."),
                            ("matching", "My answers may be used to suggest firms and meetings to me."),
                            ("partners", "Partners named by the organiser may write to me."),
                        ],
                        max_length=10,
                    ),
                ),
                ("wording", models.TextField()),
                ("given_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at", None)),
                        fields=("registration", "purpose"),
                        name="consent_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DuplicatePair",
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
                        related_name="duplicate_pairs",
                        to="fair.edition",
                    ),
                ),
                (
                    "first",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="registration.registration",
                    ),
                ),
                (
                    "second",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="registration.registration",
                    ),
                ),
                ("reason", models.CharField(max_length=20)),
                (
                    "verdict",
                    models.CharField(
                        choices=[("open", "open"), ("joined", "joined"), ("different", "two people")],
                        default="open",
                        max_length=10,
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(fields=("first", "second"), name="duplicate_pair_once"),
                    models.CheckConstraint(
                        condition=models.Q(("first__lt", models.F("second"))), name="duplicate_pair_in_order"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RegistrationList",
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
                        related_name="registration_lists",
                        to="fair.edition",
                    ),
                ),
                (
                    "kind",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="fair.badgekind",
                    ),
                ),
                (
                    "delegation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="registration_lists",
                        to="fair.delegation",
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
                ("file_name", models.CharField(max_length=200)),
                ("file_digest", models.CharField(max_length=64)),
                ("name", models.CharField(max_length=60)),
                ("mapping", everfair.base.languages.UnescapedJSONField(default=dict)),
                ("options", everfair.base.languages.UnescapedJSONField(default=dict)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("uploaded", "uploaded"),
                            ("checking", "checking"),
                            ("ready", "ready to apply"),
                            ("applying", "applying"),
                            ("done", "done"),
                            ("failed", "failed"),
                            ("stopped", "stopped"),
                        ],
                        default="uploaded",
                        max_length=10,
                    ),
                ),
                ("rows_total", models.PositiveIntegerField(default=0)),
                ("rows_done", models.PositiveIntegerField(default=0)),
                ("counts", everfair.base.languages.UnescapedJSONField(default=dict)),
                ("problems", everfair.base.languages.UnescapedJSONField(default=list)),
                ("error", models.TextField(blank=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="SigningKey",
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
                        related_name="signing_keys",
                        to="fair.edition",
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("private", models.TextField()),
                ("public", models.CharField(max_length=64)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("retired_at", models.DateTimeField(blank=True, null=True)),
                ("distrusted_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["edition", "number"],
                "constraints": [
                    models.UniqueConstraint(fields=("edition", "number"), name="signing_key_number_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("retired_at", None)),
                        fields=("edition",),
                        name="signing_key_one_in_use",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Badge",
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
                        on_delete=django.db.models.deletion.CASCADE, related_name="badges", to="fair.edition"
                    ),
                ),
                (
                    "registration",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="badges",
                        to="registration.registration",
                    ),
                ),
                (
                    "key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="badges",
                        to="registration.signingkey",
                    ),
                ),
                ("serial", models.BigIntegerField()),
                ("issue", models.PositiveSmallIntegerField(default=1)),
                ("code", models.CharField(max_length=200, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("valid", "valid"), ("void", "void")], default="valid", max_length=5
                    ),
                ),
                ("issued_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("valid_until", models.DateField()),
                ("voided_at", models.DateTimeField(blank=True, null=True)),
                ("void_reason", models.CharField(blank=True, max_length=200)),
                ("printed_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [models.Index(fields=["edition", "state", "voided_at"], name="badge_void")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "valid")),
                        fields=("registration",),
                        name="badge_one_valid",
                    ),
                    models.UniqueConstraint(fields=("edition", "serial", "issue"), name="badge_issue_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="BadgeBatch",
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
                        related_name="badge_batches",
                        to="fair.edition",
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
                ("filters", everfair.base.languages.UnescapedJSONField(default=dict)),
                ("paper", models.CharField(default="a6", max_length=2)),
                ("people", everfair.base.languages.UnescapedJSONField(default=list)),
                ("parts", everfair.base.languages.UnescapedJSONField(default=list)),
                ("total", models.PositiveIntegerField(default=0)),
                ("done", models.PositiveIntegerField(default=0)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting"),
                            ("running", "being set"),
                            ("done", "done"),
                            ("failed", "failed"),
                        ],
                        default="waiting",
                        max_length=7,
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="base.mediafile",
                    ),
                ),
                ("error", models.TextField(blank=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
    ]
