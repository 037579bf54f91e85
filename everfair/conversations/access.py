"""Who speaks for which party, whose conversations one may read, and who may write to whom. The organiser reads no thread."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404

from everfair.conversations.models import (
    Block,
    Conversation,
    HelpDeskMember,
    Message,
    MessageFile,
    Party,
    Report,
)
from everfair.exhibition import access as exhibition_access
from everfair.exhibition.models import Exhibitor
from everfair.fair import access as fair_access
from everfair.fair.models import Delegation, DelegationMember, Edition
from everfair.people.models import Membership, User

RIGHT = "administer"  # whoever runs the edition moderates its conversations, by what readers report
RELATED = ("edition__fair",)
PARTY_RELATED = ("user", "exhibitor__organisation", "delegation", "handler")


@dataclass(frozen=True)
class Who:
    """A side that may write: exactly one of user, exhibitor, delegation, or the help desk of an edition."""

    kind: str
    user: User | None = None
    exhibitor: Exhibitor | None = None
    delegation: Delegation | None = None
    edition: Edition | None = None
    is_hidden: bool = False  # the buyer is not named

    @property
    def key(self) -> str:
        row = self.user or self.exhibitor or self.delegation or self.edition
        return f"{self.kind}:{row.pk if row is not None else 0}"

    @classmethod
    def person(cls, user: User, *, is_hidden: bool = False) -> "Who":
        return cls(Party.Kind.PERSON, user=user, is_hidden=is_hidden)

    @classmethod
    def firm(cls, exhibitor: Exhibitor, *, is_hidden: bool = False) -> "Who":
        return cls(Party.Kind.FIRM, exhibitor=exhibitor, is_hidden=is_hidden)

    @classmethod
    def team_of(cls, delegation: Delegation) -> "Who":
        return cls(Party.Kind.DELEGATION, delegation=delegation)

    @classmethod
    def help_desk(cls, edition: Edition) -> "Who":
        return cls(Party.Kind.HELP_DESK, edition=edition)


@dataclass(frozen=True)
class Stand:
    """A conversation as one person stands in it: the own side and the other."""

    conversation: Conversation
    own: Party
    other: Party


def keys_of(user: Any, edition: Edition) -> frozenset[str]:
    """The parties the person speaks for in the edition: themselves, their firms' booths, delegations, the help desk. Four queries."""
    if not getattr(user, "is_authenticated", False):
        return frozenset()
    firms = Exhibitor.objects.filter(
        edition=edition,
        organisation__memberships__user=user,
        organisation__memberships__role__in=exhibition_access.BOOTH_ROLES,
    ).values_list("pk", flat=True)
    teams = DelegationMember.objects.filter(user=user, delegation__edition=edition)
    found = {f"{Party.Kind.PERSON}:{user.pk}"}
    found |= {f"{Party.Kind.FIRM}:{pk}" for pk in firms}
    found |= {f"{Party.Kind.DELEGATION}:{pk}" for pk in teams.values_list("delegation_id", flat=True)}
    if is_at_help_desk(user, edition):
        found.add(f"{Party.Kind.HELP_DESK}:{edition.pk}")
    return frozenset(found)


def is_at_help_desk(user: Any, edition: Edition) -> bool:
    """Whoever answers there, and the edition's administrators: it is the organiser's own correspondence."""
    if fair_access.may(user, "administer", edition):
        return True
    return user.is_authenticated and HelpDeskMember.objects.filter(edition=edition, user=user).exists()


def may_moderate(user: Any, edition: Edition) -> bool:
    """Whether the person decides on reports. It opens no conversation."""
    return fair_access.may(user, RIGHT, edition)


def team_of(party: Party) -> list[User]:
    """The people who may answer for a party, whoever has been with it longest first; a person for themselves."""
    if party.kind == Party.Kind.PERSON:
        return [party.user] if party.user is not None and party.user.is_active else []
    people = User.objects.filter(is_active=True)
    if party.kind == Party.Kind.FIRM and party.exhibitor is not None:
        members = Membership.objects.filter(
            user=OuterRef("pk"),
            organisation=party.exhibitor.organisation_id,
            role__in=exhibition_access.BOOTH_ROLES,
        )
        return list(people.filter(Exists(members)).order_by("pk"))
    if party.kind == Party.Kind.DELEGATION:
        return list(people.filter(delegation_roles__delegation=party.delegation_id).order_by("pk").distinct())
    rows = HelpDeskMember.objects.filter(user=OuterRef("pk"), edition=party.conversation.edition_id)
    found = list(people.filter(Exists(rows)).order_by("pk"))
    return found or list(
        people.filter(team_roles__edition=party.conversation.edition_id, team_roles__role=fair_access.Role.ADMINISTRATOR)
        .order_by("pk")
        .distinct()
    )  # fmt: skip


def readers_of(party: Party) -> list[User]:
    """Whom letters for a party go to: whoever has it in hand while they are of its team, else the whole team."""
    team = team_of(party)
    return [person for person in team if person.pk == party.handler_id] or team


