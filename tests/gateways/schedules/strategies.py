"""Schedules as hypothesis makes them: everything that both formats can carry, in every alphabet."""

from datetime import datetime, timedelta, timezone

from hypothesis import strategies as st

from everfair.gateways.schedules import Conference, Event, Link, Person, Recording, Room, Schedule, Track

BEGIN = datetime(2026, 9, 4, 9, 0)
OFFSETS = [timezone(timedelta(hours=8)), timezone(timedelta(hours=-3, minutes=-30))]

texts = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters=[chr(n) for n in range(32) if n not in (9, 10, 13)] + ["\ufffe", "\uffff"]),
    max_size=60,
)  # fmt: skip
names = texts.map(str.strip).filter(bool)
addresses = st.from_regex(
    r"https?://[a-z]{1,10}\.example/[a-z0-9?=&/-]{0,20}(#[a-z0-9-]{0,9})?", fullmatch=True
)
maybe_address = st.one_of(st.just(""), addresses)
guids = st.uuids(version=4).map(str)
link_types = st.sampled_from(["", "slides", "paper", "web", "media"])
links = st.builds(Link, title=texts, url=addresses, type=link_types)
languages = st.sampled_from(["", "en", "zh", "de-DE", "fr"])


@st.composite
def persons(draw: st.DrawFn) -> Person:
    number = draw(st.one_of(st.just(""), st.integers(1, 10**9).map(str)))
    return Person(draw(names), number, draw(st.one_of(st.just(""), guids)))


@st.composite
def events(draw: st.DrawFn, number: int, rooms: list[str]) -> Event:
    starts_at = BEGIN + timedelta(minutes=draw(st.integers(0, 3 * 24 * 60)))
    return Event(
        draw(names),
        starts_at.replace(tzinfo=draw(st.sampled_from(OFFSETS))),
        timedelta(minutes=draw(st.integers(1, 99 * 60))),
        draw(st.sampled_from(rooms)),
        id=str(number),
        guid=draw(guids),
        code=draw(st.sampled_from(["", f"ABC{number:03d}"])),
        slug=f"talk-{number:04d}-{draw(st.sampled_from(['abcd', 'x_y-z']))}",
        subtitle=draw(texts), track=draw(texts), type=draw(texts), language=draw(languages),
        abstract=draw(texts), description=draw(texts), url=draw(addresses),
        feedback_url=draw(maybe_address), origin_url=draw(maybe_address), logo=draw(maybe_address),
        recording=draw(st.sampled_from([Recording(), Recording("CC BY", True), Recording("", False)])),
        persons=tuple(draw(st.lists(persons(), max_size=3))),
        links=tuple(draw(st.lists(links, max_size=3))),
        attachments=tuple(draw(st.lists(links, max_size=2))),
    )  # fmt: skip


@st.composite
def schedules(draw: st.DrawFn) -> Schedule:
    """A valid schedule: events in rooms, each with its own number and guid."""
    rooms = draw(st.lists(names, min_size=1, max_size=3, unique=True))
    count = draw(st.integers(1, 5))
    conference = Conference(
        title=draw(names), acronym=draw(st.sampled_from(["fair", "fair_2026"])), start="2026-09-04", end="2026-09-07",
        timeslot_duration="00:05", time_zone_name="Asia/Shanghai", base_url=draw(addresses), url=draw(maybe_address),
        tracks=tuple(draw(st.lists(st.builds(Track, name=names, color=st.sampled_from(["", "#a1b2c3"])), max_size=2))),
    )  # fmt: skip
    held = tuple(draw(events(number, rooms)) for number in range(1, count + 1))
    return Schedule(
        conference, held, rooms=tuple(Room(name, draw(guids)) for name in rooms), version=draw(texts)
    )
