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
        ("registration", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="MeetingRules",
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
                        related_name="meeting_rules",
                        to="fair.edition",
                    ),
                ),
                ("is_open", models.BooleanField(default=False)),
                (
                    "minutes",
                    models.PositiveSmallIntegerField(
                        default=20,
                        validators=[
                            django.core.validators.MinValueValidator(5),
                            django.core.validators.MaxValueValidator(240),
                        ],
                    ),
                ),
                (
                    "pause",
                    models.PositiveSmallIntegerField(
                        default=10, validators=[django.core.validators.MaxValueValidator(120)]
                    ),
                ),
                (
                    "buffer",
                    models.PositiveSmallIntegerField(
                        default=10, validators=[django.core.validators.MaxValueValidator(240)]
                    ),
                ),
                ("walking", everfair.base.languages.UnescapedJSONField(default=dict)),
                (
                    "answer_hours",
                    models.PositiveSmallIntegerField(
                        default=72,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(720),
                        ],
                    ),
                ),
                (
                    "hand_on_hours",
                    models.PositiveSmallIntegerField(
                        default=24, validators=[django.core.validators.MaxValueValidator(720)]
                    ),
                ),
                ("wishes_open_at", models.DateTimeField(blank=True, null=True)),
                ("wishes_close_at", models.DateTimeField(blank=True, null=True)),
                ("languages", everfair.base.languages.UnescapedJSONField(default=list)),
                ("version", models.PositiveIntegerField(default=1)),
            ],
        ),
        migrations.CreateModel(
            name="Slot",
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
                        on_delete=django.db.models.deletion.CASCADE, related_name="slots", to="fair.edition"
                    ),
                ),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("is_lunch", models.BooleanField(default=False)),
            ],
            options={
                "ordering": ["starts_at"],
                "constraints": [
                    models.UniqueConstraint(fields=("edition", "starts_at"), name="slot_once"),
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                        name="slot_ends_after_start",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="KindRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="meeting_rule",
                        to="fair.badgekind",
                    ),
                ),
                ("may_ask_exhibitors", models.BooleanField(default=True)),
                ("most_sent", models.PositiveIntegerField(blank=True, null=True)),
                ("most_received", models.PositiveIntegerField(blank=True, null=True)),
                ("most_a_day", models.PositiveIntegerField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("may_ask", models.ManyToManyField(blank=True, related_name="+", to="fair.badgekind")),
            ],
        ),
        migrations.CreateModel(
            name="Participant",
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
                        related_name="participants",
                        to="fair.edition",
                    ),
                ),
                ("code", models.CharField(default=everfair.base.codes.new_code, max_length=12, unique=True)),
                (
                    "registration",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="participant",
                        to="registration.registration",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="participants",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "exhibitor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="participants",
                        to="exhibition.exhibitor",
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("organisation_name", models.CharField(blank=True, max_length=200)),
                ("time_zone", models.CharField(blank=True, max_length=60)),
                ("languages", everfair.base.languages.UnescapedJSONField(default=list)),
                ("is_on_site", models.BooleanField(default=True)),
                ("least", models.PositiveSmallIntegerField(default=0)),
                ("most", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("longest_run", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("keeps_lunch", models.BooleanField(default=True)),
                ("accepts_at_once", models.BooleanField(default=False)),
                ("said_when_free", models.DateTimeField(blank=True, null=True)),
                ("asked_counted", models.PositiveIntegerField(default=0)),
                ("received_counted", models.PositiveIntegerField(default=0)),
                ("is_out", models.BooleanField(default=False)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "indexes": [models.Index(fields=["edition", "exhibitor"], name="participant_firm")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("user__isnull", False)),
                        fields=("edition", "user"),
                        name="participant_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="FreeTime",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="free_times",
                        to="meetings.participant",
                    ),
                ),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("place", models.CharField(blank=True, max_length=7)),
            ],
            options={
                "ordering": ["starts_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                        name="free_time_ends_after_start",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Resource",
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
                        related_name="resources",
                        to="fair.edition",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("person", "person"),
                            ("table", "table"),
                            ("stand", "place at a stand"),
                            ("line", "line"),
                            ("interpreter", "interpreter"),
                            ("room", "room"),
                        ],
                        max_length=11,
                    ),
                ),
                (
                    "participant",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="resource",
                        to="meetings.participant",
                    ),
                ),
                (
                    "exhibitor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="meeting_places",
                        to="exhibition.exhibitor",
                    ),
                ),
                (
                    "area",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="meeting_places",
                        to="fair.area",
                    ),
                ),
                ("number", models.PositiveIntegerField(default=0)),
                ("name", everfair.base.languages.WordsField(blank=True, default=dict, max_length=120)),
                ("languages", everfair.base.languages.UnescapedJSONField(default=list)),
                ("is_out", models.BooleanField(default=False)),
                ("lost_from", models.DateTimeField(blank=True, null=True)),
                ("lost_until", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["edition", "kind"], name="resource_kind")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "table")),
                        fields=("edition", "area", "number"),
                        name="table_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "stand")),
                        fields=("exhibitor", "number"),
                        name="stand_place_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "line")), fields=("edition", "number"), name="line_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BlockedPair",
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
                        related_name="blocked_pairs",
                        to="fair.edition",
                    ),
                ),
                (
                    "a",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="meetings.participant",
                    ),
                ),
                (
                    "b",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="meetings.participant",
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
                ("note", models.CharField(blank=True, max_length=300)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name="Request",
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
                        related_name="meeting_requests",
                        to="fair.edition",
                    ),
                ),
                ("code", models.CharField(default=everfair.base.codes.new_code, max_length=12, unique=True)),
                (
                    "asker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="requests_sent",
                        to="meetings.participant",
                    ),
                ),
                (
                    "exhibitor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="meeting_requests",
                        to="exhibition.exhibitor",
                    ),
                ),
                (
                    "asked",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="requests_received",
                        to="meetings.participant",
                    ),
                ),
                (
                    "offer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="exhibition.offer",
                    ),
                ),
                ("message", models.TextField(blank=True, max_length=2000)),
                (
                    "place",
                    models.CharField(
                        choices=[("table", "at a table"), ("stand", "at the stand"), ("online", "on line")],
                        default="table",
                        max_length=6,
                    ),
                ),
                ("language", models.CharField(blank=True, max_length=10)),
                ("needs_interpreter", models.BooleanField(default=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("sent", "sent"),
                            ("countered", "another time proposed"),
                            ("scheduled", "agreed"),
                            ("declined", "declined"),
                            ("expired", "ran out"),
                            ("cancelled", "cancelled"),
                        ],
                        default="sent",
                        max_length=9,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("sent_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("handed_on_at", models.DateTimeField(blank=True, null=True)),
                ("expires_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "colleagues",
                    models.ManyToManyField(blank=True, related_name="+", to="meetings.participant"),
                ),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["edition", "state", "expires_at"], name="request_expiry"),
                    models.Index(fields=["exhibitor", "state"], name="request_firm"),
                    models.Index(fields=["asked", "state"], name="request_asked"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("exhibitor__isnull", False), ("state__in", ["sent", "countered"])
                        ),
                        fields=("asker", "exhibitor"),
                        name="request_to_firm_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("exhibitor__isnull", True), ("state__in", ["sent", "countered"])),
                        fields=("asker", "asked"),
                        name="request_to_person_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("exhibitor__isnull", False), ("asked__isnull", False), _connector="OR"
                        ),
                        name="request_to_somebody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProposedSlot",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="proposals",
                        to="meetings.request",
                    ),
                ),
                (
                    "slot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="meetings.slot"
                    ),
                ),
                ("by_asker", models.BooleanField(default=True)),
                ("position", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "ordering": ["position", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("request", "slot", "by_asker"), name="proposal_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="DiaryKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "participant",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="diary_key",
                        to="meetings.participant",
                    ),
                ),
                ("digest", models.CharField(max_length=64, unique=True)),
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
        ),
        migrations.CreateModel(
            name="Wish",
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
                        on_delete=django.db.models.deletion.CASCADE, related_name="wishes", to="fair.edition"
                    ),
                ),
                (
                    "participant",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="wishes",
                        to="meetings.participant",
                    ),
                ),
                (
                    "by_exhibitor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="wishes",
                        to="exhibition.exhibitor",
                    ),
                ),
                (
                    "exhibitor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="wished_by",
                        to="exhibition.exhibitor",
                    ),
                ),
                (
                    "other",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="wished_by",
                        to="meetings.participant",
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("must", "must meet"),
                            ("want", "would like to meet"),
                            ("never", "no, thank you"),
                        ],
                        max_length=5,
                    ),
                ),
                ("said_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "indexes": [models.Index(fields=["edition", "level"], name="wish_level")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("exhibitor__isnull", False), ("participant__isnull", False)),
                        fields=("participant", "exhibitor"),
                        name="wish_firm_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("other__isnull", False), ("participant__isnull", False)),
                        fields=("participant", "other"),
                        name="wish_person_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("by_exhibitor__isnull", False)),
                        fields=("by_exhibitor", "other"),
                        name="wish_of_firm_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("by_exhibitor__isnull", True), ("participant__isnull", False)),
                            models.Q(("by_exhibitor__isnull", False), ("participant__isnull", True)),
                            _connector="OR",
                        ),
                        name="wish_of_one_side",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("exhibitor__isnull", False), ("other__isnull", True)),
                            models.Q(("exhibitor__isnull", True), ("other__isnull", False)),
                            _connector="OR",
                        ),
                        name="wish_for_one_side",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="NextInLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="meetings.request",
                    ),
                ),
                (
                    "wish",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="meetings.wish",
                    ),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="next_in_line",
                        to="fair.edition",
                    ),
                ),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="waits_for",
                        to="meetings.participant",
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
                    "other",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="meetings.participant",
                    ),
                ),
                (
                    "offered_slot",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="meetings.slot",
                    ),
                ),
                ("offered_until", models.DateTimeField(blank=True, null=True)),
                ("since", models.DateTimeField(default=django.utils.timezone.now)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["since", "id"],
            },
        ),
        migrations.CreateModel(
            name="Run",
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
                        on_delete=django.db.models.deletion.CASCADE, related_name="runs", to="fair.edition"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("all", "a new timetable"),
                            ("fill", "fill what is empty"),
                            ("repair", "mend what broke"),
                        ],
                        default="all",
                        max_length=6,
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
                            ("published", "published"),
                        ],
                        default="waiting",
                        max_length=9,
                    ),
                ),
                ("options", everfair.base.languages.UnescapedJSONField(default=dict)),
                ("progress", everfair.base.languages.UnescapedJSONField(default=dict)),
                ("result", everfair.base.languages.UnescapedJSONField(default=dict)),
                ("input_digest", models.CharField(blank=True, max_length=64)),
                ("stop_asked", models.BooleanField(default=False)),
                ("error", models.TextField(blank=True)),
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
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("published_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["-number"],
                "constraints": [
                    models.UniqueConstraint(fields=("edition", "number"), name="run_number_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["waiting", "running"])),
                        fields=("edition",),
                        name="one_run_at_a_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Meeting",
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
                        related_name="meetings",
                        to="fair.edition",
                    ),
                ),
                ("code", models.CharField(default=everfair.base.codes.new_code, max_length=12, unique=True)),
                (
                    "request",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="meetings",
                        to="meetings.request",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="meetings",
                        to="meetings.run",
                    ),
                ),
                (
                    "slot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="meetings",
                        to="meetings.slot",
                    ),
                ),
                (
                    "place",
                    models.CharField(
                        choices=[("table", "at a table"), ("stand", "at the stand"), ("online", "on line")],
                        max_length=6,
                    ),
                ),
                (
                    "exhibitor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="meetings",
                        to="exhibition.exhibitor",
                    ),
                ),
                ("language", models.CharField(blank=True, max_length=10)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("scheduled", "scheduled"),
                            ("held", "held"),
                            ("no_show", "somebody did not come"),
                            ("cancelled", "cancelled"),
                        ],
                        default="scheduled",
                        max_length=9,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("online_url", models.URLField(blank=True, max_length=500)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("reminded_at", models.DateTimeField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
            ],
            options={
                "ordering": ["slot__starts_at", "id"],
                "indexes": [models.Index(fields=["edition", "state", "slot"], name="meeting_slot")],
            },
        ),
        migrations.CreateModel(
            name="MeetingPerson",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="people",
                        to="meetings.meeting",
                    ),
                ),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="meetings",
                        to="meetings.participant",
                    ),
                ),
                (
                    "side",
                    models.CharField(
                        choices=[("asker", "who asked"), ("asked", "who was asked")], max_length=5
                    ),
                ),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                ("came", models.BooleanField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("meeting", "participant"), name="meeting_person_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Booking",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "resource",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="bookings",
                        to="meetings.resource",
                    ),
                ),
                (
                    "slot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="bookings",
                        to="meetings.slot",
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="bookings",
                        to="meetings.meeting",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("resource", "slot"), name="booking_once")],
            },
        ),
        migrations.CreateModel(
            name="RunRow",
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
                        on_delete=django.db.models.deletion.CASCADE, related_name="rows", to="meetings.run"
                    ),
                ),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="meetings.participant",
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
                    "other",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="meetings.participant",
                    ),
                ),
                ("wish", models.SmallIntegerField()),
                (
                    "slot",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="meetings.slot",
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="meetings.resource",
                    ),
                ),
                ("cause", models.CharField(blank=True, max_length=20)),
                ("was_locked", models.BooleanField(default=False)),
            ],
            options={
                "indexes": [models.Index(fields=["run", "wish"], name="run_row_wish")],
            },
        ),
    ]
