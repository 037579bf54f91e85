"""Public pages of the programme: what they show in both languages, to whom, at which moment, under how many queries."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from icalendar import Calendar

from everfair.fair.models import Edition
from everfair.programme.models import Session, SessionSpeaker
from everfair.programme.queries.board import forget_boards
from everfair.web.public.programme import listing, pages
from everfair.web.public.programme import session as session_page
from tests.factories.exhibition import make_exhibitor
from tests.factories.fair import make_edition, make_sector, make_team_member
from tests.factories.people import make_user
from tests.factories.programme import (
    BEGIN,
    make_activity_kind,
    make_session,
    make_speaker,
    make_stage,
)

pytestmark = pytest.mark.django_db
# A process that knows the programme. One query looks at the change table, which a running server does once in 0.4 s.
DAY_QUERIES, LIST_QUERIES, SESSION_QUERIES = 1, 1, 4


@pytest.fixture
def edition() -> Edition:
    return make_edition()


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Sets the clock of the programme's pages, counted from the first morning at nine."""

    def set_clock(after: timedelta) -> None:
        for module in (pages, listing, session_page):
            monkeypatch.setattr(module.timezone, "now", lambda: BEGIN + after)

    return set_clock


def page(client: Client, edition: Edition, path: str, lang: str = "en") -> str:
    answer = client.get(f"/{lang}/{edition.slug}/{path}")
    assert answer.status_code == 200, answer.status_code
    return str(answer.text)


@pytest.mark.parametrize(
    "path", ["programme/", "programme/list/", "programme/list/?whole=1", "programme/now/", "speakers/"]
)
def test_without_sessions_pages_say_what_to_do_next(client: Client, edition: Edition, path: str) -> None:
    shown = page(client, edition, path)
    assert 'class="empty"' in shown
    assert "Discuss" not in page(client, edition, "")


@pytest.mark.parametrize(
    ("lang", "first", "second"), [("en", "Cold chain", "冷链"), ("zh", "冷链", "Cold chain")]
)
def test_titles_stand_in_both_languages_the_pages_first(
    client: Client, edition: Edition, lang: str, first: str, second: str
) -> None:
    session = make_session(edition, title={"en": "Cold chain", "zh": "冷链"})
    for path in ("programme/list/", f"sessions/{session.address}/", f"stages/{session.stage.code}/"):
        main = page(client, edition, path, lang).partition("<main")[2]
        assert main.index(first) < main.index(second)
    assert first in page(client, edition, "programme/", lang)


def test_the_front_page_has_the_door_and_the_day(client: Client, edition: Edition) -> None:
    start = timezone.now() + timedelta(hours=1)
    session = make_session(edition, starts_at=start, ends_at=start + timedelta(hours=1))
    shown = page(client, edition, "")
    assert f'href="/en/{edition.slug}/programme/"' in shown
    assert session.title["en"] in shown


def test_a_programme_that_is_over_leaves_the_front_page(client: Client, edition: Edition, at: Any) -> None:
    at(timedelta(days=30))
    session = make_session(edition)
    shown = page(client, edition, "")
    assert session.title["en"] not in shown
    assert f'href="/en/{edition.slug}/programme/"' in shown


@pytest.mark.parametrize("state", ["proposed", "changes_asked", "rejected", "draft", "confirmed"])
def test_what_is_not_announced_stands_nowhere(client: Client, edition: Edition, state: str) -> None:
    make_session(edition)
    hidden = make_session(edition, state=state, title={"en": "Hush"}, speakers=1)
    speaker = hidden.speakers.get()
    forget_boards()
    for path in (
        "programme/",
        "programme/list/",
        "programme/now/",
        f"stages/{hidden.stage.code}/",
        "speakers/",
        "programme.ics",
    ):
        shown = page(client, edition, path)
        assert "Hush" not in shown
        assert speaker.name["en"] not in shown
    for path in (
        f"sessions/{hidden.address}/",
        f"sessions/{hidden.address}.ics",
        f"speakers/{speaker.address}/",
    ):
        assert client.get(f"/en/{edition.slug}/{path}").status_code == 404
    assert "Hush" not in client.get(f"/sitemap-{edition.slug}-1.xml").text


