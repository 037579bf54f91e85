import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import everfair.base.codes
import everfair.base.languages
import everfair.fair.models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Fair",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("slug", models.SlugField(max_length=60, unique=True)),
                ("name", everfair.base.languages.WordsField(blank=True, default=dict, max_length=200)),
                (
                    "seal",
                    models.CharField(
                        blank=True, help_text="Two characters, shown as the fair's seal.", max_length=4
                    ),
                ),
                ("about", everfair.base.languages.WordsField(blank=True, default=dict, max_length=10000)),
            ],
        ),
        migrations.CreateModel(
            name="Edition",
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="editions", to="fair.fair"
                    ),
                ),
                ("slug", models.SlugField(max_length=60, unique=True)),
                ("name", everfair.base.languages.WordsField(blank=True, default=dict, max_length=200)),
                ("theme", everfair.base.languages.WordsField(blank=True, default=dict, max_length=200)),
                ("summary", everfair.base.languages.WordsField(blank=True, default=dict, max_length=2000)),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField()),
                ("time_zone", models.CharField(default="Asia/Shanghai", max_length=60)),
                ("venue", everfair.base.languages.WordsField(blank=True, default=dict, max_length=200)),
                ("country", models.CharField(blank=True, max_length=2)),
                (
                    "languages",
                    everfair.base.languages.UnescapedJSONField(default=everfair.fair.models._two_languages),
                ),
                (
                    "phase",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("announced", "announced"),
                            ("open", "open for exhibitors"),
                            ("live", "live"),
                            ("evergreen", "open all year"),
                            ("archived", "archived"),
                        ],
                        default="draft",
                        max_length=12,
                    ),
                ),
                ("is_sample", models.BooleanField(default=False)),
                (
                    "made_from",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="fair.edition",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
            ],
            options={
                "ordering": ["-starts_on", "-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                        name="edition_ends_after_start",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Area",
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
                        on_delete=django.db.models.deletion.CASCADE, related_name="areas", to="fair.edition"
                    ),
                ),
                ("code", models.SlugField(max_length=20)),
                ("name", everfair.base.languages.WordsField(blank=True, default=dict, max_length=120)),
                ("blurb", everfair.base.languages.WordsField(blank=True, default=dict, max_length=1000)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("comprehensive", "comprehensive area"),
                            ("topical", "topical area"),
                            ("service", "service zone"),
                        ],
                        default="topical",
                        max_length=14,
                    ),
                ),
                (
                    "motif",
                    models.PositiveSmallIntegerField(
                        default=1,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(12),
                        ],
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("shape", everfair.base.languages.UnescapedJSONField(default=list)),
            ],
            options={
                "ordering": ["position", "id"],
                "constraints": [models.UniqueConstraint(fields=("edition", "code"), name="area_code_once")],
            },
        ),
        migrations.CreateModel(
            name="Place",
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
                        on_delete=django.db.models.deletion.CASCADE, related_name="places", to="fair.edition"
                    ),
                ),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="places", to="fair.area"
                    ),
                ),
                ("number", models.CharField(max_length=20)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("built", "custom-built"),
                            ("shell", "shell scheme"),
                            ("cloud", "cloud only"),
                        ],
                        default="shell",
                        max_length=6,
                    ),
                ),
                ("x", models.FloatField(blank=True, null=True)),
                ("y", models.FloatField(blank=True, null=True)),
                ("width", models.FloatField(blank=True, null=True)),
                ("depth", models.FloatField(blank=True, null=True)),
            ],
            options={
                "ordering": ["number", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("edition", "number"), name="place_number_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind", "cloud"),
                            models.Q(("depth__gt", 0), ("width__gt", 0), ("x__gte", 0), ("y__gte", 0)),
                            _connector="OR",
                        ),
                        name="place_has_a_rectangle",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Sector",
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
                        on_delete=django.db.models.deletion.CASCADE, related_name="sectors", to="fair.edition"
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="children",
                        to="fair.sector",
                    ),
                ),
                ("code", models.CharField(max_length=20)),
                ("name", everfair.base.languages.WordsField(blank=True, default=dict, max_length=200)),
                ("cpc", models.CharField(blank=True, max_length=60)),
                (
                    "motif",
                    models.PositiveSmallIntegerField(
                        default=1,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(12),
                        ],
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("path", models.CharField(default="", max_length=120)),
            ],
            options={
                "ordering": ["position", "id"],
                "constraints": [models.UniqueConstraint(fields=("edition", "code"), name="sector_code_once")],
            },
        ),
        migrations.CreateModel(
            name="ActivityKind",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=40)),
                ("name", everfair.base.languages.WordsField(blank=True, default=dict, max_length=120)),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="activity_kinds",
                        to="fair.edition",
                    ),
                ),
            ],
            options={
                "ordering": ["position", "id"],
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(fields=("edition", "code"), name="activity_kind_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="OutcomeClass",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=40)),
                ("name", everfair.base.languages.WordsField(blank=True, default=dict, max_length=120)),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="outcome_classes",
                        to="fair.edition",
                    ),
                ),
            ],
            options={
                "ordering": ["position", "id"],
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(fields=("edition", "code"), name="outcome_class_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="BadgeKind",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=40)),
                ("name", everfair.base.languages.WordsField(blank=True, default=dict, max_length=120)),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="badge_kinds",
                        to="fair.edition",
                    ),
                ),
                ("note", everfair.base.languages.WordsField(blank=True, default=dict, max_length=2000)),
                (
                    "motif",
                    models.PositiveSmallIntegerField(
                        default=1,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(12),
                        ],
                    ),
                ),
                ("is_open", models.BooleanField(default=False)),
                ("needs_approval", models.BooleanField(default=False)),
                ("capacity", models.PositiveIntegerField(blank=True, null=True)),
                ("per_firm", models.PositiveIntegerField(blank=True, null=True)),
                ("per_delegation", models.PositiveIntegerField(blank=True, null=True)),
                ("opens_at", models.DateTimeField(blank=True, null=True)),
                ("closes_at", models.DateTimeField(blank=True, null=True)),
                ("questions", everfair.base.languages.UnescapedJSONField(default=list)),
                ("expected", models.PositiveIntegerField(default=0)),
                ("version", models.PositiveIntegerField(default=1)),
            ],
            options={
                "ordering": ["position", "id"],
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(fields=("edition", "code"), name="badge_kind_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("capacity", None), ("expected__lte", models.F("capacity")), _connector="OR"
                        ),
                        name="badge_kind_not_over_full",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TeamMember",
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
                        on_delete=django.db.models.deletion.CASCADE, related_name="team", to="fair.edition"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="team_roles",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("administrator", "administrator"),
                            ("reviewer", "reviewer"),
                            ("programme", "programme"),
                            ("gate", "gate"),
                            ("reader", "reader"),
                        ],
                        max_length=14,
                    ),
                ),
                (
                    "area",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="fair.area",
                    ),
                ),
                ("since", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("area", None)),
                        fields=("edition", "user", "role"),
                        name="team_role_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("area__isnull", False)),
                        fields=("edition", "user", "role", "area"),
                        name="team_area_role_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Delegation",
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
                        related_name="delegations",
                        to="fair.edition",
                    ),
                ),
                ("code", models.CharField(default=everfair.base.codes.new_code, max_length=12)),
                ("name", everfair.base.languages.WordsField(blank=True, default=dict, max_length=200)),
                (
                    "quota",
                    models.PositiveIntegerField(
                        default=0, help_text="Most firms it may bring; 0 means no limit."
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "ordering": ["position", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("edition", "code"), name="delegation_code_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="DelegationMember",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "delegation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="members",
                        to="fair.delegation",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="delegation_roles",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("since", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("delegation", "user"), name="delegation_member_once")
                ],
            },
        ),
    ]
