"""Whether one party may begin to write to another, and where not: the sentence. Reads only."""

from django.db.models import Q
from django.utils.translation import gettext as _

from everfair.conversations.access import Who, is_blocked
from everfair.conversations.models import Message, Party
from everfair.conversations.queries.rules import rules_of, silenced_until
from everfair.exhibition.models import Exhibitor
from everfair.fair.models import Edition
from everfair.leads.access import standing_leads
from everfair.leads.queries.shown import with_agreement
from everfair.matchmaking.models import NeedAnswer
from everfair.meetings.models import MeetingPerson, Participant
from everfair.meetings.queries.firm_asks import may_firm_ask
from everfair.people.models import User


def why_not(edition: Edition, by: User, own: Who, other: Who, *, is_known: bool = False) -> str:
    """The sentence of a refusal; "" when the party may begin to write. Who was silenced is told until when.

    `is_known`: that the two met or wrote before was asked by the caller.
    """
    rules = rules_of(edition)
    refused = silenced_until(edition, by)
    if refused:
        return refused
    if not rules.is_open:
        return _(
            "The organiser has closed conversations of this fair for now. What was written stays readable."
        )
    if own.key == other.key:
        return _("This is your own side: there is nobody else to write to.")
    if is_blocked(edition, own.key, other.key):
        return taken_back()
    if other.kind == Party.Kind.HELP_DESK:
        return "" if rules.has_help_desk else _("This fair has no help desk here.")
    if other.exhibitor is not None:
        is_there = other.exhibitor.state == Exhibitor.State.PUBLISHED
        return "" if is_there or _have_written(edition, own, other) else _("This booth is not open.")
    if other.delegation is not None:
        return ""
    return "" if is_known or _knows(edition, own, other) else _(
        "You can write to this person once you have met or arranged to, or they have written to you, or agreed to be found."
    )  # fmt: skip


def taken_back() -> str:
    """What somebody who is blocked reads: not by whom, nor that it was on purpose."""
    return _("No messages can be exchanged here any more. What was written stays readable.")


def _knows(edition: Edition, own: Who, other: Who) -> bool:
    """Whether a party may write to a person first: they agreed to be found, met, asked, answered or wrote before."""
    user = other.user
    if user is None:
        return False
    if own.kind in (Party.Kind.HELP_DESK, Party.Kind.DELEGATION):
        return _have_written(edition, own, other) or own.kind == Party.Kind.HELP_DESK
    people = Participant.objects.filter(edition=edition).filter(
        Q(user=user) | Q(user=None, registration__user=user)
    )
    person = people.select_related("edition", "registration").first()
    if own.exhibitor is not None:
        if person is not None and not person.is_out and may_firm_ask(own.exhibitor, person):
            return True
        if person is not None and _met_firm(person, own.exhibitor):
            return True
        if _answered_openly(own.exhibitor, user) or _shared_with(own.exhibitor, user):
            return True
    elif person is not None and (person.is_listed or _have_met(person, own)):
        return True
    return _have_written(edition, own, other)


def _answered_openly(exhibitor: Exhibitor, user: User) -> bool:
    """Whether the firm answered a need of this person that carries their name."""
    rows = NeedAnswer.objects.filter(exhibitor=exhibitor, need__seeker__user=user, withdrawn_at=None)
    return rows.exclude(need__audience="hidden").exists()


def _met_firm(person: Participant, exhibitor: Exhibitor) -> bool:
    """Whether a meeting of the person with the firm's people stands or stood."""
    met = MeetingPerson.objects.filter(participant=person)
    return met.filter(meeting__people__participant__exhibitor=exhibitor).exists()


def _shared_with(exhibitor: Exhibitor, user: User) -> bool:
    """Whether the person shared name and contact with the firm when it scanned their badge."""
    leads = standing_leads().filter(exhibitor=exhibitor, registration__user=user)
    return with_agreement(leads).filter(Q(shows_contact=True)).exists()


def _have_met(person: Participant, own: Who) -> bool:
    shared = MeetingPerson.objects.filter(participant=person).values("meeting")
    mine = Q(participant__user=own.user) | Q(participant__user=None, participant__registration__user=own.user)
    return MeetingPerson.objects.filter(mine, meeting__in=shared).exists()


def _have_written(edition: Edition, own: Who, other: Who) -> bool:
    """Whether the other side wrote in a conversation of the two before, whatever it was about."""
    theirs = Party.objects.filter(conversation__edition=edition, key=other.key, is_hidden=False)
    for party in theirs.filter(conversation__parties__key=own.key).values_list("conversation_id", "side"):
        if Message.objects.filter(conversation=party[0], side=party[1], kind=Message.Kind.TEXT).exists():
            return True
    return False
