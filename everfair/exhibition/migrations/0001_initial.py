import django.db.models.deletion
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
            name="Exhibitor",
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
                        related_name="exhibitors",
                        to="fair.edition",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="exhibitors",
                        to="people.organisation",
                    ),
                ),
                ("code", models.CharField(default=everfair.base.codes.new_code, max_length=12, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("applied", "applied"),
                            ("changes_asked", "changes asked"),
                            ("accepted", "accepted"),
                            ("published", "published"),
                            ("withdrawn", "withdrawn"),
                            ("rejected", "rejected"),
                        ],
                        default="draft",
                        max_length=14,
                    ),
                ),
                ("state_since", models.DateTimeField(default=django.utils.timezone.now)),
                ("state_reason", models.TextField(blank=True)),
                (
                    "area",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="exhibitors",
                        to="fair.area",
                    ),
                ),
                (
                    "place",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="exhibitor",
                        to="fair.place",
                    ),
                ),
                (
                    "sector",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="fair.sector",
                    ),
                ),
                (
                    "delegation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="exhibitors",
                        to="fair.delegation",
                    ),
                ),
                ("headline", everfair.base.languages.WordsField(blank=True, default=dict, max_length=160)),
                ("about", everfair.base.languages.WordsField(blank=True, default=dict, max_length=8000)),
                ("languages", everfair.base.languages.UnescapedJSONField(blank=True, default=list)),
                (
                    "cover",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="base.mediafile",
                    ),
                ),
                ("video_url", models.URLField(blank=True, max_length=500)),
                ("tour_url", models.URLField(blank=True, max_length=500)),
                (
                    "carried_from",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="carried_to",
                        to="exhibition.exhibitor",
                    ),
                ),
                ("source", models.CharField(blank=True, max_length=60)),
                ("external_id", models.CharField(blank=True, max_length=200)),
                ("imported", everfair.base.languages.UnescapedJSONField(blank=True, default=dict)),
                ("version", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("applied_at", models.DateTimeField(blank=True, null=True)),
                ("published_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["edition", "state", "-state_since"], name="exhibitor_queue"),
                    models.Index(fields=["edition", "area", "state"], name="exhibitor_area"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("edition", "organisation"), name="exhibitor_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("external_id", ""), _negated=True),
                        fields=("edition", "source", "external_id"),
                        name="exhibitor_source_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FormerAddress",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=12, unique=True)),
                (
                    "exhibitor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="former_addresses",
                        to="exhibition.exhibitor",
                    ),
                ),
                ("since", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name="CatalogueEntry",
            fields=[
                (
                    "exhibitor",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="entry",
                        serialize=False,
                        to="exhibition.exhibitor",
                    ),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="fair.edition"
                    ),
                ),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="fair.area"
                    ),
                ),
                ("country", models.CharField(blank=True, max_length=2)),
                ("modes", models.PositiveSmallIntegerField(default=0)),
                ("languages", models.CharField(blank=True, max_length=120)),
                ("sectors", models.CharField(blank=True, max_length=400)),
                ("offers", models.PositiveIntegerField(default=0)),
                ("name_en", models.CharField(blank=True, max_length=200)),
                ("name_zh", models.CharField(blank=True, max_length=400)),
                ("published_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["edition", "area"], name="catalogue_edition")],
            },
        ),
        migrations.CreateModel(
            name="BoothContact",
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
                        related_name="contacts",
                        to="exhibition.exhibitor",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("name", everfair.base.languages.WordsField(blank=True, default=dict, max_length=120)),
                ("role", everfair.base.languages.WordsField(blank=True, default=dict, max_length=120)),
                ("languages", everfair.base.languages.UnescapedJSONField(blank=True, default=list)),
                ("position", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "ordering": ["position", "id"],
            },
        ),
        migrations.CreateModel(
            name="BoothDocument",
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
                        related_name="documents",
                        to="exhibition.exhibitor",
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="base.mediafile"
                    ),
                ),
                ("title", everfair.base.languages.WordsField(blank=True, default=dict, max_length=200)),
                ("language", models.CharField(blank=True, max_length=10)),
                ("position", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "ordering": ["position", "id"],
            },
        ),
        migrations.CreateModel(
            name="ApplicationQuestion",
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
                        related_name="application_questions",
                        to="fair.edition",
                    ),
                ),
                ("text", everfair.base.languages.WordsField(blank=True, default=dict, max_length=300)),
                ("help", everfair.base.languages.WordsField(blank=True, default=dict, max_length=500)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("line", "one line"),
                            ("text", "a longer text"),
                            ("yes_no", "yes or no"),
                            ("choice", "one of a list"),
                        ],
                        default="line",
                        max_length=8,
                    ),
                ),
                ("choices", everfair.base.languages.UnescapedJSONField(blank=True, default=list)),
                ("is_required", models.BooleanField(default=False)),
                ("is_open", models.BooleanField(default=True)),
                ("position", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "ordering": ["position", "id"],
            },
        ),
        migrations.CreateModel(
            name="ApplicationAnswer",
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
                        related_name="answers",
                        to="exhibition.exhibitor",
                    ),
                ),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers",
                        to="exhibition.applicationquestion",
                    ),
                ),
                ("value", models.TextField(blank=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("exhibitor", "question"), name="answer_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="TaskKind",
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
                        related_name="task_kinds",
                        to="fair.edition",
                    ),
                ),
                ("title", everfair.base.languages.WordsField(blank=True, default=dict, max_length=200)),
                ("help", everfair.base.languages.WordsField(blank=True, default=dict, max_length=1000)),
                ("due_on", models.DateField()),
                (
                    "check_name",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "ticked by hand"),
                            ("booth_complete", "the booth is complete"),
                            ("has_offer", "one offer at least"),
                            ("has_document", "one document at least"),
                            ("published", "the booth is published"),
                        ],
                        max_length=20,
                    ),
                ),
                ("remind_days", everfair.base.languages.UnescapedJSONField(blank=True, default=list)),
                ("position", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "ordering": ["due_on", "position", "id"],
            },
        ),
        migrations.CreateModel(
            name="ExhibitorTask",
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
                        related_name="tasks_done",
                        to="exhibition.exhibitor",
                    ),
                ),
                (
                    "kind",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="done",
                        to="exhibition.taskkind",
                    ),
                ),
                ("done_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "done_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("exhibitor", "kind"), name="task_done_once")],
            },
        ),
        migrations.CreateModel(
            name="Reminder",
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
                        related_name="reminders",
                        to="exhibition.exhibitor",
                    ),
                ),
                (
                    "kind",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reminders",
                        to="exhibition.taskkind",
                    ),
                ),
                ("days_before", models.SmallIntegerField()),
                ("sent_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("exhibitor", "kind", "days_before"), name="reminder_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportMapping",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "fair",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="import_mappings",
                        to="fair.fair",
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("columns_digest", models.CharField(max_length=64)),
                ("mapping", everfair.base.languages.UnescapedJSONField(default=dict)),
                ("saved_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("fair", "columns_digest"), name="mapping_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportRun",
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
                        related_name="import_runs",
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
                ("file_name", models.CharField(max_length=200)),
                ("file_digest", models.CharField(max_length=64)),
                ("table_kind", models.CharField(blank=True, max_length=12)),
                ("source", models.CharField(max_length=60)),
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
                ("rows_checked", models.PositiveIntegerField(default=0)),
                ("rows_applied", models.PositiveIntegerField(default=0)),
                ("counts", everfair.base.languages.UnescapedJSONField(default=dict)),
                ("error", models.TextField(blank=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="ImportRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rows",
                        to="exhibition.importrun",
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("external_id", models.CharField(blank=True, max_length=200)),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("new", "new"),
                            ("changed", "changed"),
                            ("unchanged", "unchanged"),
                            ("bad", "bad"),
                        ],
                        max_length=10,
                    ),
                ),
                ("values", everfair.base.languages.UnescapedJSONField(default=dict)),
                ("changes", everfair.base.languages.UnescapedJSONField(default=dict)),
            ],
            options={
                "ordering": ["number"],
                "indexes": [models.Index(fields=["run", "external_id"], name="import_row_id")],
                "constraints": [models.UniqueConstraint(fields=("run", "number"), name="import_row_once")],
            },
        ),
        migrations.CreateModel(
            name="ImportProblem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="problems",
                        to="exhibition.importrun",
                    ),
                ),
                ("row_number", models.PositiveIntegerField(null=True)),
                ("column", models.CharField(blank=True, max_length=200)),
                ("message", models.TextField()),
                ("value", models.TextField(blank=True)),
                ("is_warning", models.BooleanField(default=False)),
            ],
            options={
                "ordering": ["is_warning", "row_number", "id"],
            },
        ),
        migrations.CreateModel(
            name="Offer",
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
                        related_name="offers",
                        to="exhibition.exhibitor",
                    ),
                ),
                ("code", models.CharField(default=everfair.base.codes.new_code, max_length=12, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("service", "service"), ("good", "good")], default="service", max_length=8
                    ),
                ),
                ("title", everfair.base.languages.WordsField(blank=True, default=dict, max_length=160)),
                (
                    "description",
                    everfair.base.languages.WordsField(blank=True, default=dict, max_length=8000),
                ),
                (
                    "sector",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="fair.sector",
                    ),
                ),
                ("modes", models.PositiveSmallIntegerField(default=0)),
                ("languages", everfair.base.languages.UnescapedJSONField(blank=True, default=list)),
                ("delivers_to", everfair.base.languages.UnescapedJSONField(blank=True, default=list)),
                (
                    "data_location",
                    everfair.base.languages.WordsField(blank=True, default=dict, max_length=200),
                ),
                ("price_note", everfair.base.languages.WordsField(blank=True, default=dict, max_length=200)),
                ("is_on_shelf", models.BooleanField(default=True)),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("external_id", models.CharField(blank=True, max_length=200)),
                ("version", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ["position", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("modes__lte", 15)), name="offer_modes_are_four"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("external_id", ""), _negated=True),
                        fields=("exhibitor", "external_id"),
                        name="offer_source_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OfferSector",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "offer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="more_sectors",
                        to="exhibition.offer",
                    ),
                ),
                (
                    "sector",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="fair.sector"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("offer", "sector"), name="offer_sector_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Licence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "offer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="licences",
                        to="exhibition.offer",
                    ),
                ),
                ("name", everfair.base.languages.WordsField(blank=True, default=dict, max_length=200)),
                ("issuer", everfair.base.languages.WordsField(blank=True, default=dict, max_length=200)),
                ("valid_in", everfair.base.languages.UnescapedJSONField(blank=True, default=list)),
                ("valid_until", models.DateField(blank=True, null=True)),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Reference",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "offer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="references",
                        to="exhibition.offer",
                    ),
                ),
                ("client", everfair.base.languages.WordsField(blank=True, default=dict, max_length=200)),
                ("year", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("what", everfair.base.languages.WordsField(blank=True, default=dict, max_length=500)),
                (
                    "evidence",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="exhibition.boothdocument",
                    ),
                ),
            ],
            options={
                "ordering": ["-year", "id"],
            },
        ),
        migrations.CreateModel(
            name="OfferImage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "offer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="images",
                        to="exhibition.offer",
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="base.mediafile"
                    ),
                ),
                ("caption", everfair.base.languages.WordsField(blank=True, default=dict, max_length=200)),
                ("position", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "ordering": ["position", "id"],
            },
        ),
    ]
