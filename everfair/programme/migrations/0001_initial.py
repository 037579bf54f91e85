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
        ("exhibition", "0001_initial"),
        ("fair", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Stage",
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
                        on_delete=django.db.models.deletion.CASCADE, related_name="stages", to="fair.edition"
                    ),
                ),
                ("code", models.SlugField(max_length=40)),
                ("name", everfair.base.languages.WordsField(blank=True, default=dict, max_length=120)),
                (
                    "kind",
                    models.CharField(
                        choices=[("room", "room"), ("online", "on-line room")], default="room", max_length=6
                    ),
                ),
                (
                    "area",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="stages",
                        to="fair.area",
                    ),
                ),
                ("directions", everfair.base.languages.WordsField(blank=True, default=dict, max_length=300)),
                ("seats", models.PositiveIntegerField(blank=True, null=True)),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("version", models.PositiveIntegerField(default=1)),
            ],
            options={
                "ordering": ["position", "id"],
                "constraints": [models.UniqueConstraint(fields=("edition", "code"), name="stage_once")],
            },
        ),
        migrations.CreateModel(
            name="Speaker",
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
                        related_name="speakers",
                        to="fair.edition",
                    ),
                ),
                ("code", models.CharField(default=everfair.base.codes.new_code, max_length=12, unique=True)),
                ("name", everfair.base.languages.WordsField(blank=True, default=dict, max_length=120)),
                ("title", everfair.base.languages.WordsField(blank=True, default=dict, max_length=200)),
                (
                    "organisation_name",
                    everfair.base.languages.WordsField(blank=True, default=dict, max_length=200),
                ),
                ("about", everfair.base.languages.WordsField(blank=True, default=dict, max_length=5000)),
                ("country", models.CharField(blank=True, max_length=2)),
                (
                    "photo",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="base.mediafile",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="speaking",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("source", models.CharField(blank=True, max_length=60)),
                ("external_id", models.CharField(blank=True, max_length=200)),
                ("version", models.PositiveIntegerField(default=1)),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("external_id", ""), _negated=True),
                        fields=("edition", "source", "external_id"),
                        name="speaker_source_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Call",
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
                        related_name="call_for_sessions",
                        to="fair.edition",
                    ),
                ),
                ("text", everfair.base.languages.WordsField(blank=True, default=dict, max_length=5000)),
                ("opens_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("closes_at", models.DateTimeField()),
                ("most_per_host", models.PositiveSmallIntegerField(default=3)),
                ("version", models.PositiveIntegerField(default=1)),
            ],
        ),
        migrations.CreateModel(
            name="CalendarKey",
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
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="fair.edition"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("secret_digest", models.CharField(max_length=64, unique=True)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("edition", "user"), name="calendar_key_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="ScheduleRun",
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
                        related_name="schedule_runs",
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
                ("source", models.CharField(max_length=60)),
                ("format", models.CharField(blank=True, max_length=13)),
                ("options", everfair.base.languages.UnescapedJSONField(default=dict)),
                ("carried", everfair.base.languages.UnescapedJSONField(default=dict)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("uploaded", "uploaded"),
                            ("reading", "being read"),
                            ("ready", "ready to apply"),
                            ("applying", "being applied"),
                            ("done", "done"),
                            ("failed", "failed"),
                            ("stopped", "stopped"),
                        ],
                        default="uploaded",
                        max_length=8,
                    ),
                ),
                ("total", models.PositiveIntegerField(default=0)),
                ("done", models.PositiveIntegerField(default=0)),
                ("counts", everfair.base.languages.UnescapedJSONField(default=dict)),
                ("differences", everfair.base.languages.UnescapedJSONField(default=list)),
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
            name="Session",
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
                        related_name="sessions",
                        to="fair.edition",
                    ),
                ),
                ("code", models.CharField(default=everfair.base.codes.new_code, max_length=12, unique=True)),
                (
                    "kind",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sessions",
                        to="fair.activitykind",
                    ),
                ),
                (
                    "stage",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sessions",
                        to="programme.stage",
                    ),
                ),
                ("title", everfair.base.languages.WordsField(blank=True, default=dict, max_length=300)),
                ("subtitle", everfair.base.languages.WordsField(blank=True, default=dict, max_length=300)),
                ("abstract", everfair.base.languages.WordsField(blank=True, default=dict, max_length=20000)),
                ("track", models.CharField(blank=True, max_length=120)),
                ("starts_at", models.DateTimeField(blank=True, null=True)),
                ("ends_at", models.DateTimeField(blank=True, null=True)),
                (
                    "format",
                    models.CharField(
                        choices=[
                            ("on_site", "on site"),
                            ("online", "on line"),
                            ("hybrid", "on site and on line"),
                        ],
                        default="on_site",
                        max_length=7,
                    ),
                ),
                ("language", models.CharField(blank=True, max_length=10)),
                ("interpretation", everfair.base.languages.UnescapedJSONField(default=list)),
                ("seats", models.PositiveIntegerField(blank=True, null=True)),
                ("seats_taken", models.PositiveIntegerField(default=0)),
                ("has_waiting_list", models.BooleanField(default=True)),
                (
                    "exhibitor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="sessions",
                        to="exhibition.exhibitor",
                    ),
                ),
                (
                    "delegation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="sessions",
                        to="fair.delegation",
                    ),
                ),
                ("host_name", everfair.base.languages.WordsField(blank=True, default=dict, max_length=200)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "proposed"),
                            ("changes_asked", "changes asked"),
                            ("rejected", "rejected"),
                            ("draft", "draft"),
                            ("confirmed", "confirmed"),
                            ("published", "published"),
                            ("live", "live"),
                            ("ended", "ended"),
                            ("cancelled", "cancelled"),
                        ],
                        default="draft",
                        max_length=13,
                    ),
                ),
                ("reason", models.TextField(blank=True)),
                ("live_url", models.URLField(blank=True, max_length=500)),
                ("replay_url", models.URLField(blank=True, max_length=500)),
                ("questions_open", models.BooleanField(default=True)),
                ("questions_at_once", models.BooleanField(default=False)),
                ("source", models.CharField(blank=True, max_length=60)),
                ("external_id", models.CharField(blank=True, max_length=200)),
                ("carried", everfair.base.languages.UnescapedJSONField(default=dict)),
                (
                    "proposed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("sectors", models.ManyToManyField(blank=True, related_name="sessions", to="fair.sector")),
            ],
            options={
                "ordering": ["starts_at", "id"],
                "indexes": [
                    models.Index(fields=["edition", "state", "starts_at"], name="session_time"),
                    models.Index(fields=["stage", "starts_at"], name="session_stage"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_at", None), ("ends_at__gt", models.F("starts_at")), _connector="OR"
                        ),
                        name="session_ends_after_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("seats", None), ("seats_taken__lte", models.F("seats")), _connector="OR"
                        ),
                        name="session_not_over_full",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("external_id", ""), _negated=True),
                        fields=("edition", "source", "external_id"),
                        name="session_source_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SessionSpeaker",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parts",
                        to="programme.session",
                    ),
                ),
                (
                    "speaker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parts",
                        to="programme.speaker",
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("speaker", "speaker"),
                            ("moderator", "moderator"),
                            ("host", "host"),
                            ("interpreter", "interpreter"),
                        ],
                        default="speaker",
                        max_length=11,
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "ordering": ["position", "id"],
                "constraints": [models.UniqueConstraint(fields=("session", "speaker"), name="part_once")],
            },
        ),
        migrations.CreateModel(
            name="Material",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="materials",
                        to="programme.session",
                    ),
                ),
                ("title", models.CharField(max_length=200)),
                (
                    "file",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="base.mediafile",
                    ),
                ),
                ("url", models.URLField(blank=True, max_length=500)),
                ("language", models.CharField(blank=True, max_length=10)),
                ("position", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "ordering": ["position", "id"],
            },
        ),
        migrations.CreateModel(
            name="Move",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="moves",
                        to="programme.session",
                    ),
                ),
                ("before", everfair.base.languages.UnescapedJSONField(default=dict)),
                ("after", everfair.base.languages.UnescapedJSONField(default=dict)),
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
                ("told_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="Bookmark",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="bookmarks",
                        to="programme.session",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="bookmarks",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("session", "user"), name="bookmark_once")],
            },
        ),
        migrations.CreateModel(
            name="Seat",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="seat_rows",
                        to="programme.session",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="seats",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("held", "seat held"),
                            ("waiting", "on the waiting list"),
                            ("given_back", "given back"),
                        ],
                        default="held",
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "indexes": [models.Index(fields=["session", "state", "at"], name="seat_waiting")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "given_back"), _negated=True),
                        fields=("session", "user"),
                        name="seat_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Question",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="questions",
                        to="programme.session",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("shown_name", models.CharField(blank=True, max_length=120)),
                ("text", models.CharField(max_length=500)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "waiting for the moderator"),
                            ("shown", "shown"),
                            ("answered", "answered"),
                            ("hidden", "hidden"),
                        ],
                        default="asked",
                        max_length=8,
                    ),
                ),
                ("votes", models.PositiveIntegerField(default=0)),
                ("version", models.PositiveIntegerField(default=1)),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ["-votes", "id"],
                "indexes": [models.Index(fields=["session", "state", "-votes"], name="question_order")],
            },
        ),
        migrations.CreateModel(
            name="QuestionVote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="vote_rows",
                        to="programme.question",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("question", "user"), name="question_vote_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Poll",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="polls",
                        to="programme.session",
                    ),
                ),
                ("code", models.CharField(default=everfair.base.codes.new_code, max_length=12, unique=True)),
                ("text", everfair.base.languages.WordsField(blank=True, default=dict, max_length=300)),
                ("options", everfair.base.languages.UnescapedJSONField(default=list)),
                ("counts", everfair.base.languages.UnescapedJSONField(default=dict)),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "draft"), ("open", "open"), ("closed", "closed")],
                        default="draft",
                        max_length=6,
                    ),
                ),
                ("shows_results", models.BooleanField(default=True)),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("version", models.PositiveIntegerField(default=1)),
            ],
            options={
                "ordering": ["position", "id"],
            },
        ),
        migrations.CreateModel(
            name="PollVote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "poll",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="vote_rows",
                        to="programme.poll",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("option", models.CharField(max_length=12)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("poll", "user"), name="poll_vote_once")],
            },
        ),
        migrations.AddField(
            model_name="session",
            name="speakers",
            field=models.ManyToManyField(
                related_name="sessions", through="programme.SessionSpeaker", to="programme.speaker"
            ),
        ),
    ]
