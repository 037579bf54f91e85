"""What the exhibitor's own desk shows: booths, open editions, offers, history, next steps. Reads only."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from everfair.base.charts import targets
from everfair.base.countries import country_name, language_names
from everfair.base.languages import pick
from everfair.base.models import AuditEntry
from everfair.exhibition.models import (
    EXHIBITOR_STEPS,
    BoothContact,
    BoothDocument,
    Exhibitor,
    Offer,
    OfferImage,
    TaskKind,
)
from everfair.exhibition.models.offer import ANYWHERE
from everfair.fair.models import Edition, Place
from everfair.people.models import Membership, Organisation, User

OPEN_PHASES = (Edition.Phase.OPEN, Edition.Phase.LIVE, Edition.Phase.EVERGREEN)
FREE_TO_MOVE = frozenset({Exhibitor.State.DRAFT, Exhibitor.State.APPLIED, Exhibitor.State.CHANGES_ASKED})
STATE_KINDS = {
    "draft": "away",
    "applied": "wait",
    "changes_asked": "wait",
    "accepted": "wait",
    "published": "here",
    "withdrawn": "stop",
    "rejected": "stop",
}


@dataclass(frozen=True)
class Filters:
    """What a list of offers is narrowed to."""

    words: str = ""
    shelf: str = ""  # "on", "off" or ""


@dataclass(frozen=True)
class HistoryLine:
    """One line of a booth's history in words."""

    entry: AuditEntry
    what: str
    detail: str


def booths_of(user: Any, words: str = "") -> QuerySet[Exhibitor]:
    """The booths of the person's firms, newest edition first, with `offer_count`; `words` narrows by name."""
    found = (
        Exhibitor.objects.filter(organisation__memberships__user=user)
        .select_related("organisation", "edition__fair", "area", "place", "sector", "cover")
        .annotate(offer_count=Count("offers", distinct=True))
        .order_by("-edition__starts_on", "-id")
    )
    return found.filter(organisation__name__icontains=words) if words else found


def open_editions() -> QuerySet[Edition]:
    """Editions to offer to somebody who wants a booth: open ones, and of a fair that went on only the later ones."""
    later = Edition.objects.filter(
        fair=OuterRef("fair"), phase__in=OPEN_PHASES, starts_on__gt=OuterRef("starts_on")
    )
    is_past = Q(phase=Edition.Phase.EVERGREEN) & Exists(later)
    found = Edition.objects.filter(phase__in=OPEN_PHASES).exclude(is_past)
    return found.select_related("fair").order_by("-starts_on", "-id")


def firms_that_may_apply(user: Any, edition: Edition) -> QuerySet[Organisation]:
    """Firms the person edits that have no booth in the edition yet."""
    return (
        Organisation.objects.filter(
            memberships__user=user, memberships__role__in=(Membership.Role.OWNER, Membership.Role.EDITOR)
        )
        .exclude(exhibitors__edition=edition)
        .order_by("pk")
    )


def earlier_booths(exhibitor: Exhibitor) -> QuerySet[Exhibitor]:
    """The firm's booths in earlier editions, newest first: what can be carried over from."""
    begun = exhibitor.edition.starts_on
    return (
        Exhibitor.objects.filter(organisation_id=exhibitor.organisation_id, edition__starts_on__lte=begun)
        .exclude(pk=exhibitor.pk)
        .select_related("organisation", "edition__fair", "sector", "area")
        .annotate(
            offer_count=Count("offers", distinct=True), document_count=Count("documents", distinct=True)
        )
        .order_by("-edition__starts_on", "-id")
    )


def next_states(exhibitor: Exhibitor, roles: Iterable[str]) -> list[str]:
    """Where the chart lets these roles take the booth."""
    return targets(EXHIBITOR_STEPS, exhibitor.state, roles)


def may_move(exhibitor: Exhibitor, roles: Iterable[str]) -> bool:
    """Whether area and place are still the exhibitor's to choose; later the organiser moves a booth."""
    return exhibitor.state in FREE_TO_MOVE or exhibitor.area_id is None or "reviewer" in set(roles)