def test_the_team_sees_a_session_before_it_is_announced(client: Client, edition: Edition) -> None:
    session = make_session(edition, state="draft")
    address = f"sessions/{session.address}/"
    client.force_login(make_user())
    assert client.get(f"/en/{edition.slug}/{address}").status_code == 404
    member = make_user()
    make_team_member(edition, member)
    client.force_login(member)
    shown = page(client, edition, address)
    assert "Preview" in shown
    assert "Keep in my programme" not in shown


def test_a_draft_editions_programme_is_nobodys_business(client: Client) -> None:
    edition = make_edition(phase="draft")
    session = make_session(edition)
    for path in (
        "programme/",
        "programme/list/",
        f"sessions/{session.address}/",
        "programme.ics",
        f"stages/{session.stage.code}/screen/",
    ):
        assert client.get(f"/en/{edition.slug}/{path}").status_code == 404


@pytest.mark.parametrize(("minutes", "word"), [(-30, ""), (10, "on now"), (90, "ended")])
def test_now_is_marked(client: Client, edition: Edition, at: Any, minutes: int, word: str) -> None:
    session = make_session(edition)
    make_session(edition, hour=30)
    at(timedelta(minutes=minutes))
    shown = page(client, edition, f"stages/{session.stage.code}/").partition("<main")[2]
    for one in ("on now", "ended"):
        assert (one in shown) == (one == word)
    day = page(client, edition, "programme/?day=2026-09-04")
    assert ("now-line" in day) == (0 <= minutes < 60)


def test_a_page_kept_before_a_session_began_is_not_shown_after(
    client: Client, edition: Edition, at: Any
) -> None:
    make_session(edition)
    at(timedelta(minutes=-1))
    assert "on now" not in page(client, edition, "programme/list/")
    at(timedelta(minutes=1))
    assert "on now" in page(client, edition, "programme/list/")


def test_now_and_next_names_both_for_each_stage(client: Client, edition: Edition, at: Any) -> None:
    stage = make_stage(edition)
    first, second, third = (make_session(edition, stage=stage, hour=n) for n in (0, 2, 4))
    cancelled = make_session(edition, stage=stage, hour=1, state="cancelled")
    at(timedelta(minutes=10))
    shown = page(client, edition, "programme/now/")
    assert first.title["en"] in shown
    assert second.title["en"] in shown
    assert third.title["en"] not in shown
    assert cancelled.title["en"] not in shown
    at(timedelta(days=-40))
    assert first.title["en"] in page(client, edition, "programme/now/")
    at(timedelta(days=40))
    assert "The programme is over" in page(client, edition, "programme/now/")


def test_a_cancelled_session_is_announced_as_such(client: Client, edition: Edition) -> None:
    session = make_session(edition, state="cancelled", reason="The speaker is ill.")
    shown = page(client, edition, f"sessions/{session.address}/")
    assert "This session is cancelled." in shown
    assert "The speaker is ill." in shown
    assert "EventCancelled" in shown
    assert "cancelled" in page(client, edition, "programme/list/")
    assert "cancelled" in page(client, edition, "programme/?day=2026-09-04")


def test_a_door_screen_asks_again_by_itself_without_a_script(
    client: Client, edition: Edition, at: Any
) -> None:
    stage = make_stage(edition)
    on_now, coming = make_session(edition, stage=stage), make_session(edition, stage=stage, hour=1)
    at(timedelta(minutes=59, seconds=50))
    shown = page(client, edition, f"stages/{stage.code}/screen/")
    assert not re.search(r"<script(?![^>]* src=)", shown), "a script may only make it quicker"
    seconds = re.search(r'http-equiv="refresh" content="(\d+)"', shown)
    assert seconds is not None
    assert 10 <= int(seconds[1]) <= 12, "asks again as soon as the session is over"
    assert shown.index(on_now.title["en"]) < shown.index(coming.title["en"])
    assert on_now.title["zh"] in shown
    at(timedelta(minutes=61))
    assert on_now.title["en"] not in page(client, edition, f"stages/{stage.code}/screen/")
    at(timedelta(days=9))
    assert "Nothing more here" in page(client, edition, f"stages/{stage.code}/screen/")


