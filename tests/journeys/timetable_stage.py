"""A fair with a round of wishes inside an installation of its own, for journeys with the real worker; and what its tables say."""

import os
import signal
import time
from typing import Any


def make() -> dict[str, Any]:
    """One slot next week, a firm with one person, three guests who may wish, an organiser. Sessions, codes, addresses."""
    from datetime import UTC, datetime, time, timedelta
    from zoneinfo import ZoneInfo

    from django.utils import timezone

    from tests.factories.badges import make_badge_holder, make_badge_kind
    from tests.factories.exhibition import make_exhibitor
    from tests.factories.fair import make_edition, make_team_member
    from tests.factories.meetings import make_participant, make_rules, make_slots, make_table
    from tests.factories.people import make_membership, make_organisation, make_user
    from tests.programme.live_world import signed_in

    today = timezone.localdate()
    edition = make_edition(starts_on=today + timedelta(days=7), ends_on=today + timedelta(days=9))
    make_rules(edition, wishes_close_at=timezone.now() + timedelta(days=2))
    begin = datetime.combine(edition.starts_on, time(14), ZoneInfo("Asia/Shanghai")).astimezone(UTC)
    slot = make_slots(edition, 1, starts_at=begin)[0]
    make_table(edition)
    name = {"en": "Tidewater Surveys", "zh": "潮水测绘"}
    firm = make_exhibitor(edition, organisation=make_organisation(name=name))
    owner = make_membership(organisation=firm.organisation, role="owner").user
    make_participant(edition, exhibitor=firm, user=owner, name="Li Wen")
    kind = make_badge_kind(edition)
    guests = {}
    for who in ("Amina", "Berta", "Carlos"):
        user = make_user(name=who, time_zone="Africa/Nairobi")
        make_badge_holder(kind, user=user, name=who, email=user.email)
        guests[who] = signed_in(user)
    organiser = make_team_member(edition, make_user(), "administrator").user
    nairobi = slot.starts_at.astimezone(ZoneInfo("Africa/Nairobi"))
    return {
        "edition": edition.slug, "firm": firm.code, "guests": guests, "owner": signed_in(owner),
        "organiser": signed_in(organiser), "in_nairobi": nairobi.strftime("%H:%M"),
    }  # fmt: skip


def make_large(visitors: int = 40, firms: int = 20, slots: int = 12, tables: int = 12) -> dict[str, Any]:
    """A round that takes the generator some seconds: every visitor wishes for every firm. The organiser's session and address."""
    from django.utils import timezone

    from everfair.meetings.models import Participant, Resource, Wish
    from tests.factories.exhibition import make_exhibitor
    from tests.factories.fair import make_area, make_edition, make_team_member
    from tests.factories.meetings import make_participant, make_rules, make_slots, make_table
    from tests.factories.people import make_user
    from tests.programme.live_world import signed_in

    edition = make_edition(starts_on="2099-09-04", ends_on="2099-09-05")
    make_rules(edition)
    make_slots(edition, slots, starts_at=timezone.now().replace(year=2099, month=9, day=4, hour=1, minute=0))
    hall = make_area(edition)
    for _ in range(tables):
        make_table(edition, hall)
    own = [make_exhibitor(edition) for _ in range(firms)]
    for firm in own:
        make_participant(edition, exhibitor=firm)
    people = [Participant.objects.create(edition=edition, name=f"Visitor {n}") for n in range(visitors)]
    Resource.objects.bulk_create(Resource(edition=edition, kind="person", participant=one) for one in people)
    Wish.objects.bulk_create(
        Wish(edition=edition, participant=person, exhibitor=firm, level="want")
        for person in people
        for firm in own
    )
    organiser = make_team_member(edition, make_user(), "administrator").user
    return {"edition": edition.slug, "organiser": signed_in(organiser), "wishes": visitors * firms}


def run_told(number: int = 1) -> dict[str, Any]:
    """State, tries and process of the newest edition's run."""
    from everfair.meetings.models import Run

    run = Run.objects.get(number=number)
    return {
        "state": run.state, "tries": run.progress.get("tries", 0), "process": run.progress.get("process", ""),
        "error": run.error, "placed": run.result.get("placed", 0), "rows": run.rows.count(),
    }  # fmt: skip


def kill_as_it_runs(server: int, seconds: float) -> dict[str, Any]:
    """Kill -9 of the server and of the run's own process, as soon as that has begun; what the run said of itself then.

    Looked for in this process: to start another for each look takes longer than the run may.
    """
    ends = time.monotonic() + seconds
    while not (told := run_told())["process"]:
        assert time.monotonic() < ends, "no worker took the run up"
        time.sleep(0.02)
    os.kill(server, signal.SIGKILL)  # first: it would begin the run again at once
    os.kill(int(told["process"].rsplit(":", 1)[1]), signal.SIGKILL)
    return told


def meetings_told() -> list[dict[str, Any]]:
    """Every meeting: state, names, how many bookings."""
    from everfair.meetings.models import Meeting

    return [
        {
            "code": one.code, "state": one.state, "run": one.run.number if one.run is not None else None,
            "names": sorted(row.participant.name for row in one.people.select_related("participant")),
            "bookings": one.bookings.count(),
        }
        for one in Meeting.objects.order_by("pk")
    ]  # fmt: skip


def people_codes() -> dict[str, str]:
    """Name → code of everybody who takes part."""
    from everfair.meetings.models import Participant

    return dict(Participant.objects.values_list("name", "code"))


def addresses(edition: str, firm: str) -> dict[str, str]:
    """Pages of the journey, in English."""
    from django.urls import reverse
    from django.utils import translation

    with translation.override("en"):
        return {
            "wishes": reverse("visitor:meetings.wish_list", args=[edition]),
            "diary": reverse("visitor:meetings.diary", args=[edition]),
            "meeting": reverse("visitor:meetings.meeting_show", args=[edition, "CODE"]),
            "runs": reverse("organiser:meetings.run_list", args=[edition]),
            "firm_wishes": reverse("exhibitor:meetings.wish_list", args=[firm]),
            "firm_diary": reverse("exhibitor:meetings.diary_list", args=[firm]),
        }
