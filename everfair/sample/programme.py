"""Loads the sample programme of an edition: stages, speakers, sessions, the call. Everything through the room's actions."""

from collections import Counter
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from django.utils import timezone

from everfair.exhibition.models import Exhibitor
from everfair.fair.models import Edition
from everfair.people.models import User
from everfair.programme.actions.bookmarks import set_bookmark
from everfair.programme.actions.proposals import save_call
from everfair.programme.actions.seats import take_seat
from everfair.programme.actions.sessions import move_session, save_session
from everfair.programme.actions.speakers import save_speaker
from everfair.programme.actions.stages import save_stage
from everfair.programme.actions.state import change_state, follow_clock
from everfair.programme.models import Session, Speaker, Stage

HERE = Path(__file__).resolve().parent
STEPS = {  # a state → the way to it from where a session begins
    "published": ("confirmed", "published"),
    "cancelled": ("confirmed", "published", "cancelled"),
    "confirmed": ("confirmed",),
    "draft": (),
    "proposed": (),
    "changes_asked": ("changes_asked",),
}
REASONS = {
    "cancelled": "One of the two hosts cannot travel. 其中一位主办方无法到场。",
    "changes_asked": "Please add a summary in Chinese and say who interprets. 请补充中文摘要，并说明由谁口译。",
}
KEPT_BY_VISITOR, SEATS_OF_VISITOR = 6, 2


@lru_cache(maxsize=1)
def _facts() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((HERE / "programme.yaml").read_text(encoding="utf-8"))
    return found


def load_programme(edition: Edition, *, by: User, visitor: User | None = None) -> int:
    """Fill the edition's programme; how many sessions. `visitor` keeps some and takes seats in two."""
    maker = _Maker(edition, by)
    for facts in _facts()["sessions"]:
        maker.add(facts)
    follow_clock()  # what is over is over
    if visitor is not None:
        _keep(edition, visitor)
    return maker.count


class _Maker:
    """Adds sessions to one edition; knows its stages, speakers, kinds and hosts."""

    def __init__(self, edition: Edition, by: User) -> None:
        self.edition, self.by, self.count = edition, by, 0
        facts = _facts()
        areas = {area.code: area for area in edition.areas.all()}
        self.firms: dict[str, Exhibitor] = {
            exhibitor.organisation.external_id: exhibitor
            for exhibitor in Exhibitor.objects.filter(edition=edition).select_related(
                "organisation", "sector"
            )
        }
        self.kinds = {kind.code: kind for kind in edition.activity_kinds.all()}
        self.delegations = list(edition.delegations.order_by("position", "id"))
        self.stages = {row[0]: self._stage(row, areas) for row in facts["stages"]}
        self.speakers = {row[0]: self._speaker(row) for row in facts["speakers"]}
        begin = datetime(edition.starts_on.year, edition.starts_on.month, edition.starts_on.day)
        self.midnight = begin.replace(tzinfo=ZoneInfo(edition.time_zone))
        call = {
            "opens_at": timezone.now() - timedelta(days=60),
            "closes_at": self.midnight + timedelta(days=5),
        }
        save_call(edition, {**facts["call"], **call}, by=by)

    def _stage(self, row: list[Any], areas: dict[str, Any]) -> Stage:
        code, kind, seats, area, en, zh, how_en, how_zh = row
        values = {
            "code": code,
            "kind": kind,
            "seats": seats,
            "area": areas.get(str(area)) if area else None,
            "name": {"en": en, "zh": zh},
            "directions": {"en": how_en, "zh": how_zh},
        }
        return save_stage(self.edition, None, values, by=self.by)

    def _speaker(self, row: list[str]) -> Speaker:
        key, en, zh, position_en, position_zh, firm = row
        host = self.firms.get(firm)
        own = {"en": "Harbourlight programme", "zh": "港灯服贸会议程组"}
        values = {
            "name": {"en": en, "zh": zh},
            "title": {"en": position_en, "zh": position_zh},
            "organisation_name": host.organisation.name if host else own,
            "country": host.organisation.country if host else "",
            "about": _facts()["about_speaker"],
            "source": "sample",
            "external_id": key,
        }
        return save_speaker(self.edition, None, values, by=self.by)

    def add(self, facts: list[Any]) -> Session:
        """One session, brought as far as its state says."""
        day, clock, minutes, stage, kind, host, people, language, interpretation, more, *texts = facts
        state = more.get("state", "published")
        starts_at = self._at(day, more.get("moved_from", clock))
        firm = self.firms.get(host)
        values = {
            "title": {"en": texts[0], "zh": texts[1]},
            "abstract": {"en": texts[2], "zh": texts[3]},
            "kind": self.kinds.get(_facts()["kinds"][kind]),
            "stage": self.stages[stage],
            "starts_at": starts_at,
            "ends_at": starts_at + timedelta(minutes=minutes),
            "format": more.get("format", "on_site"),
            "language": language,
            "interpretation": interpretation,
            "seats": more.get("seats"),
            "exhibitor": firm,
            "delegation": self.delegations[int(host[4:]) - 1] if host.startswith("del:") else None,
            "host_name": {} if host else {"en": "Harbourlight programme", "zh": "港灯服贸会议程组"},
            "sectors": [firm.sector] if firm and firm.sector else [],
            "speakers": [self._part(one) for one in people],
        }
        if more.get("live"):
            values["live_url"] = f"https://stream.example/{stage}/live.m3u8"
            if day == 0:
                values["replay_url"] = f"https://stream.example/{stage}/{day}-{clock.replace(':', '')}.m3u8"
        begins_as = "proposed" if state in ("proposed", "changes_asked") else "draft"
        session = save_session(self.edition, None, values, by=self.by, state=begins_as)
        for step in STEPS[state]:
            change_state(session, step, by=self.by, reason=REASONS.get(step, ""))
        if "moved_from" in more:
            starts_at = self._at(day, clock)
            ends_at = starts_at + timedelta(minutes=minutes)
            move_session(session, starts_at=starts_at, ends_at=ends_at, stage=session.stage, by=self.by)
        self.count += 1
        return session

    def _at(self, day: int, clock: str) -> datetime:
        hour, minute = clock.split(":")
        return self.midnight + timedelta(days=day, hours=int(hour), minutes=int(minute))

    def _part(self, text: str) -> tuple[Speaker, str]:
        key, _colon, role = text.partition(":")
        return self.speakers[key], role or "speaker"


def _keep(edition: Edition, visitor: User) -> None:
    """The demo visitor's own programme: some sessions of the coming days, seats in two of them."""
    coming = Session.objects.filter(edition=edition, state="published", starts_at__gt=timezone.now())
    taken = Counter[str]()
    for session in coming.order_by("starts_at", "id")[:60]:
        if session.seats is not None and taken["seats"] < SEATS_OF_VISITOR:
            take_seat(session, by=visitor)
            taken["seats"] += 1
        elif taken["kept"] < KEPT_BY_VISITOR:
            set_bookmark(session, True, by=visitor)
            taken["kept"] += 1