def test_days_and_filters_and_their_counts(client: Client, edition: Edition) -> None:
    forum = make_activity_kind(edition, code="forum", name={"en": "Forums"})
    inside = make_session(edition, kind=forum, language="zh")
    outside = make_session(edition, hour=24, language="en", format="online")
    shown = page(client, edition, "programme/list/?kind=forum")
    assert inside.title["en"] in shown
    assert outside.title["en"] not in shown
    assert "1 session<" in shown
    assert outside.title["en"] in page(
        client, edition, "programme/list/?day=2026-09-05&language=en&format=online"
    )
    assert "No session fits" in page(client, edition, "programme/list/?kind=forum&day=2026-09-05")
    assert outside.title["en"] in page(client, edition, "programme/?day=2026-09-05")
    assert inside.title["en"] in page(client, edition, "programme/?day=nonsense")
    assert page(client, edition, "programme/list/?page=99999&day=0&stage=%00")


def test_words_are_found_in_titles_speakers_and_hosts_without_an_index(
    client: Client, edition: Edition, settings: Any
) -> None:
    settings.SEARCH_ENGINE = "null"
    session = make_session(
        edition, title={"en": "Cold chain at the border", "zh": "口岸冷链"}, exhibitor=make_exhibitor(edition)
    )
    SessionSpeaker.objects.create(session=session, speaker=make_speaker(edition, name={"en": "Amina Muster"}))
    other = make_session(edition, hour=2)
    host = session.exhibitor.organisation.name["en"]
    for words in ("cold BORDER", "冷链", "muster", host):
        shown = page(client, edition, f"programme/list/?q={words}")
        assert session.title["en"] in shown, words
        assert other.title["en"] not in shown, words
    assert "No session fits" in page(client, edition, "programme/list/?q=<script>alert(1)</script>")


def test_many_sessions_stand_on_pages_and_on_one_page_to_print(client: Client, edition: Edition) -> None:
    stage = make_stage(edition)
    Session.objects.bulk_create(
        Session(
            edition=edition, stage=stage, state="published", title={"en": f"Talk number {n}."},
            starts_at=BEGIN + timedelta(minutes=n), ends_at=BEGIN + timedelta(minutes=n + 30),
        )
        for n in range(120)
    )  # fmt: skip
    first = page(client, edition, "programme/list/")
    assert first.count("Talk number") == 50
    assert page(client, edition, "programme/list/?page=3").count("Talk number") == 20
    assert page(client, edition, "programme/list/?whole=1").count("Talk number") == 120
    assert page(client, edition, "programme/").count("Talk number") == 120


def test_a_session_tells_when_where_who_and_how(client: Client, edition: Edition, at: Any) -> None:
    at(timedelta(hours=-1))
    stage = make_stage(edition, name={"en": "Plenary"}, directions={"en": "Upstairs"})
    session = make_session(
        edition,
        stage=stage,
        language="zh",
        interpretation=["fr"],
        seats=10,
        speakers=1,
        exhibitor=make_exhibitor(edition),
    )
    session.sectors.add(make_sector(edition))
    session.materials.create(title="Slides of the day", url="https://slides.example/a")
    shown = page(client, edition, f"sessions/{session.address}/")
    for part in (
        "09:00–10:00",
        "Plenary",
        "Upstairs",
        "Chinese",
        "French",
        "10 of 10 seats are free",
        "Slides of the day",
        "Shanghai time",
    ):
        assert part in shown, part
    assert f"/booths/{session.exhibitor.address}/" in shown
    assert session.speakers.get().name["en"] in shown


def test_a_former_or_bare_address_leads_to_the_session(client: Client, edition: Edition) -> None:
    session = make_session(edition, title={"en": "New name"})
    for address in (session.code, f"old-name-{session.code}"):
        answer = client.get(f"/en/{edition.slug}/sessions/{address}/")
        assert answer.status_code == 301
        assert answer.headers["Location"] == f"/en/{edition.slug}/sessions/{session.address}/"
    assert client.get(f"/en/{make_edition().slug}/sessions/{session.address}/").status_code == 404


