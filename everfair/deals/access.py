"""Who stands where in a negotiation: the buyer's people and the firm's. The organiser opens none; everybody else finds nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.db.models import Exists, FilteredRelation, OuterRef, Q, QuerySet
from django.http import Http404

from everfair.conversations.models import Party
from everfair.deals.models import (
    DealStage,
    Inquiry,
    InquiryFile,
    Negotiation,
    NegotiationNote,
    NextStep,
    Quotation,
    QuotationFile,
    QuotationVersion,
)
from everfair.exhibition import access as exhibition_access
from everfair.exhibition.models import Exhibitor
from everfair.fair import access as fair_access
from everfair.fair.models import Delegation, Edition
from everfair.people.models import Membership

SideName = Literal["buyer", "firm"]
BUYER: SideName = "buyer"
FIRM: SideName = "firm"
SIDES: tuple[SideName, SideName] = (BUYER, FIRM)
CARD = ("buyer", "buyer_firm__organisation", "stage")  # what a card shows; the firm is known
RELATED = ("edition__fair", "firm__organisation", "buyer", "buyer_firm__organisation", "inquiry", "stage")


@dataclass(frozen=True)
class Stand:
    """A negotiation as one person stands in it. `steps`: next steps by side, where they were read with it."""

    negotiation: Negotiation
    side: SideName
    steps: Mapping[str, NextStep] | None = None

    @property
    def is_buyer(self) -> bool:
        return self.side == BUYER


def firm_key(exhibitor: Exhibitor) -> str:
    """How a firm is named as a party, as in conversations."""
    return f"firm:{exhibitor.pk}"


def deal_keys_of(user: Any, edition: Edition) -> frozenset[str]:
    """The parties the person speaks for in deals: themselves and their firms' booths; no delegation has deals. One query."""
    if not getattr(user, "is_authenticated", False):
        return frozenset()
    firms = Exhibitor.objects.filter(
        edition=edition,
        organisation__memberships__user=user,
        organisation__memberships__role__in=exhibition_access.BOOTH_ROLES,
    )
    return frozenset(
        {f"{Party.Kind.PERSON}:{user.pk}", *(firm_key(one) for one in firms.only("pk").order_by())}
    )


def inquiries_of(user: Any, edition: Edition) -> QuerySet[Inquiry]:
    """What the person, and the firms they answer for, asked; drafts too."""
    keys = deal_keys_of(user, edition)
    related = ("edition__fair", "buyer", "buyer_firm__organisation", "need")
    return Inquiry.objects.filter(edition=edition, buyer_key__in=keys).select_related(*related)


def get_inquiry_for(user: Any, edition: Edition, code: str) -> Inquiry:
    """One of them; Http404 for everybody else, whether it exists or not."""
    found = inquiries_of(user, edition).filter(code=code).first()
    if found is None:
        raise Http404
    return found


def negotiations_of(user: Any, edition: Edition) -> QuerySet[Negotiation]:
    """Every negotiation the person stands in, on either side."""
    keys = deal_keys_of(user, edition)
    firms = [int(key.split(":")[1]) for key in keys if key.startswith("firm:")]
    mine = Q(buyer_key__in=keys) | Q(firm__in=firms)
    return Negotiation.objects.filter(mine, edition=edition).select_related(*RELATED)


def pipeline_of(exhibitor: Exhibitor) -> QuerySet[Negotiation]:
    """A firm's own, as the one that is asked. Rights on the firm were asked before."""
    return Negotiation.objects.filter(firm=exhibitor).select_related(*CARD)


def get_stand_for(user: Any, edition: Edition, code: str) -> Stand:
    """One negotiation for somebody of either side; Http404 for everybody else, whether it exists or not."""
    found = _stand_in(user, Negotiation.objects.filter(edition=edition, code=code))
    if found is None:
        raise Http404
    return found


def find_stand_at(user: Any, edition: str, code: str) -> Stand | None:
    """The same by the edition's address, the edition asked for with it; None where it is not for the person. One query."""
    found = _stand_in(user, Negotiation.objects.filter(edition__slug=edition, code=code))
    return found if found is not None and fair_access.may_see(user, found.negotiation.edition) else None


def _stand_in(user: Any, rows: QuerySet[Negotiation]) -> Stand | None:
    """The one of these rows with what says on which side the person is, and with both next steps. One query."""
    if not getattr(user, "is_authenticated", False):
        return None
    steps = {
        f"{side}_step": FilteredRelation("next_steps", condition=Q(next_steps__side=side)) for side in SIDES
    }
    found: Any = (
        rows.annotate(is_of_firm=_works_at(user, "firm"), is_of_buyer=_works_at(user, "buyer_firm"), **steps)
        .select_related(*RELATED, "conversation", *steps)
        .first()
    )
    if found is None:
        return None
    found.firm.edition = found.edition  # not read again
    read = [getattr(found, name, None) for name in steps]  # a side without a step leaves no attribute
    kept = {one.side: one for one in read if one is not None}
    if found.is_of_firm:
        return Stand(found, FIRM, kept)
    if found.is_of_buyer or found.buyer_key == f"{Party.Kind.PERSON}:{user.pk}":
        return Stand(found, BUYER, kept)
    return None


def _works_at(user: Any, firm: str) -> Exists:
    """Whether the person is of the booth of the exhibitor in the column `firm`: as in `deal_keys_of`."""
    rows = Exhibitor.objects.filter(
        pk=OuterRef(firm), edition=OuterRef("edition"), organisation__memberships__user=user,
        organisation__memberships__role__in=exhibition_access.BOOTH_ROLES,
    )  # fmt: skip
    return Exists(rows)


