import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import everfair.base.codes
import everfair.base.languages


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("base", "0003_media_digests_and_task_leases"),
        ("conversations", "0001_initial"),
        ("exhibition", "0001_initial"),
        ("fair", "0003_place_no_overlap"),
        ("meetings", "0009_meetings_the_fair_suggests"),
        ("people", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="Call",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(default=everfair.base.codes.new_code, max_length=16, unique=True)),
                ("title", everfair.base.languages.WordsField(blank=True, default=dict, max_length=200)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("ringing", "ringing"),
                            ("open", "open"),
                            ("ended", "ended"),
                            ("missed", "nobody answered"),
                        ],
                        default="open",
                        max_length=7,
                    ),
                ),
                (
                    "provider",
                    models.CharField(
                        choices=[
                            ("browser", "from browser to browser"),
                            ("janus", "Janus"),
                            ("livekit", "LiveKit"),
                        ],
                        default="browser",
                        max_length=7,
                    ),
                ),
                ("epoch", models.PositiveIntegerField(default=1)),
                ("spare_url", models.URLField(blank=True, max_length=500)),
                ("agenda", models.TextField(blank=True, max_length=4000)),
                ("shared_notes", models.TextField(blank=True, max_length=20000)),
                ("notes_version", models.PositiveIntegerField(default=1)),
                ("starts_at", models.DateTimeField(blank=True, null=True)),
                ("ends_at", models.DateTimeField(blank=True, null=True)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("opened_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("recording_since", models.DateTimeField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "conversation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="calls",
                        to="conversations.conversation",
                    ),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="calls", to="fair.edition"
                    ),
                ),
                (
                    "exhibitor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="calls",
                        to="exhibition.exhibitor",
                    ),
                ),
                (
                    "meeting",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="call",
                        to="meetings.meeting",
                    ),
                ),
            ],
            options={
                "ordering": ["-made_at", "-id"],
                "indexes": [models.Index(fields=["edition", "state", "-made_at"], name="call_state")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("conversation__isnull", False),
                            ("meeting__isnull", True),
                            ("state__in", ["ringing", "open"]),
                        ),
                        fields=("conversation",),
                        name="call_of_conversation_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CallPerson",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(default=everfair.base.codes.new_code, max_length=12)),
                (
                    "role",
                    models.CharField(
                        choices=[("host", "host"), ("guest", "guest"), ("interpreter", "interpreter")],
                        default="guest",
                        max_length=11,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "before the door"),
                            ("admitted", "may enter"),
                            ("in", "in the room"),
                            ("left", "has left"),
                            ("refused", "not let in"),
                            ("removed", "removed"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("firm", models.CharField(blank=True, max_length=200)),
                ("country", models.CharField(blank=True, max_length=2)),
                (
                    "mode",
                    models.CharField(
                        choices=[
                            ("picture", "sound and picture"),
                            ("sound", "sound only"),
                            ("text", "text only"),
                        ],
                        default="picture",
                        max_length=7,
                    ),
                ),
                ("is_muted", models.BooleanField(default=False)),
                ("is_camera_off", models.BooleanField(default=False)),
                ("is_sharing", models.BooleanField(default=False)),
                ("hand_at", models.DateTimeField(blank=True, null=True)),
                ("language", models.CharField(blank=True, max_length=10)),
                ("feed", models.CharField(blank=True, max_length=40)),
                ("agrees_to_record", models.BooleanField(default=False)),
                ("private_notes", models.TextField(blank=True, max_length=20000)),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("entered_at", models.DateTimeField(blank=True, null=True)),
                ("seen_at", models.DateTimeField(blank=True, null=True)),
                ("left_at", models.DateTimeField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="people", to="calls.call"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["asked_at", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("call", "user"), name="call_person_once"),
                    models.UniqueConstraint(fields=("call", "code"), name="call_person_code_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="CallRules",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("is_open", models.BooleanField(default=True)),
                ("opens_before", models.PositiveSmallIntegerField(default=10)),
                ("stays_after", models.PositiveSmallIntegerField(default=15)),
                ("ring_seconds", models.PositiveSmallIntegerField(default=10)),
                ("most_people", models.PositiveSmallIntegerField(default=8)),
                ("may_record", models.BooleanField(default=False)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "edition",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="call_rules",
                        to="fair.edition",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Ring",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("until", models.DateTimeField()),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("declined_at", models.DateTimeField(blank=True, null=True)),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="rings", to="calls.call"
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
                "ordering": ["at", "id"],
                "constraints": [models.UniqueConstraint(fields=("call", "user"), name="ring_once")],
            },
        ),
        migrations.CreateModel(
            name="SharedDocument",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="documents", to="calls.call"
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="base.mediafile"
                    ),
                ),
            ],
        ),
    ]