def test_times_of_a_reader_abroad_stand_beside_the_fairs(client: Client, edition: Edition) -> None:
    session = make_session(edition)
    client.force_login(make_user(time_zone="Africa/Nairobi"))
    shown = page(client, edition, f"sessions/{session.address}/")
    assert "09:00–10:00" in shown
    assert "04:00–05:00 in Nairobi" in shown
    assert 'data-own-ruler aria-hidden="true"><span class="of">Nairobi' in page(client, edition, "programme/")
    client.force_login(make_user(time_zone="Asia/Shanghai"))
    assert "yours</span>" not in page(client, edition, f"sessions/{session.address}/")


def test_a_script_in_a_text_is_text(client: Client, edition: Edition) -> None:
    evil = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    session = make_session(
        edition, title={"en": evil}, abstract={"en": evil}, subtitle={"en": evil}, track=evil
    )
    SessionSpeaker.objects.create(
        session=session, speaker=make_speaker(edition, name={"en": evil}, about={"en": evil})
    )
    speaker = session.speakers.get()
    for path in (
        "programme/", "programme/list/", f"sessions/{session.address}/", f"speakers/{speaker.address}/",
        f"stages/{session.stage.code}/screen/", "speakers/",
    ):  # fmt: skip
        shown = page(client, edition, path)
        assert "<script>alert" not in shown
        assert "<img src=x" not in shown
    assert "</script><img" not in page(client, edition, f"sessions/{session.address}/")


def test_streams_are_links_and_never_frames(client: Client, edition: Edition, at: Any) -> None:
    at(timedelta(minutes=5))
    hls = make_session(edition, live_url="https://live.example.org:8443/a/index.m3u8")
    elsewhere = make_session(edition, live_url="https://video.example.com/watch?v=1")
    answer = client.get(f"/en/{edition.slug}/sessions/{hls.address}/")
    assert 'href="https://live.example.org:8443/a/index.m3u8"' in answer.text
    assert "data-video" in answer.text
    assert "media-src 'self' https://live.example.org:8443;" in answer.headers["Content-Security-Policy"]
    other = client.get(f"/en/{edition.slug}/sessions/{elsewhere.address}/")
    assert 'href="https://video.example.com/watch?v=1"' in other.text
    assert "data-video" not in other.text
    assert "video.example.com" not in other.headers["Content-Security-Policy"]
    for shown in (answer.text, other.text):
        assert "<iframe" not in shown
        assert "<video" not in shown, "nothing is fetched before a click"


def test_a_streams_address_cannot_write_the_pages_policy(client: Client, edition: Edition, at: Any) -> None:
    at(timedelta(minutes=5))
    session = make_session(edition, live_url="https://a.example; script-src *;/x.m3u8")
    answer = client.get(f"/en/{edition.slug}/sessions/{session.address}/")
    assert "script-src *" not in answer.headers["Content-Security-Policy"]


def test_a_replay_is_offered_when_the_session_is_over(client: Client, edition: Edition, at: Any) -> None:
    session = make_session(edition, live_url="https://live.example/x", replay_url="https://replay.example/x")
    at(timedelta(minutes=5))
    before = page(client, edition, f"sessions/{session.address}/")
    at(timedelta(hours=5))
    after = page(client, edition, f"sessions/{session.address}/")
    assert "replay.example" not in before
    assert "live.example" not in after
    assert "replay.example" in after


