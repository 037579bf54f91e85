"""The two sides of a meeting as parties that may write to each other. Reads only."""

from everfair.conversations.access import Who
from everfair.meetings.models import Meeting


def sides_of_meeting(meeting: Meeting) -> dict[str, Who]:
    """Side of the meeting ("asker", "asked") → party; a side without an account is missing. One query."""
    sides: dict[str, Who] = {}
    rows = meeting.people.select_related(
        "participant__user", "participant__registration__user", "participant__exhibitor__organisation"
    )
    for one in rows.order_by("pk"):
        person = one.participant
        user = person.user or (person.registration.user if person.registration is not None else None)
        if person.exhibitor is not None:
            sides.setdefault(one.side, Who.firm(person.exhibitor))
        elif user is not None:
            sides.setdefault(one.side, Who.person(user))
    return sides