def conversations_with(edition: Edition, keys: Iterable[str]) -> QuerySet[Conversation]:
    """Conversations of these parties. That the person speaks for them was asked before."""
    party = Party.objects.filter(conversation=OuterRef("pk"), key__in=keys)
    return Conversation.objects.filter(Exists(party), edition=edition).select_related(*RELATED)


def conversations_of(
    user: Any, edition: Edition, keys: Iterable[str] | None = None
) -> QuerySet[Conversation]:
    """Conversations of the parties the person speaks for; `keys` narrows it to some of them."""
    own = keys_of(user, edition)
    return conversations_with(edition, own if keys is None else own & frozenset(keys))


def find_stand(user: Any, code: str, *, as_key: str = "") -> Stand | None:
    """The conversation for somebody of either side; `as_key` chooses when the person speaks for both."""
    if not getattr(user, "is_authenticated", False):
        return None
    conversation = Conversation.objects.select_related(*RELATED).filter(code=code).first()
    if conversation is None:
        return None
    rows = Party.objects.filter(conversation=conversation).select_related(*PARTY_RELATED)
    parties: list[Any] = list(_with_rights(rows, user).order_by("side"))
    for party in parties:
        party.conversation = conversation
    mine = [one for one in parties if as_key in ("", one.key) and _speaks_for(user, one)]
    if not mine or len(parties) != 2:
        return None
    own = next((one for one in mine if one.user_id == user.pk), mine[0])
    return Stand(conversation, own, next(one for one in parties if one.side != own.side))


def _with_rights(rows: QuerySet[Party], user: User) -> QuerySet[Party]:
    """Parties with what `_speaks_for` asks: whether the person is of the firm's booth, of the delegation."""
    firms = Exhibitor.objects.filter(
        pk=OuterRef("exhibitor"),
        edition=OuterRef("conversation__edition"),
        organisation__memberships__user=user,
        organisation__memberships__role__in=exhibition_access.BOOTH_ROLES,
    )
    teams = DelegationMember.objects.filter(
        user=user, delegation=OuterRef("delegation"), delegation__edition=OuterRef("conversation__edition")
    )
    return rows.annotate(is_of_firm=Exists(firms), is_of_delegation=Exists(teams))


def _speaks_for(user: User, party: Any) -> bool:
    """Whether the party is one of `keys_of`; only the help desk's is asked for by itself."""
    if party.kind == Party.Kind.PERSON:
        return bool(party.key == f"{Party.Kind.PERSON}:{user.pk}")
    if party.kind == Party.Kind.HELP_DESK:
        return is_at_help_desk(user, party.conversation.edition)
    return bool(party.is_of_firm if party.kind == Party.Kind.FIRM else party.is_of_delegation)


def stand_as(conversation: Conversation, key: str, parties: Iterable[Party]) -> Stand | None:
    """A conversation, given with its parties, as the party `key` stands in it. That the person speaks for it was asked before."""
    found = {party.key: party for party in parties}
    own = found.pop(key, None)
    if own is None or len(found) != 1:
        return None
    other = next(iter(found.values()))
    own.conversation = other.conversation = conversation
    return Stand(conversation, own, other)


def get_stand_for(user: Any, edition: Edition, code: str, *, as_key: str = "") -> Stand:
    """The same in one edition; Http404 for everybody else, whether it exists or not."""
    found = find_stand(user, code, as_key=as_key)
    if found is None or found.conversation.edition_id != edition.pk:
        raise Http404
    return found


def get_message_for(user: Any, edition: Edition, code: str, number: int) -> tuple[Stand, Message]:
    """One message of a conversation one stands in."""
    stand = get_stand_for(user, edition, code)
    message = Message.objects.filter(conversation=stand.conversation, number=number).first()
    if message is None:
        raise Http404
    return stand, message


def get_file_for(user: Any, edition: Edition, code: str, pk: int) -> MessageFile:
    """A file of a conversation one stands in, unless its message was removed."""
    stand = get_stand_for(user, edition, code)
    rows = MessageFile.objects.select_related("file", "message")
    found = rows.filter(pk=pk, message__conversation=stand.conversation, message__removed_at=None).first()
    if found is None:
        raise Http404
    return found


def get_report_at_desk(user: Any, edition: Edition, code: str) -> Report:
    """A report, for moderators: what the reporter gave, never the thread."""
    fair_access.require(user, RIGHT, edition)
    found = (
        Report.objects.select_related("message", "by", "decided_by")
        .filter(edition=edition, code=code)
        .first()
    )
    if found is None:
        raise Http404
    return found


def is_blocked(edition: Edition, one: str, other: str) -> bool:
    """Whether either of two parties (their keys) wants nothing of the other."""
    pair = Q(own=one, other=other) | Q(own=other, other=one)
    return Block.objects.filter(pair, edition=edition).exists()


def are_blocked(edition: Edition, keys: Iterable[str]) -> bool:
    """Whether any of these parties (their keys) wants nothing of another of them. One query."""
    held = set(keys)
    return Block.objects.filter(edition=edition, own__in=held, other__in=held).exists()