def test_machines_read_a_session_as_an_event(client: Client, edition: Edition) -> None:
    session = make_session(edition, format="hybrid", speakers=1, language="en")
    shown = page(client, edition, f"sessions/{session.address}/")
    (script,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', shown, re.DOTALL)
    event = json.loads(script)
    assert event["@type"] == "Event"
    assert event["startDate"] == "2026-09-04T09:00:00+08:00"
    assert event["endDate"] == "2026-09-04T10:00:00+08:00"
    assert event["eventAttendanceMode"].endswith("MixedEventAttendanceMode")
    assert [place["@type"] for place in event["location"]] == ["Place", "VirtualLocation"]
    assert event["performer"][0]["name"] == session.speakers.get().name["en"]
    assert event["superEvent"]["name"] == edition.name["en"]


def test_sessions_speakers_and_stages_stand_in_the_sitemap(client: Client, edition: Edition) -> None:
    session = make_session(edition, speakers=1)
    shown = client.get(f"/sitemap-{edition.slug}-1.xml").text
    for path in (
        "programme/",
        f"sessions/{session.address}/",
        f"stages/{session.stage.code}/",
        f"speakers/{session.speakers.get().address}/",
    ):
        assert f"/en/{edition.slug}/{path}</loc>" in shown
        assert f"/zh/{edition.slug}/{path}</loc>" in shown


def test_speakers_are_found_by_name_and_organisation(client: Client, edition: Edition) -> None:
    session = make_session(edition)
    for name, firm in (("Amina Muster", "Sample Institute"), ("Lin Example", "Other House")):
        speaker = make_speaker(edition, name={"en": name}, organisation_name={"en": firm})
        SessionSpeaker.objects.create(session=session, speaker=speaker)
    shown = page(client, edition, "speakers/?q=institute")
    assert "Amina Muster" in shown
    assert "Lin Example" not in shown
    assert "Nobody of this name" in page(client, edition, "speakers/?q=zzz")
    assert session.title["en"] in page(client, edition, f"speakers/{speaker.address}/")


@pytest.mark.parametrize(
    ("path", "most"),
    [("programme/", DAY_QUERIES), ("programme/list/", LIST_QUERIES), ("programme/list/?whole=1", LIST_QUERIES),
     ("programme/now/", DAY_QUERIES), ("speakers/", DAY_QUERIES), ("programme.ics", DAY_QUERIES)],
)  # fmt: skip
def test_pages_cost_the_same_queries_with_one_session_and_with_three(
    client: Client, edition: Edition, path: str, most: int
) -> None:
    counts = []
    for _round in range(2):
        make_session(edition, speakers=2, exhibitor=make_exhibitor(edition), kind=make_activity_kind(edition))
        forget_boards()
        page(client, edition, path)
        with CaptureQueriesContext(connection) as asked:
            page(client, edition, path)
        counts.append(len(asked))
        make_session(edition, hour=1)
    assert counts[0] == counts[1] <= most


def test_a_session_costs_the_same_queries_with_one_speaker_and_with_three(
    client: Client, edition: Edition
) -> None:
    for speakers in (1, 3):
        session = make_session(edition, speakers=speakers)
        for number in range(speakers):
            session.materials.create(title=f"Paper {number}", url="https://a.example/")
            session.sectors.add(make_sector(edition))
        forget_boards()
        page(client, edition, f"sessions/{session.address}/")
        with CaptureQueriesContext(connection) as asked:
            page(client, edition, f"sessions/{session.address}/")
        assert len(asked) <= SESSION_QUERIES


def events(client: Client, edition: Edition, path: str, lang: str = "en") -> list[Any]:
    answer = client.get(f"/{lang}/{edition.slug}/{path}")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    return list(Calendar.from_ical(answer.content).walk("VEVENT"))


def test_calendars_of_all_of_a_stage_a_kind_and_a_session(client: Client, edition: Edition) -> None:
    kind = make_activity_kind(edition, code="forum")
    one, two = make_session(edition, kind=kind), make_session(edition, hour=2)
    make_session(edition, starts_at=None, ends_at=None)
    uid = {session.pk: f"session-{session.code}@" for session in (one, two)}

    def uids(path: str) -> set[str]:
        return {str(event["UID"]).partition("@")[0] + "@" for event in events(client, edition, path)}

    assert uids("programme.ics") == set(uid.values())
    assert uids(f"stages/{one.stage.code}.ics") == {uid[one.pk]}
    assert uids("programme/kinds/forum.ics") == {uid[one.pk]}
    assert uids(f"sessions/{two.address}.ics") == {uid[two.pk]}
    assert client.get(f"/en/{edition.slug}/stages/nowhere.ics").status_code == 404
    assert client.get(f"/en/{edition.slug}/programme/kinds/none.ics").status_code == 404


def test_a_calendar_speaks_the_pages_language_and_tells_of_cancelling(
    client: Client, edition: Edition
) -> None:
    session = make_session(edition, state="cancelled", version=4)
    (event,) = events(client, edition, f"sessions/{session.address}.ics", "zh")
    assert session.title["zh"] in event["SUMMARY"]
    assert event["STATUS"] == "CANCELLED"
    assert int(event["SEQUENCE"]) == 3
    assert event["DTSTART"].dt == BEGIN