def may_sign_for(user: Any, exhibitor: Exhibitor) -> bool:
    """Whether the person may bind the firm: its owners and editors, not booth staff, never the leads-only."""
    if not getattr(user, "is_authenticated", False):
        return False
    rows = Membership.objects.filter(user=user, organisation=exhibitor.organisation_id)
    return rows.filter(role__in=exhibition_access.EDITING_ROLES).exists()


def may_bind(user: Any, stand: Stand) -> bool:
    """Whether the person may send, withdraw, accept or decline for their side: a buyer for themself, else who signs."""
    if stand.side == FIRM:
        return may_sign_for(user, stand.negotiation.firm)
    if stand.negotiation.buyer_firm is not None:
        return may_sign_for(user, stand.negotiation.buyer_firm)
    return bool(stand.negotiation.buyer_id == user.pk)


def quotations_for(stand: Stand) -> QuerySet[Quotation]:
    """A negotiation's quotations as the side may see them: the buyer none that was never sent."""
    rows = Quotation.objects.filter(negotiation=stand.negotiation)
    return rows.filter(sent_number__gt=0) if stand.is_buyer else rows


def get_quotation_for(user: Any, edition: Edition, code: str, quotation: str) -> tuple[Stand, Quotation]:
    """One quotation for somebody of either side; Http404 for everybody else, whether it exists or not."""
    stand = get_stand_for(user, edition, code)
    found = quotations_for(stand).filter(code=quotation).first()
    if found is None:
        raise Http404
    found.negotiation = stand.negotiation
    return stand, found


def get_versions_for(
    user: Any, edition: Edition, code: str, quotation: str
) -> tuple[Stand, Quotation, list[QuotationVersion]]:
    """One quotation with its versions, as `get_quotation_for` and `versions_for` give them, in one query after the stand's."""
    stand = get_stand_for(user, edition, code)
    rows = QuotationVersion.objects.filter(
        quotation__negotiation=stand.negotiation, quotation__code=quotation
    ).select_related("quotation")
    kept = [one for one in rows if one.sent_at is not None or not stand.is_buyer]
    if not kept:
        raise Http404
    found = kept[0].quotation
    found.negotiation = stand.negotiation
    for one in kept:
        one.quotation = found
    return stand, found, kept


def versions_for(stand: Stand, quotation: Quotation) -> QuerySet[QuotationVersion]:
    """Its versions; the buyer sees none that was not sent."""
    rows = quotation.versions.all()
    return rows.filter(sent_at__isnull=False) if stand.is_buyer else rows


def get_quotation_file_for(user: Any, edition: Edition, code: str, quotation: str, pk: int) -> QuotationFile:
    """A file of a version one may see."""
    stand, found = get_quotation_for(user, edition, code, quotation)
    rows = QuotationFile.objects.filter(version__in=versions_for(stand, found)).select_related("file")
    row = rows.filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def get_file_of(inquiry: Inquiry, pk: int) -> InquiryFile:
    """A file of an inquiry; who may read the inquiry was asked before."""
    found = inquiry.files.select_related("file").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def get_inquiry_file_for(user: Any, edition: Edition, code: str, pk: int) -> InquiryFile:
    """The same at a negotiation of the inquiry, for either side."""
    inquiry = get_stand_for(user, edition, code).negotiation.inquiry
    if inquiry is None:
        raise Http404
    return get_file_of(inquiry, pk)


def get_own_note(stand: Stand, pk: int) -> NegotiationNote:
    """A note of one's own side; the other side's are read, not changed."""
    found = NegotiationNote.objects.filter(negotiation=stand.negotiation, side=stand.side, pk=pk).first()
    if found is None:
        raise Http404
    return found


def get_exhibitor_with_deals(user: Any, code: str) -> Exhibitor:
    """The firm at its own pipeline: for the people at its booth; Http404 for the organiser, delegations, the leads-only.

    The row carries `is_own_firm` and `is_edited`: whether the person edits the booth. One query.
    """
    mine = Membership.objects.filter(
        user=user if getattr(user, "is_authenticated", False) else None,
        organisation_id=OuterRef("organisation_id"),
    )
    found = (
        Exhibitor.objects.select_related(
            "organisation", "edition__fair", "area", "place", "sector", "delegation"
        )
        .annotate(
            is_own_firm=Exists(mine.filter(role__in=exhibition_access.BOOTH_ROLES)),
            is_edited=Exists(mine.filter(role__in=exhibition_access.EDITING_ROLES)),
        )
        .filter(code=code, is_own_firm=True)
        .first()
    )
    if found is None:
        raise Http404
    return found


def get_negotiation_of_firm(exhibitor: Exhibitor, code: str) -> Negotiation:
    """One of its own, as the firm that was asked."""
    found = pipeline_of(exhibitor).filter(code=code).first()
    if found is None:
        raise Http404
    return found


def get_edition_with_figures(user: Any, edition: str) -> Edition:
    """The edition for the organiser's people, who count deals and open none."""
    return fair_access.get_edition_at_desk(user, edition, "administer")


def get_stage_at_desk(edition: Edition, code: str) -> DealStage:
    """A stage; who may change the edition was asked before."""
    found = DealStage.objects.filter(edition=edition, code=code).first()
    if found is None:
        raise Http404
    return found


def counted_for(delegation: Delegation) -> QuerySet[Negotiation]:
    """Negotiations of a delegation's firms, to be counted and never shown. That the person is of it was asked before."""
    return Negotiation.objects.filter(firm__delegation=delegation)
