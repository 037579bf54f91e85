"""What the organiser's rules allow a person to ask, and how much of it is left. Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from everfair.exhibition.models import Exhibitor
from everfair.meetings.models import (
    BlockedPair,
    KindRule,
    Meeting,
    MeetingRules,
    Participant,
    Request,
    Slot,
    Wish,
)
from everfair.meetings.queries.firm_asks import firm_rule_of, may_firm_ask, sent_by_firm
from everfair.meetings.queries.free import takes_part
from everfair.meetings.queries.reach import reach_of

Target = Participant | Exhibitor


@dataclass(frozen=True)
class Quota:
    """How much a person has asked and received, and how much they may. None = no limit."""

    sent: int
    most_sent: int | None
    received: int
    most_received: int | None
    most_a_day: int | None

    @property
    def sent_left(self) -> int | None:
        return None if self.most_sent is None else max(self.most_sent - self.sent, 0)

    @property
    def received_left(self) -> int | None:
        return None if self.most_received is None else max(self.most_received - self.received, 0)


def quota_of(person: Participant) -> Quota:
    """The person's counts beside the limits of their kind of badge; staff without a registration have no limits."""
    rule = rule_of(person)
    limits = (rule.most_sent, rule.most_received, rule.most_a_day) if rule is not None else (None, None, None)
    return Quota(person.asked_counted, limits[0], person.received_counted, limits[1], limits[2])


def rule_of(person: Participant) -> KindRule | None:
    """The rule of the person's kind of badge. Who works for an exhibitor is not bound by a visitor's kind."""
    if person.registration is None or person.exhibitor_id is not None:
        return None
    return KindRule.objects.filter(kind_id=person.registration.kind_id).first()


def why_not_ask(asker: Participant, target: Target, *, now: datetime | None = None) -> str | None:
    """The sentence why this person cannot ask that one (or that firm); None when they can. Told before anybody types.

    Two whom the organiser keeps apart read the same sentence as anybody who asks somebody that takes no requests.
    """
    now = now or timezone.now()
    firm, person = sides_of(target)
    return (
        _why_closed(asker, now)
        or _why_self(asker, firm, person)
        or _why_not_this_kind(asker, firm, person)
        or _why_full(asker)
        or _why_known(asker, firm, person)
        or _why_not_there(asker, firm, person)
        or reach_of(asker, target).why_not
    )


def sides_of(target: Target) -> tuple[Exhibitor | None, Participant | None]:
    """(firm, person): staff stand for their firm, a visitor for nobody else."""
    if isinstance(target, Exhibitor):
        return target, None
    return target.exhibitor, target


def are_kept_apart(people: Iterable[Participant], others: Iterable[Participant | Exhibitor]) -> bool:
    """Whether the organiser keeps anybody of one side from anybody of the other. One query."""
    ours, theirs = list(people), list(others)
    our_ids, their_ids = _persons(ours), _persons(theirs)
    our_firms, their_firms = _firms(ours), _firms(theirs)
    return BlockedPair.objects.filter(
        Q(a__in=our_ids, b__in=their_ids)
        | Q(a__in=their_ids, b__in=our_ids)
        | Q(a__in=our_ids, exhibitor__in=their_firms)
        | Q(a__in=their_ids, exhibitor__in=our_firms)
    ).exists()


def _persons(side: Iterable[Target]) -> set[int]:
    return {one.pk for one in side if isinstance(one, Participant)}


def _firms(side: Iterable[Target]) -> set[int]:
    found = (one.pk if isinstance(one, Exhibitor) else one.exhibitor_id for one in side)
    return {pk for pk in found if pk is not None}


def said_never(firm: Exhibitor | None, person: Participant | None, asker: Participant) -> bool:
    """Whether the asked side said "no, thank you" to the asker: then nothing is agreed without a person's hand. Told to nobody."""
    said = Q(by_exhibitor=firm) if firm is not None else Q(participant=person)
    about = Q(other=asker)
    if asker.exhibitor_id is not None:
        about |= Q(exhibitor_id=asker.exhibitor_id)
    return Wish.objects.filter(said & about, level=Wish.Level.NEVER).exists()


def _why_closed(asker: Participant, now: datetime) -> str | None:
    rules = MeetingRules.objects.filter(edition_id=asker.edition_id).first()
    if rules is None or not rules.is_open:
        return _("Meetings cannot be asked for at the moment: the organiser has not opened them.")
    if not Slot.objects.filter(edition_id=asker.edition_id, starts_at__gt=now).exists():
        return _("There are no more times for meetings at this fair.")
    if not takes_part(asker):
        return _("You have said that you want no meetings. Say otherwise first, then ask.")
    return None


