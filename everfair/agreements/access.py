"""Who reads an agreement, who changes its draft, and who may confirm for which party. The organiser opens none."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404

from everfair.agreements.models import Agreement, AgreementFile, AgreementParty
from everfair.deals import access as deals_access
from everfair.exhibition import access as exhibition_access
from everfair.exhibition.models import Exhibitor
from everfair.fair.models import Edition
from everfair.people.models import Membership

RELATED = ("edition__fair", "negotiation__firm__organisation", "record", "replaces")
PARTY_RELATED = ("user", "exhibitor__organisation", "exhibitor__sector")


@dataclass(frozen=True)
class Stand:
    """An agreement as one person stands in it. `signs`: the parties (their pk) they may bind."""

    agreement: Agreement
    parties: tuple[AgreementParty, ...]
    own: tuple[AgreementParty, ...]
    signs: frozenset[int]

    @property
    def may_change(self) -> bool:
        """Whether the person may change the draft, put it to the parties, take it back."""
        return any(party.is_drafting and party.pk in self.signs for party in self.own)

    @property
    def to_answer(self) -> list[AgreementParty]:
        """The parties the person may bind that have neither confirmed nor refused."""
        able = [party for party in self.own if party.pk in self.signs]
        return [party for party in able if party.confirmed_at is None and party.refused_at is None]

    def party_to_sign(self, pk: int | None = None) -> AgreementParty | None:
        """The party for which the person may confirm or refuse now: the one asked for, else the first that has not yet."""
        able = [party for party in self.own if party.pk in self.signs]
        if pk is not None:
            return next((party for party in able if party.pk == pk), None)
        return next(iter(self.to_answer or able), None)


def _seen(keys: frozenset[str]) -> Exists:
    """A party of the person's; of what was never put to the parties one that drafts it."""
    put = Q(agreement__offered_at__isnull=False) | Q(is_drafting=True)
    return Exists(AgreementParty.objects.filter(put, agreement=OuterRef("pk"), key__in=keys))


def agreements_of(user: Any, edition: Edition, keys: frozenset[str] | None = None) -> QuerySet[Agreement]:
    """Agreements of the person and of the firms at whose booths they work; drafts where their party drafts.

    `keys`: the person's parties, where they were asked for already.
    """
    keys = deals_access.deal_keys_of(user, edition) if keys is None else keys
    return Agreement.objects.filter(_seen(keys), edition=edition).select_related(*RELATED)


def get_stand_for(user: Any, edition: Edition, code: str) -> Stand:
    """One agreement for people of its parties; Http404 for everybody else, whether it exists or not."""
    keys = deals_access.deal_keys_of(user, edition)
    agreement = (
        Agreement.objects.filter(_seen(keys), edition=edition, code=code).select_related(*RELATED).first()
    )
    if agreement is None:
        raise Http404
    edits = Membership.objects.filter(
        user=user, organisation=OuterRef("exhibitor__organisation"), role__in=exhibition_access.EDITING_ROLES
    )
    rows = agreement.parties.select_related(*PARTY_RELATED).annotate(is_edited=Exists(edits))
    parties: tuple[Any, ...] = tuple(rows.order_by("position"))
    own = tuple(party for party in parties if party.key in keys)
    signs = frozenset(party.pk for party in own if _may_sign(user, party))
    return Stand(agreement, parties, own, signs)


def _may_sign(user: Any, party: Any) -> bool:
    """The person themself; of a firm its owners and editors: not booth staff, never the leads-only."""
    if party.exhibitor_id is not None:
        return bool(party.is_edited)
    return party.user_id is not None and party.user_id == getattr(user, "pk", None)


def get_file_for(user: Any, edition: Edition, code: str, pk: int) -> AgreementFile:
    """A document of an agreement one stands in."""
    stand = get_stand_for(user, edition, code)
    found = stand.agreement.files.select_related("file").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def may_make_of(user: Any, stand: deals_access.Stand) -> bool:
    """Whether the person may make an agreement of the negotiation they stand in: the buyer, or an owner or editor of either firm."""
    negotiation = stand.negotiation
    firm = negotiation.buyer_firm if stand.is_buyer else negotiation.firm
    return firm is None or deals_access.may_sign_for(user, firm)


def firms_to_sign_for(user: Any, edition: Edition) -> list[Exhibitor]:
    """Published firms of the edition that the person may bind."""
    if not getattr(user, "is_authenticated", False):
        return []
    found = Exhibitor.objects.filter(
        edition=edition,
        state=Exhibitor.State.PUBLISHED,
        organisation__memberships__in=Membership.objects.filter(
            user=user, role__in=exhibition_access.EDITING_ROLES
        ),
    )
    return list(found.select_related("organisation").order_by("pk").distinct())