def free_places(exhibitor: Exhibitor, words: str = "") -> QuerySet[Place]:
    """Free places in the booth's area, or in the whole edition while it has none."""
    found = Place.objects.filter(edition_id=exhibitor.edition_id, exhibitor__isnull=True).select_related(
        "area"
    )
    if exhibitor.area_id is not None:
        found = found.filter(area_id=exhibitor.area_id)
    return found.filter(number__icontains=words) if words else found


def offers_of(exhibitor: Exhibitor, filters: Filters = Filters()) -> QuerySet[Offer]:
    """The booth's offers in its order, with `licence_count`, `reference_count`, `image_count`."""
    found = exhibitor.offers.select_related("sector").annotate(
        licence_count=Count("licences", distinct=True),
        reference_count=Count("references", distinct=True),
        image_count=Count("images", distinct=True),
    )
    found = found.order_by("position", "id")  # counting drops the table's own order
    if filters.words:
        found = found.filter(Q(title__icontains=filters.words) | Q(description__icontains=filters.words))
    if filters.shelf in {"on", "off"}:
        found = found.filter(is_on_shelf=filters.shelf == "on")
    return found


def find_offer(exhibitor: Exhibitor, code: str) -> Offer | None:
    """One of the booth's own offers."""
    return exhibitor.offers.select_related("sector", "exhibitor__edition").filter(code=code).first()


def find_document(exhibitor: Exhibitor, pk: int) -> BoothDocument | None:
    """One of the booth's own documents."""
    return exhibitor.documents.select_related("file", "exhibitor").filter(pk=pk).first()


def find_image(offer: Offer, pk: int) -> OfferImage | None:
    """One of the offer's own pictures."""
    return offer.images.select_related("file", "offer__exhibitor").filter(pk=pk).first()


def find_place(exhibitor: Exhibitor, pk: int) -> Place | None:
    """A place of the booth's edition."""
    return Place.objects.select_related("area").filter(edition_id=exhibitor.edition_id, pk=pk).first()


def find_task(exhibitor: Exhibitor, pk: int) -> TaskKind | None:
    """A task of the booth's edition."""
    return TaskKind.objects.filter(edition_id=exhibitor.edition_id, pk=pk).first()


def contacts_of(exhibitor: Exhibitor) -> QuerySet[BoothContact]:
    """The booth's contacts in order."""
    return exhibitor.contacts.select_related("user")


def documents_of(exhibitor: Exhibitor) -> QuerySet[BoothDocument]:
    """The booth's documents in order."""
    return exhibitor.documents.select_related("file").order_by("position", "id")


def team_of(exhibitor: Exhibitor) -> QuerySet[User]:
    """Members of the firm, who may stand as contacts."""
    found = User.objects.filter(memberships__organisation_id=exhibitor.organisation_id, is_active=True)
    return found.order_by("name", "pk")


OFFER_COLUMNS = {
    name: name
    for name in (
        "code", "title_en", "title_zh", "kind", "sector", "modes", "languages", "delivers_to",
        "data_location",
        "price_note", "licences", "references", "on_shelf", "description_en", "description_zh",
    )
}  # fmt: skip


def offer_rows(exhibitor: Exhibitor, filters: Filters, language: str) -> Iterator[dict[str, object]]:
    """The offers as rows for CSV and XLSX, in OFFER_COLUMNS; names in `language`. Three queries."""
    found = offers_of(exhibitor, filters).prefetch_related("licences", "references")
    for offer in found:
        yield {
            "code": offer.code,
            "title_en": offer.title.get("en", ""),
            "title_zh": offer.title.get("zh", ""),
            "kind": offer.kind,
            "sector": offer.sector.code if offer.sector else "",
            "modes": " ".join(str(mode) for mode in offer.mode_list),
            "languages": ", ".join(language_names(language).get(code, code) for code in offer.languages),
            "delivers_to": "*" if ANYWHERE in offer.delivers_to else _countries(offer.delivers_to, language),
            "data_location": pick(offer.data_location, language),
            "price_note": pick(offer.price_note, language),
            "licences": "; ".join(pick(licence.name, language) for licence in offer.licences.all()),
            "references": "; ".join(_reference(reference, language) for reference in offer.references.all()),
            "on_shelf": "yes" if offer.is_on_shelf else "no",
            "description_en": offer.description.get("en", ""),
            "description_zh": offer.description.get("zh", ""),
        }


