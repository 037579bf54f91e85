"""Speakers of a schedule that came in: found by their id in it, made, renamed, put on their sessions. Called inside a transaction."""

from collections.abc import Iterable, Sequence

from everfair.base.languages import Words
from everfair.fair.models import Edition
from everfair.gateways.schedules import Person
from everfair.gateways.schedules.names import is_guid
from everfair.programme.actions.schedule_compare import Match
from everfair.programme.actions.schedule_values import about_of
from everfair.programme.models import Session, SessionSpeaker, Speaker
from everfair.programme.queries.exchange import Parts, speaker_guid
from everfair.programme.queries.exchange_values import name_words, person_key

_BATCH = 500


def write_speakers(edition: Edition, source: str, matches: Sequence[Match], parts: Parts) -> list[int]:
    """Make or rename the speakers of these events and put them on their sessions. Keys of the speakers touched."""
    wanted: dict[str, Person] = {}
    for match in matches:
        for person in match.event.persons:
            held = wanted.get(person_key(person))
            if held is None or (person.biography and not held.biography):
                wanted[person_key(person)] = person
    known = _known(edition, source, wanted)
    made = [
        Speaker(
            edition=edition,
            source=source,
            external_id=key,
            name=name_words(person.name),
            about=about_of(person),
        )
        for key, person in wanted.items()
        if key not in known
    ]
    Speaker.objects.bulk_create(made, batch_size=_BATCH)
    renamed = _renamed(matches, known)
    known |= {row.external_id: row for row in made}
    _write_parts(matches, known, parts)
    return [row.pk for row in (*made, *renamed)]


def _known(edition: Edition, source: str, wanted: Iterable[str]) -> dict[str, Speaker]:
    """Speakers by their id in the file; our own by the guid that our exports give them."""
    keys = set(wanted)
    found = {}
    for row in Speaker.objects.filter(edition=edition).select_for_update(of=("self",)):
        if row.source == source and row.external_id in keys:
            found[row.external_id] = row
        elif (own := speaker_guid(row.code)) in keys:
            found.setdefault(own, row)
        elif is_guid(row.external_id) and row.external_id in keys:
            found.setdefault(row.external_id, row)
    return found


def _renamed(matches: Iterable[Match], known: dict[str, Speaker]) -> list[Speaker]:
    """Those whom the file now calls otherwise than it did; a name changed here stays where the file did not change."""
    changed: dict[int, Speaker] = {}
    for match in matches:
        said = {person_key(one): one for one in match.base.persons} if match.base else {}
        for person in match.event.persons:
            key = person_key(person)
            row, before = known.get(key), said.get(key)
            if row is None or before is None:
                continue
            if person.name != before.name:
                changed[row.pk] = _with(row, "name", name_words(before.name), name_words(person.name))
            if person.biography != before.biography:
                changed[row.pk] = _with(row, "about", about_of(before), about_of(person))
    rows = list(changed.values())
    for row in rows:
        row.version += 1
    Speaker.objects.bulk_update(rows, ["name", "about", "version"], batch_size=_BATCH)
    return rows


def _with(row: Speaker, column: str, before: Words, after: Words) -> Speaker:
    held = {code: text for code, text in getattr(row, column).items() if code not in before}
    setattr(row, column, held | after)
    return row


def _write_parts(matches: Iterable[Match], known: dict[str, Speaker], parts: Parts) -> None:
    """The file's speakers in its order, then those added here (moderators, interpreters)."""
    gone: list[int] = []
    made: list[SessionSpeaker] = []
    for match in matches:
        if match.session is None:
            continue
        held = parts.speakers.get(match.session.pk, [])
        said = {person_key(one) for one in match.base.persons} if match.base else set()
        ours = [part for part in held if _key_in_file(part, said) not in said]
        roles = {part.speaker_id: part.role for part in held}
        speakers = [known[person_key(one)] for one in match.event.persons]
        order = list(dict.fromkeys([*speakers, *(part.speaker for part in ours)]))
        gone += [part.pk for part in held]
        made += [_part(match.session, speaker, place, roles) for place, speaker in enumerate(order)]
    SessionSpeaker.objects.filter(pk__in=gone).delete()
    SessionSpeaker.objects.bulk_create(made, batch_size=_BATCH)


def _key_in_file(part: SessionSpeaker, said: set[str]) -> str:
    own = speaker_guid(part.speaker.code)
    return own if own in said else part.speaker.external_id


def _part(session: Session, speaker: Speaker, place: int, roles: dict[int, str]) -> SessionSpeaker:
    role = roles.get(speaker.pk, SessionSpeaker.Role.SPEAKER)
    return SessionSpeaker(session=session, speaker=speaker, role=role, position=place)