def _why_self(asker: Participant, firm: Exhibitor | None, person: Participant | None) -> str | None:
    if person is not None and person.pk == asker.pk:
        return _("That is you.")
    own = asker.registration.organisation_id if asker.registration is not None else None
    if firm is not None and (firm.pk == asker.exhibitor_id or firm.organisation_id == own):
        return _("This is your own firm.")
    return None


def _why_not_this_kind(asker: Participant, firm: Exhibitor | None, person: Participant | None) -> str | None:
    """Visitors are bound by their kind's rule; an exhibitor's staff by the edition's rule for firms."""
    if asker.exhibitor is not None and firm is None and person is not None:
        return None if may_firm_ask(asker.exhibitor, person) else _not_there(person)
    if asker.exhibitor_id is not None or asker.registration is None:
        is_hidden = firm is None and person is not None and not person.is_listed
        return _not_there(person) if is_hidden and person is not None else None
    rule = rule_of(asker)
    if firm is not None:
        if rule is None or rule.may_ask_exhibitors:
            return None
        return _("With your kind of badge one cannot ask exhibitors for a meeting.")
    kind = person.registration.kind_id if person is not None and person.registration is not None else None
    if rule is not None and kind is not None and rule.may_ask.filter(pk=kind).exists():
        return None
    return _("With your kind of badge one cannot ask this person for a meeting.")


def _why_full(asker: Participant) -> str | None:
    if asker.exhibitor is not None:
        return _why_firm_full(asker.exhibitor)
    left = quota_of(asker)
    if left.most_sent is None or left.sent_left:
        return None
    return ngettext(
        "With your kind of badge one may have %(count)d request or meeting of one's own at a time."
        " Take it back, and you can ask again.",
        "With your kind of badge one may have %(count)d requests and meetings of one's own at a time."
        " Take one back, and you can ask again.",
        left.most_sent,
    ) % {"count": left.most_sent}


def _why_firm_full(firm: Exhibitor) -> str | None:
    most = firm_rule_of(firm.edition).most_sent
    if most is None or sent_by_firm(firm) < most:
        return None
    return ngettext(
        "A firm may have %(count)d request or meeting of its own at a time. Take it back, and you can ask again.",
        "A firm may have %(count)d requests and meetings of its own at a time. Take one back, and you can ask again.",
        most,
    ) % {"count": most}


def _why_known(asker: Participant, firm: Exhibitor | None, person: Participant | None) -> str | None:
    """An open request either way, or a meeting to come: there is one meeting for a pair of firms."""
    ours = Q(asker__exhibitor_id=asker.exhibitor_id) if asker.exhibitor_id else Q(asker=asker)
    theirs = Q(exhibitor=firm) if firm is not None else Q(asked=person, exhibitor=None)
    back = Q(asker__exhibitor=firm) if firm is not None else Q(asker=person)
    to_us = Q(exhibitor_id=asker.exhibitor_id) if asker.exhibitor_id else Q(asked=asker)
    open_ones = Request.objects.filter(edition_id=asker.edition_id, state__in=Request.OPEN)
    if open_ones.filter(ours & theirs).exists():
        return _("You have asked already, and the request is still open.")
    if open_ones.filter(back & to_us).exists():
        return _("They have asked you already: answer their request.")
    held = Meeting.objects.filter(edition_id=asker.edition_id, state=Meeting.State.SCHEDULED)
    held = held.filter(people__participant__in=_colleagues(asker))
    other_side = Q(people__participant__exhibitor=firm) if firm is not None else Q(people__participant=person)
    meeting = held.filter(other_side).select_related("slot", "edition").first()
    if meeting is None:
        return None
    at = meeting.slot.starts_at.astimezone(ZoneInfo(meeting.edition.time_zone))
    return _("You meet already: %(time)s (%(zone)s).") % {
        "time": at.strftime("%Y-%m-%d %H:%M"),
        "zone": meeting.edition.time_zone,
    }


def _colleagues(asker: Participant) -> list[int]:
    if asker.exhibitor_id is None:
        return [asker.pk]
    return list(Participant.objects.filter(exhibitor_id=asker.exhibitor_id).values_list("pk", flat=True))


def _why_not_there(asker: Participant, firm: Exhibitor | None, person: Participant | None) -> str | None:
    if person is not None:
        is_there = takes_part(person)
        limits = quota_of(person)
        if is_there and not are_kept_apart([asker], [person]) and limits.received_left != 0:
            return _firm_away(firm)
        return _not_there(person)
    if firm is not None and are_kept_apart([asker], [firm]):
        return _("%(name)s takes no requests for meetings.") % {"name": firm}
    return _firm_away(firm)


def _not_there(person: Participant) -> str:
    return _("%(name)s takes no requests for meetings.") % {"name": person}


def _firm_away(firm: Exhibitor | None) -> str | None:
    if firm is None or firm.state == Exhibitor.State.PUBLISHED:
        return None
    return _("%(name)s takes no requests for meetings.") % {"name": firm}
