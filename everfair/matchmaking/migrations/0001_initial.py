import django.core.validators
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
        ("fair", "0001_initial"),
        ("programme", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Seeker",
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
                        on_delete=django.db.models.deletion.CASCADE, related_name="seekers", to="fair.edition"
                    ),
                ),
                ("code", models.CharField(default=everfair.base.codes.new_code, max_length=12, unique=True)),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="seekers",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "exhibitor",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="seeker",
                        to="exhibition.exhibitor",
                    ),
                ),
                ("answers", everfair.base.languages.UnescapedJSONField(blank=True, default=dict)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("is_learning", models.BooleanField(default=True)),
                ("is_shown", models.BooleanField(default=False)),
                ("wants_digest", models.BooleanField(default=False)),
                ("digest_key", models.CharField(blank=True, max_length=64)),
                ("digest_sent_at", models.DateTimeField(blank=True, null=True)),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "indexes": [models.Index(fields=["edition", "changed_at"], name="seeker_changed")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("user__isnull", False)),
                        fields=("edition", "user"),
                        name="seeker_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("exhibitor__isnull", True), ("user__isnull", False)),
                            models.Q(("exhibitor__isnull", False), ("user__isnull", True)),
                            _connector="OR",
                        ),
                        name="seeker_is_one_side",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Interest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "seeker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="interests",
                        to="matchmaking.seeker",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("sector", "sector"), ("firm", "firm"), ("word", "word")], max_length=6
                    ),
                ),
                ("value", models.CharField(max_length=80)),
                ("weight", models.FloatField(default=0.0)),
                ("learned_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("removed_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["-weight", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("seeker", "kind", "value"), name="interest_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="ModelVersion",
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
                        related_name="match_versions",
                        to="fair.edition",
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("options", everfair.base.languages.UnescapedJSONField(default=dict)),
                ("digest", models.CharField(blank=True, max_length=64)),
                ("facts", everfair.base.languages.UnescapedJSONField(default=dict)),
                ("is_active", models.BooleanField(default=False)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ["-number"],
                "constraints": [
                    models.UniqueConstraint(fields=("edition", "number"), name="match_version_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("is_active", True)),
                        fields=("edition",),
                        name="one_active_match_version",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MatchRules",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "edition",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="match_rules",
                        to="fair.edition",
                    ),
                ),
                ("is_open", models.BooleanField(default=True)),
                (
                    "exposure",
                    models.PositiveSmallIntegerField(
                        default=50, validators=[django.core.validators.MaxValueValidator(100)]
                    ),
                ),
                (
                    "per_firm",
                    models.PositiveSmallIntegerField(
                        default=2,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(10),
                        ],
                    ),
                ),
                ("asks_three", models.BooleanField(default=True)),
                (
                    "compares",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="matchmaking.modelversion",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
            ],
        ),
        migrations.CreateModel(
            name="Recommendation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "seeker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="recommendations",
                        to="matchmaking.seeker",
                    ),
                ),
                ("kind", models.CharField(max_length=9)),
                ("rows", everfair.base.languages.UnescapedJSONField(default=list)),
                (
                    "model",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="matchmaking.modelversion",
                    ),
                ),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("seeker", "kind"), name="recommendation_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Refresh",
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
                        related_name="match_refreshes",
                        to="fair.edition",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting"),
                            ("running", "running"),
                            ("done", "done"),
                            ("stopped", "stopped"),
                            ("failed", "failed"),
                        ],
                        default="waiting",
                        max_length=7,
                    ),
                ),
                ("learns", models.BooleanField(default=True)),
                ("done", models.PositiveIntegerField(default=0)),
                ("total", models.PositiveIntegerField(default=0)),
                ("position", models.BigIntegerField(default=0)),
                ("facts", everfair.base.languages.UnescapedJSONField(default=dict)),
                ("error", models.TextField(blank=True)),
                ("stop_asked", models.BooleanField(default=False)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("started_at", models.DateTimeField(blank=True, null=True)),
                ("seen_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["-id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["waiting", "running"])),
                        fields=("edition",),
                        name="one_match_refresh_at_a_time",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Need",
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
                        on_delete=django.db.models.deletion.CASCADE, related_name="needs", to="fair.edition"
                    ),
                ),
                ("code", models.CharField(default=everfair.base.codes.new_code, max_length=12, unique=True)),
                (
                    "seeker",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="needs",
                        to="matchmaking.seeker",
                    ),
                ),
                ("buyer", models.CharField(blank=True, max_length=200)),
                ("buyer_country", models.CharField(blank=True, max_length=2)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("open", "open"),
                            ("filled", "found"),
                            ("closed", "closed"),
                        ],
                        default="draft",
                        max_length=6,
                    ),
                ),
                (
                    "audience",
                    models.CharField(
                        choices=[
                            ("board", "on the needs board, with my name"),
                            ("hidden", "on the needs board, without my name"),
                            ("chosen", "for chosen firms only"),
                        ],
                        default="board",
                        max_length=6,
                    ),
                ),
                ("title", everfair.base.languages.WordsField(blank=True, default=dict, max_length=200)),
                (
                    "description",
                    everfair.base.languages.WordsField(blank=True, default=dict, max_length=20000),
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
                ("countries", everfair.base.languages.UnescapedJSONField(blank=True, default=list)),
                ("deliver_to", models.CharField(blank=True, max_length=2)),
                ("languages", everfair.base.languages.UnescapedJSONField(blank=True, default=list)),
                ("sizes", everfair.base.languages.UnescapedJSONField(blank=True, default=list)),
                ("licence", models.CharField(blank=True, max_length=200)),
                ("licence_in", everfair.base.languages.UnescapedJSONField(blank=True, default=list)),
                ("budget_from", models.PositiveBigIntegerField(blank=True, null=True)),
                ("budget_to", models.PositiveBigIntegerField(blank=True, null=True)),
                ("currency", models.CharField(blank=True, max_length=3)),
                ("starts_on", models.DateField(blank=True, null=True)),
                ("ends_on", models.DateField(blank=True, null=True)),
                ("closes_on", models.DateField(blank=True, null=True)),
                ("musts", everfair.base.languages.UnescapedJSONField(blank=True, default=list)),
                ("source", models.CharField(blank=True, max_length=60)),
                ("external_id", models.CharField(blank=True, max_length=200)),
                ("source_url", models.URLField(blank=True, max_length=500)),
                ("version", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("opened_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [models.Index(fields=["edition", "state", "audience", "-id"], name="need_board")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("external_id", ""), _negated=True),
                        fields=("edition", "source", "external_id"),
                        name="need_source_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("modes__lte", 15)), name="need_modes_are_four"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("budget_from", None),
                            ("budget_to", None),
                            ("budget_from__lte", models.F("budget_to")),
                            _connector="OR",
                        ),
                        name="need_budget_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("starts_on", None),
                            ("ends_on", None),
                            ("starts_on__lte", models.F("ends_on")),
                            _connector="OR",
                        ),
                        name="need_dates_in_order",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Saved",
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
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="exhibition.exhibitor",
                    ),
                ),
                (
                    "offer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="exhibition.offer",
                    ),
                ),
                (
                    "need",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="matchmaking.need",
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="programme.session",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="matchmaking.seeker",
                    ),
                ),
                (
                    "seeker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="saved",
                        to="matchmaking.seeker",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=500)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ["-at", "-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("exhibitor__isnull", False),
                                ("need__isnull", True),
                                ("offer__isnull", True),
                                ("person__isnull", True),
                                ("session__isnull", True),
                            ),
                            models.Q(
                                ("exhibitor__isnull", True),
                                ("need__isnull", True),
                                ("offer__isnull", False),
                                ("person__isnull", True),
                                ("session__isnull", True),
                            ),
                            models.Q(
                                ("exhibitor__isnull", True),
                                ("need__isnull", False),
                                ("offer__isnull", True),
                                ("person__isnull", True),
                                ("session__isnull", True),
                            ),
                            models.Q(
                                ("exhibitor__isnull", True),
                                ("need__isnull", True),
                                ("offer__isnull", True),
                                ("person__isnull", True),
                                ("session__isnull", False),
                            ),
                            models.Q(
                                ("exhibitor__isnull", True),
                                ("need__isnull", True),
                                ("offer__isnull", True),
                                ("person__isnull", False),
                                ("session__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="saved_is_one_thing",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("exhibitor__isnull", False)),
                        fields=("seeker", "exhibitor"),
                        name="saved_exhibitor_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("offer__isnull", False)),
                        fields=("seeker", "offer"),
                        name="saved_offer_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("need__isnull", False)),
                        fields=("seeker", "need"),
                        name="saved_need_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("session__isnull", False)),
                        fields=("seeker", "session"),
                        name="saved_session_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("person__isnull", False)),
                        fields=("seeker", "person"),
                        name="saved_person_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Act",
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
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="exhibition.exhibitor",
                    ),
                ),
                (
                    "offer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="exhibition.offer",
                    ),
                ),
                (
                    "need",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="matchmaking.need",
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="programme.session",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="matchmaking.seeker",
                    ),
                ),
                (
                    "seeker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="acts",
                        to="matchmaking.seeker",
                    ),
                ),
                (
                    "act",
                    models.CharField(
                        choices=[
                            ("viewed", "looked at for a while"),
                            ("saved", "saved"),
                            ("asked", "asked for a meeting"),
                            ("met", "met"),
                        ],
                        max_length=6,
                    ),
                ),
                ("times", models.PositiveIntegerField(default=1)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ["-at", "-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("exhibitor__isnull", False),
                                ("need__isnull", True),
                                ("offer__isnull", True),
                                ("person__isnull", True),
                                ("session__isnull", True),
                            ),
                            models.Q(
                                ("exhibitor__isnull", True),
                                ("need__isnull", True),
                                ("offer__isnull", False),
                                ("person__isnull", True),
                                ("session__isnull", True),
                            ),
                            models.Q(
                                ("exhibitor__isnull", True),
                                ("need__isnull", False),
                                ("offer__isnull", True),
                                ("person__isnull", True),
                                ("session__isnull", True),
                            ),
                            models.Q(
                                ("exhibitor__isnull", True),
                                ("need__isnull", True),
                                ("offer__isnull", True),
                                ("person__isnull", True),
                                ("session__isnull", False),
                            ),
                            models.Q(
                                ("exhibitor__isnull", True),
                                ("need__isnull", True),
                                ("offer__isnull", True),
                                ("person__isnull", False),
                                ("session__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="act_is_about_one_thing",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("exhibitor__isnull", False)),
                        fields=("seeker", "act", "exhibitor"),
                        name="act_exhibitor_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("offer__isnull", False)),
                        fields=("seeker", "act", "offer"),
                        name="act_offer_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("need__isnull", False)),
                        fields=("seeker", "act", "need"),
                        name="act_need_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("session__isnull", False)),
                        fields=("seeker", "act", "session"),
                        name="act_session_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("person__isnull", False)),
                        fields=("seeker", "act", "person"),
                        name="act_person_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Dismissal",
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
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="exhibition.exhibitor",
                    ),
                ),
                (
                    "offer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="exhibition.offer",
                    ),
                ),
                (
                    "need",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="matchmaking.need",
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="programme.session",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="matchmaking.seeker",
                    ),
                ),
                (
                    "seeker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="dismissals",
                        to="matchmaking.seeker",
                    ),
                ),
                (
                    "why",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("known", "we know each other"),
                            ("sector", "not what I look for"),
                            ("place", "wrong country or language"),
                            ("size", "too large or too small"),
                            ("never", "do not bring us together"),
                            ("other", "another reason"),
                        ],
                        max_length=6,
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ["-at", "-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("exhibitor__isnull", False),
                                ("need__isnull", True),
                                ("offer__isnull", True),
                                ("person__isnull", True),
                                ("session__isnull", True),
                            ),
                            models.Q(
                                ("exhibitor__isnull", True),
                                ("need__isnull", True),
                                ("offer__isnull", False),
                                ("person__isnull", True),
                                ("session__isnull", True),
                            ),
                            models.Q(
                                ("exhibitor__isnull", True),
                                ("need__isnull", False),
                                ("offer__isnull", True),
                                ("person__isnull", True),
                                ("session__isnull", True),
                            ),
                            models.Q(
                                ("exhibitor__isnull", True),
                                ("need__isnull", True),
                                ("offer__isnull", True),
                                ("person__isnull", True),
                                ("session__isnull", False),
                            ),
                            models.Q(
                                ("exhibitor__isnull", True),
                                ("need__isnull", True),
                                ("offer__isnull", True),
                                ("person__isnull", False),
                                ("session__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="dismissal_is_of_one_thing",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("exhibitor__isnull", False)),
                        fields=("seeker", "exhibitor"),
                        name="dismissal_exhibitor_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("offer__isnull", False)),
                        fields=("seeker", "offer"),
                        name="dismissal_offer_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("need__isnull", False)),
                        fields=("seeker", "need"),
                        name="dismissal_need_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("session__isnull", False)),
                        fields=("seeker", "session"),
                        name="dismissal_session_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("person__isnull", False)),
                        fields=("seeker", "person"),
                        name="dismissal_person_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Shown",
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
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="exhibition.exhibitor",
                    ),
                ),
                (
                    "offer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="exhibition.offer",
                    ),
                ),
                (
                    "need",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="matchmaking.need",
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="programme.session",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="matchmaking.seeker",
                    ),
                ),
                (
                    "seeker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="shown",
                        to="matchmaking.seeker",
                    ),
                ),
                (
                    "model",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="matchmaking.modelversion",
                    ),
                ),
                ("day", models.DateField()),
                ("rank", models.PositiveSmallIntegerField()),
                ("arm", models.CharField(blank=True, max_length=1)),
                ("score", models.FloatField(default=0.0)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("clicked_at", models.DateTimeField(blank=True, null=True)),
                ("saved_at", models.DateTimeField(blank=True, null=True)),
                ("dismissed_at", models.DateTimeField(blank=True, null=True)),
                ("asked_at", models.DateTimeField(blank=True, null=True)),
                ("met_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["model", "rank"], name="shown_by_rank")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("exhibitor__isnull", False)),
                        fields=("seeker", "day", "exhibitor"),
                        name="shown_exhibitor_once_a_day",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("offer__isnull", False)),
                        fields=("seeker", "day", "offer"),
                        name="shown_offer_once_a_day",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("need__isnull", False)),
                        fields=("seeker", "day", "need"),
                        name="shown_need_once_a_day",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("session__isnull", False)),
                        fields=("seeker", "day", "session"),
                        name="shown_session_once_a_day",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("person__isnull", False)),
                        fields=("seeker", "day", "person"),
                        name="shown_person_once_a_day",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="NeedSector",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "need",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="more_sectors",
                        to="matchmaking.need",
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
                "constraints": [models.UniqueConstraint(fields=("need", "sector"), name="need_sector_once")],
            },
        ),
        migrations.CreateModel(
            name="NeedAudience",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "need",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="chosen",
                        to="matchmaking.need",
                    ),
                ),
                (
                    "exhibitor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="needs_shown",
                        to="exhibition.exhibitor",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("need", "exhibitor"), name="need_audience_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="NeedAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "need",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answers",
                        to="matchmaking.need",
                    ),
                ),
                (
                    "exhibitor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="need_answers",
                        to="exhibition.exhibitor",
                    ),
                ),
                ("message", models.TextField(max_length=4000)),
                ("language", models.CharField(blank=True, max_length=10)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("seen_at", models.DateTimeField(blank=True, null=True)),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["-at", "-id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at", None)),
                        fields=("need", "exhibitor"),
                        name="need_answer_once",
                    )
                ],
            },
        ),
    ]
