"""Stages, speakers, sessions: published on a stage unless told otherwise."""

from datetime import UTC, datetime, timedelta
from typing import Any

from everfair.fair.models import ActivityKind, Edition
from everfair.programme.models import Call, Session, SessionSpeaker, Speaker, Stage
from tests.factories import number
from tests.factories.fair import make_edition

BEGIN = datetime(2026, 9, 4, 1, 0, tzinfo=UTC)  # nine in the morning of the first day in Shanghai


def make_stage(edition: Edition | None = None, **extra: Any) -> Stage:
    n = number()
    values: dict[str, Any] = {
        "code": f"stage-{n}",
        "name": {"en": f"Stage {n}", "zh": f"第{n}会场"},
        "position": n % 30_000,  # a small integer; suites make more rows than that
        **extra,
    }
    return Stage.objects.create(edition=edition or make_edition(), **values)


def make_speaker(edition: Edition | None = None, **extra: Any) -> Speaker:
    n = number()
    values: dict[str, Any] = {"name": {"en": f"Speaker {n}", "zh": f"第{n}位嘉宾"}, **extra}
    return Speaker.objects.create(edition=edition or make_edition(), **values)


def make_activity_kind(edition: Edition, **extra: Any) -> ActivityKind:
    n = number()
    values: dict[str, Any] = {"code": f"kind-{n}", "name": {"en": f"Kind {n}", "zh": f"第{n}类"}, **extra}
    return ActivityKind.objects.create(edition=edition, **values)


def make_session(
    edition: Edition | None = None, *, hour: float = 0, speakers: int = 0, **extra: Any
) -> Session:
    """A published session of an hour on a stage of its own, `hour` hours after the fair's first morning at nine."""
    n = number()
    stage = extra.get("stage")
    edition = edition or (stage.edition if stage else make_edition())
    starts_at = BEGIN + timedelta(hours=hour)
    values: dict[str, Any] = {
        "title": {"en": f"Talk {n}", "zh": f"第{n}场活动"},
        "abstract": {"en": f"What talk {n} is about.", "zh": f"第{n}场活动的内容。"},
        "state": Session.State.PUBLISHED,
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=1),
        **extra,
    }
    if "stage" not in values:
        values["stage"] = make_stage(edition)
    session = Session.objects.create(edition=edition, **values)
    for position in range(speakers):
        SessionSpeaker.objects.create(session=session, speaker=make_speaker(edition), position=position)
    return session


def make_call(edition: Edition, **extra: Any) -> Call:
    """An open call that closes in a hundred years."""
    values: dict[str, Any] = {
        "opens_at": datetime(2020, 1, 1, tzinfo=UTC),
        "closes_at": datetime(2126, 1, 1, tzinfo=UTC),
        **extra,
    }
    return Call.objects.create(edition=edition, **values)