def _countries(codes: list[str], language: str) -> str:
    return ", ".join(country_name(code, language) for code in codes)


def _reference(reference: Any, language: str) -> str:
    return " ".join(part for part in (pick(reference.client, language), str(reference.year or "")) if part)


def history(exhibitor: Exhibitor) -> QuerySet[AuditEntry]:
    """Every audit row of the booth and of its offers, newest first."""
    mine = Q(object_type="exhibition.exhibitor", object_id=exhibitor.pk)
    offers = Q(object_type="exhibition.offer", object_id__in=exhibitor.offers.values("pk"))
    return AuditEntry.objects.filter(mine | offers)


def history_line(entry: AuditEntry) -> HistoryLine:
    """An audit row in words."""
    words = _event_words()
    what = words.get(entry.event, entry.event)
    if entry.object_type == "exhibition.offer":
        what = what + _(": ") + entry.object_label
    fields = _field_words()
    changed = [fields.get(name, name) for name in entry.after if name in fields]
    is_new = entry.event.endswith(".created")
    detail = entry.reason or ("" if is_new else _(", ").join(changed))
    known = {**entry.before, **{key: value for key, value in entry.after.items() if value}}
    single = next((known[key] for key in _NAMED if known.get(key)), "")
    return HistoryLine(entry, what, str(detail or single or ""))


_NAMED = ("place", "document", "offer", "task", "edition", "picture")


def _event_words() -> dict[str, str]:
    state, offer = "exhibition.exhibitor.", "exhibition.offer."
    return {
        state + "created": _("Booth made"),
        state + "saved": _("Booth saved"),
        state + "placed": _("Place chosen"),
        state + "place_released": _("Place given back"),
        state + "contacts_saved": _("Contacts saved"),
        state + "cover_set": _("Cover changed"),
        state + "document_added": _("Document added"),
        state + "document_removed": _("Document removed"),
        state + "answered": _("Questions answered"),
        state + "carried_over": _("Carried over from an earlier edition"),
        state + "applied": _("Application sent"),
        state + "taken_back": _("Application taken back"),
        state + "changes_asked": _("The organiser asked for changes"),
        state + "accepted": _("Accepted"),
        state + "published": _("Published"),
        state + "withdrawn": _("Withdrawn"),
        state + "rejected": _("Rejected"),
        state + "restored": _("Last step undone"),
        offer + "created": _("Offer added"),
        offer + "saved": _("Offer saved"),
        offer + "removed": _("Offer removed"),
        offer + "restored": _("Offer brought back"),
        offer + "reordered": _("Offers put in another order"),
        offer + "put_on_shelf": _("Offer put on the shelf"),
        offer + "taken_off_shelf": _("Offer taken off the shelf"),
        offer + "picture_added": _("Picture added"),
        offer + "picture_removed": _("Picture removed"),
        "exhibition.task.done": _("Task done"),
        "exhibition.task.reopened": _("Task reopened"),
    }


def _field_words() -> dict[str, str]:
    return {
        "headline": _("in one sentence"),
        "about": _("what the firm does"),
        "languages": _("working languages"),
        "sector": _("main sector"),
        "area": _("area"),
        "video_url": _("film"),
        "tour_url": _("3D tour"),
        "title": _("title"),
        "description": _("description"),
        "modes": _("modes of supply"),
        "delivers_to": _("delivery"),
        "data_location": _("where data is kept"),
        "price_note": _("price note"),
        "licences": _("licences"),
        "references": _("references"),
    }
