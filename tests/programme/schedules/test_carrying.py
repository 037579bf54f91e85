"""Import, export, import, export: nothing that a format can carry is lost on the way through our tables; scripts are."""

from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from everfair.fair.models import Edition
from everfair.gateways.markup.active import is_active
from everfair.gateways.schedules import Event, Schedule, read_schedule, write_json, write_xml
from everfair.programme.actions.schedule_values import to_markdown
from everfair.programme.models import Session
from everfair.programme.queries.exchange import schedule_file, schedule_of
from tests.factories.fair import make_edition
from tests.factories.schedules import GUIDS, bring_in, event, read_in, schedule
from tests.gateways.schedules.strategies import schedules

ZONE = ZoneInfo("Asia/Shanghai")
FORMS = st.sampled_from(["schedule.xml", "schedule.json"])
# of a text that has no letters nothing is left to call a session by, and speakers need a name
has_words = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
)


def parts(event: Event) -> dict[str, object]:
    """What a format carries of an event, in values that can be compared."""
    names = (
        "title", "starts_at", "duration", "room", "id", "guid", "subtitle", "track", "type", "language", "abstract",
        "description", "feedback_url", "origin_url", "logo", "recording", "links", "attachments", "url",
    )  # fmt: skip
    return {name: getattr(event, name) for name in names} | {"persons": [one.name for one in event.persons]}


@pytest.mark.django_db(transaction=False)
@has_words
@given(made=schedules(), form=FORMS)
def test_nothing_is_lost_through_the_tables(edition: Edition, made: Schedule, form: str) -> None:
    """Every example comes into an edition of its own."""
    write = write_json if form == "schedule.json" else write_xml
    data = write(made, ZONE)
    came = {one.guid: one for one in read_schedule(data, ZONE).schedule.events}
    own = make_edition(edition.fair, starts_on=edition.starts_on, ends_on=edition.ends_on)
    bring_in(own, data, form)
    first = schedule_file(schedule_of(own), form)
    gone = {one.guid: one for one in read_schedule(first, ZONE).schedule.events}
    assert gone.keys() == came.keys()
    for guid, one in gone.items():
        expected = parts(came[guid])
        said, expected["persons"] = parts(one), said_once(came[guid])
        assert said == expected
    other = make_edition(edition.fair, starts_on=edition.starts_on, ends_on=edition.ends_on)
    bring_in(other, first, form)
    assert schedule_file(schedule_of(other), form) == first


def said_once(event: Event) -> list[str]:
    """Names in order; one person twice in an event stands on stage once."""
    from everfair.programme.queries.exchange_values import persons_of

    return [one.name for one in persons_of(event)]


@pytest.mark.django_db
def test_a_script_in_an_abstract_is_neither_kept_nor_handed_on(edition: Edition) -> None:
    evil = (
        "<abstract>&lt;p&gt;Good&lt;/p&gt;&lt;script&gt;steal()&lt;/script&gt;</abstract>"
        '<links><link href="javascript:alert(1)">Click</link><link href="https://a.example/">Good</link></links>'
    )
    run = read_in(edition, schedule(event(1, inner=evil), event(2, "<b>Bold</b> title", start="12:00")))
    messages = [problem["message"] for problem in run.problems if problem["event"] == "Talk 1"]
    assert any("Script" in message for message in messages)
    assert any("link" in message for message in messages)
    bring_in(
        edition, schedule(event(1, inner=evil), event(2, "&lt;b&gt;Bold&lt;/b&gt; title", start="12:00"))
    )
    row = Session.objects.get(title__en="Talk 1")
    assert row.abstract == {"en": "Good"}
    assert [link.url for link in row.materials.all()] == ["https://a.example/"]
    for form in ("schedule.xml", "schedule.json"):
        data = schedule_file(schedule_of(edition), form)
        assert b"steal" not in data
        assert b"javascript" not in data
    assert Session.objects.get(external_id=GUIDS[2]).title == {"en": "<b>Bold</b> title"}


@pytest.mark.parametrize(
    "text",
    [
        "<script>x</script>", "<img src=x onerror=alert(1)>", "<svg/onload=x>", '<a href="java\nscript:x">a</a>',
        "<iframe src=//x>", '<p style="position:fixed">', "<x onclick=1>", "< script >", "<object data=x>",
        '<a href="data:text/html,x">a</a>', "<form action=/x>", "<math><a xlink:href=javascript:x>",
    ],
)  # fmt: skip
def test_active_markup_is_found(text: str) -> None:
    assert is_active(f"<p>Words</p>{text}")


@pytest.mark.parametrize(
    "text",
    [
        "plain words", "a < b and c > d", "std::vector<int> x", "<p>One</p><ul><li>two</li></ul>", "# Markdown *yes*",
        '<a href="https://x.example/?on=1">x</a>', '<img src="https://x.example/a.png" alt="A">', "I <3 you",
    ],
)  # fmt: skip
def test_quiet_markup_is_left_as_it_is(text: str) -> None:
    assert not is_active(text)


def test_html_and_plain_words_become_markdown() -> None:
    assert to_markdown("<p>One <b>bold</b></p><p>Two</p>") == "One **bold**\n\nTwo"
    assert to_markdown("Line one\r\nline *two*\r\n") == "Line one\nline *two*"


@pytest.mark.django_db
def test_a_change_made_here_goes_out_and_the_rest_stays_letter_for_letter(edition: Edition) -> None:
    inner = "<abstract>&lt;p&gt;First&lt;/p&gt;</abstract><description>Second</description>"
    bring_in(edition, schedule(event(1, "  Two  spaces ", inner=inner)))
    row = Session.objects.get()
    assert row.title == {"en": "Two spaces"}
    said = schedule_of(edition).schedule.events[0]
    assert (said.title, said.abstract, said.description) == ("  Two  spaces ", "<p>First</p>", "Second")
    Session.objects.filter(pk=row.pk).update(abstract={"en": "Ours"})
    said = schedule_of(edition).schedule.events[0]
    assert (said.title, said.abstract, said.description) == ("  Two  spaces ", "Ours", "")


@pytest.mark.django_db
def test_sessions_without_a_time_are_left_out_and_counted(edition: Edition) -> None:
    bring_in(edition, schedule(event(1), event(2, start="12:00")))
    Session.objects.filter(title__en="Talk 2").update(starts_at=None, ends_at=None)
    exported = schedule_of(edition)
    assert (len(exported.schedule.events), exported.left_out) == (1, 1)


@pytest.mark.django_db
def test_the_number_of_queries_does_not_grow(edition: Edition) -> None:
    bring_in(edition, schedule(event(1)))
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(
        connection,
    ) as few:
        schedule_of(edition)
    bring_in(edition, schedule(*(event(n, start=f"{n + 8:02d}:00") for n in range(1, 9))))
    with CaptureQueriesContext(connection) as many:
        assert len(schedule_of(edition).schedule.events) == 8
    assert len(many) == len(few) <= 8
