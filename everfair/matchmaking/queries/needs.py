"""Needs as pages, files and letters show them: cards, lists of one's own, the organiser's table, answers, counts."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Max, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from everfair.base.codes import address_part
from everfair.base.languages import Words, pick
from everfair.exhibition.models import Exhibitor
from everfair.fair.models import Edition, Sector
from everfair.matchmaking import access
from everfair.matchmaking.models import Need, NeedAnswer, NeedSector, Seeker
from everfair.matchmaking.queries.buyers import Buyer, buyers_of
from everfair.people.models import Organisation

STATE_KINDS = {"draft": "away", "open": "here", "filled": "won", "closed": "stop"}
STATES = [(str(value), label) for value, label in Need.State.choices if value != Need.State.DRAFT]
AUDIENCES = [
    (str(Need.Audience.BOARD), gettext_lazy("board, with the name")),
    (str(Need.Audience.HIDDEN), gettext_lazy("board, without the name")),
    (str(Need.Audience.CHOSEN), gettext_lazy("for chosen firms")),
]
SIZES = tuple(Organisation.Size.values)
LIVE = Q(withdrawn_at=None)
CHUNK = 500


@dataclass(frozen=True, slots=True)
class NeedCard:
    """A need as others may see it: what its buyer keeps back is not in it."""

    pk: int
    code: str
    address: str
    title: Words
    description: Words
    state: str
    audience: str
    buyer: Buyer
    sectors: tuple[Words, ...]
    motif: int
    modes: list[int]
    countries: list[str]
    deliver_to: str
    languages: list[str]
    sizes: list[str]
    licence: str
    licence_in: list[str]
    budget_from: int | None
    budget_to: int | None
    currency: str
    starts_on: date | None
    ends_on: date | None
    closes_on: date | None
    musts: frozenset[str]
    source: str
    source_url: str
    opened_at: datetime | None
    changed_at: datetime

    @property
    def is_open(self) -> bool:
        return self.state == Need.State.OPEN

    @property
    def is_kept(self) -> bool:
        """For chosen firms only."""
        return self.audience == Need.Audience.CHOSEN

    @property
    def state_kind(self) -> str:
        return STATE_KINDS[self.state]

    @property
    def state_label(self) -> str:
        return str(Need.State(self.state).label)

    @property
    def size_labels(self) -> list[str]:
        return [str(Organisation.Size(size).label) for size in self.sizes]


def cards_of(needs: Iterable[Need], *, with_names: bool | None = None) -> list[NeedCard]:
    """Cards in the order given; few queries however many there are."""
    rows = list(needs)
    buyers = buyers_of(rows, with_names=with_names)
    more: dict[int, list[Sector]] = {}
    further = NeedSector.objects.filter(need__in=[need.pk for need in rows]).select_related("sector")
    for one in further.order_by("pk") if rows else ():
        more.setdefault(one.need_id, []).append(one.sector)
    return [_card(need, buyers[need.pk], more.get(need.pk, [])) for need in rows]


def card_of(need: Need, *, with_names: bool | None = None) -> NeedCard:
    """One card."""
    return cards_of([need], with_names=with_names)[0]


def cards_by_id(keys: Sequence[int]) -> list[NeedCard]:
    """Cards of open needs, in the order of `keys`. Who may see them was decided with the keys."""
    if not keys:
        return []
    rows = Need.objects.filter(pk__in=keys, state=Need.State.OPEN).select_related(*access.NEED_RELATED)
    found = {need.pk: need for need in rows}
    return cards_of(found[key] for key in keys if key in found)


def board_cards(keys: Sequence[int]) -> list[NeedCard]:
    """The same, of what is on the board."""
    return [card for card in cards_by_id(keys) if not card.is_kept]


def board_changed_at(edition: Edition) -> datetime | None:
    """When the board changed last: a need on it or one that left it; None where none ever stood on it."""
    rows = Need.objects.filter(edition=edition, opened_at__isnull=False).exclude(
        audience=Need.Audience.CHOSEN
    )
    last: datetime | None = rows.aggregate(last=Max("changed_at"))["last"]
    return last


def board_addresses(keys: Sequence[int]) -> list[str]:
    """Address parts of needs on the board, for the sitemap."""
    rows = Need.objects.filter(pk__in=keys).order_by("pk").values_list("title", "code")
    return [address_part(pick(title, "en"), code) for title, code in rows]


def _card(need: Need, buyer: Buyer, more: list[Sector]) -> NeedCard:
    sectors = [*([need.sector] if need.sector is not None else []), *more]
    return NeedCard(
        pk=need.pk, code=need.code, address=need.address, title=need.title, description=need.description,
        state=need.state, audience=need.audience, buyer=buyer, sectors=tuple(sector.name for sector in sectors),
        motif=sectors[0].motif if sectors else 1, modes=need.mode_list, countries=need.countries,
        deliver_to=need.deliver_to, languages=need.languages, sizes=need.sizes, licence=need.licence,
        licence_in=need.licence_in, budget_from=need.budget_from, budget_to=need.budget_to, currency=need.currency,
        starts_on=need.starts_on, ends_on=need.ends_on, closes_on=need.closes_on, musts=frozenset(need.musts),
        source=need.source, source_url="" if buyer.is_hidden else need.source_url, opened_at=need.opened_at,
        changed_at=need.changed_at,
    )  # fmt: skip


def size_label(size: str) -> str:
    """A size of firm in words of the reader's language; what is no size stays as it is."""
    return str(Organisation.Size(size).label) if size in SIZES else size


# One's own ----------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Filters:
    """What narrows a list of needs."""

    words: str = ""
    state: str = ""
    audience: str = ""
    sector: str = ""
    country: str = ""
    origin: str = ""  # "here", or the source of a list

    @property
    def is_narrowed(self) -> bool:
        return any((self.words, self.state, self.audience, self.sector, self.country, self.origin))


def filters_of(query: Mapping[str, str]) -> Filters:
    """From an address; what is nonsense narrows nothing."""
    state, audience = query.get("state", ""), query.get("audience", "")
    return Filters(
        words=query.get("q", "").strip()[:100],
        state=state if state in Need.State.values else "",
        audience=audience if audience in Need.Audience.values else "",
        sector=query.get("sector", "")[:20],
        country=query.get("country", "")[:2].upper(),
        origin=query.get("origin", "")[:60],
    )


def narrowed(rows: QuerySet[Need], filters: Filters) -> QuerySet[Need]:
    """The rows that fit."""
    for word in filters.words.split():
        rows = rows.filter(
            Q(title__icontains=word) | Q(description__icontains=word) | Q(code=word)
            | (Q(buyer__icontains=word) & ~Q(audience=Need.Audience.HIDDEN))
        )  # fmt: skip
    if filters.state:
        rows = rows.filter(state=filters.state)
    if filters.audience:
        rows = rows.filter(audience=filters.audience)
    if filters.sector:
        below = Q(sector__code=filters.sector) | Q(sector__path__contains=f"/{filters.sector}/")
        further = NeedSector.objects.filter(
            Q(sector__code=filters.sector) | Q(sector__path__contains=f"/{filters.sector}/")
        )
        rows = rows.filter(below | Q(pk__in=further.values("need_id")))
    if filters.country:
        rows = rows.filter(buyer_country=filters.country)
    if filters.origin:
        rows = rows.filter(source="" if filters.origin == "here" else filters.origin)
    return rows


def own_needs(seeker: Seeker | None, filters: Filters = Filters()) -> QuerySet[Need]:
    """A seeker's needs, with `answer_count`, `new_count`, `firm_count`; the newest first."""
    return with_counts(narrowed(access.needs_of(seeker), filters))


def with_counts(rows: QuerySet[Need]) -> QuerySet[Need]:
    """With `answer_count` and `new_count` of answers that stand, and `firm_count` of chosen firms."""
    live = Q(answers__withdrawn_at=None)
    return rows.annotate(
        answer_count=Count("answers", filter=live & Q(answers__isnull=False), distinct=True),
        new_count=Count(
            "answers", filter=live & Q(answers__isnull=False, answers__seen_at=None), distinct=True
        ),
        firm_count=Count("chosen", distinct=True),
    ).order_by("-pk")


def state_counts(rows: QuerySet[Need]) -> dict[str, int]:
    """State → how many."""
    found = dict(rows.order_by().values_list("state").annotate(n=Count("pk", distinct=True)))
    return {str(state): found.get(state, 0) for state in Need.State.values}


def editions_with_needs(user: Any) -> list[Edition]:
    """Editions in which the person looks for something, newest first."""
    return list(
        Edition.objects.filter(seekers__user=user, seekers__needs__isnull=False)
        .select_related("fair")
        .distinct()
    )


# Answers and chosen firms -------------------------------------------------------------------------------------
def answers_to(need: Need) -> QuerySet[NeedAnswer]:
    """Answers that stand, the newest first, with their firms."""
    return need.answers.filter(LIVE).select_related(
        "exhibitor__organisation", "exhibitor__area", "exhibitor__place", "exhibitor__edition"
    )


def answer_of(need: Need, exhibitor: Exhibitor) -> NeedAnswer | None:
    """The firm's answer that stands."""
    return need.answers.filter(LIVE, exhibitor=exhibitor).select_related("need", "exhibitor").first()


def answered_by(exhibitor: Exhibitor, needs: Iterable[int]) -> set[int]:
    """Which of these needs the firm has answered."""
    return set(exhibitor.need_answers.filter(LIVE, need__in=list(needs)).values_list("need_id", flat=True))


def needs_answered(exhibitor: Exhibitor) -> QuerySet[Need]:
    """Needs the firm answered, the newest answer first."""
    rows = Need.objects.filter(answers__exhibitor=exhibitor, answers__withdrawn_at=None)
    return (
        rows.exclude(state=Need.State.DRAFT)
        .select_related(*access.NEED_RELATED)
        .order_by("-answers__at", "-pk")
    )


def chosen_firms(need: Need) -> list[Exhibitor]:
    """Firms that may see a need kept for chosen ones."""
    rows = Exhibitor.objects.filter(needs_shown__need=need).select_related("organisation", "edition")
    return list(rows.order_by("needs_shown__pk"))


def firms_named(edition: Edition, words: str, limit: int = 20) -> list[Exhibitor]:
    """Open firms of the edition whose name or headline has the words: where the search index cannot answer."""
    rows = Exhibitor.objects.filter(edition=edition, state=Exhibitor.State.PUBLISHED)
    for word in words.split()[:6]:
        rows = rows.filter(Q(organisation__name__icontains=word) | Q(headline__icontains=word))
    return list(rows.select_related("organisation", "edition").order_by("pk")[:limit])


def firms_by_id(edition: Edition, keys: Sequence[int]) -> list[Exhibitor]:
    """Open firms of the edition, in the order of `keys`."""
    rows = Exhibitor.objects.filter(pk__in=keys, edition=edition, state=Exhibitor.State.PUBLISHED)
    found = {row.pk: row for row in rows.select_related("organisation", "edition")}
    return [found[key] for key in keys if key in found]


def firms_by_code(edition: Edition, codes: Sequence[str]) -> list[Exhibitor]:
    """Open firms of the edition by their codes."""
    rows = Exhibitor.objects.filter(code__in=codes, edition=edition, state=Exhibitor.State.PUBLISHED)
    return list(rows.select_related("organisation", "edition"))


# Organiser ----------------------------------------------------------------------------------------------------
def sources_of(edition: Edition) -> list[str]:
    """Lists that needs came in with."""
    rows = Need.objects.filter(edition=edition).exclude(source="")
    return list(rows.order_by("source").values_list("source", flat=True).distinct())


def countries_of(edition: Edition) -> list[str]:
    """Countries of buyers."""
    rows = Need.objects.filter(edition=edition).exclude(buyer_country="")
    return list(rows.order_by("buyer_country").values_list("buyer_country", flat=True).distinct())


# Files --------------------------------------------------------------------------------------------------------
COLUMNS: Mapping[str, "str | Promise"] = {
    "id": gettext_lazy("Number"),
    "code": gettext_lazy("Code"),
    "state": gettext_lazy("State"),
    "audience": gettext_lazy("Who sees it"),
    "title_en": gettext_lazy("Title (English)"),
    "title_zh": gettext_lazy("Title (Chinese)"),
    "description_en": gettext_lazy("Text (English)"),
    "description_zh": gettext_lazy("Text (Chinese)"),
    "title_other": gettext_lazy("Title (another language)"),
    "description_other": gettext_lazy("Text (another language)"),
    "language_other": gettext_lazy("Other language"),
    "sector": gettext_lazy("Sector"),
    "more_sectors": gettext_lazy("Further sectors"),
    "modes": gettext_lazy("Modes of supply"),
    "countries": gettext_lazy("Suppliers from"),
    "deliver_to": gettext_lazy("Needed in"),
    "languages": gettext_lazy("Languages"),
    "sizes": gettext_lazy("Sizes of firm"),
    "licence": gettext_lazy("Licence"),
    "licence_in": gettext_lazy("Licence valid in"),
    "budget_from": gettext_lazy("Budget from"),
    "budget_to": gettext_lazy("Budget to"),
    "currency": gettext_lazy("Currency"),
    "starts_on": gettext_lazy("Begins on"),
    "ends_on": gettext_lazy("Ends on"),
    "closes_on": gettext_lazy("Last day on the board"),
    "musts": gettext_lazy("Conditions"),
    "buyer": gettext_lazy("Buyer"),
    "buyer_country": gettext_lazy("Country of the buyer"),
    "buyer_size": gettext_lazy("Size of the buyer"),
    "source_url": gettext_lazy("Source address"),
    "answers": gettext_lazy("Answers"),
    "opened_at": gettext_lazy("Opened"),
}  # fmt: skip


def export_rows(
    rows: QuerySet[Need], language: str, *, with_names: bool | None = None
) -> Iterator[dict[str, Any]]:
    """Lines of a file, read in pieces. A buyer who stays hidden has no name, number or source in it."""
    keys = list(rows.values_list("pk", flat=True))
    for start in range(0, len(keys), CHUNK):
        part = keys[start : start + CHUNK]
        held = Need.objects.filter(pk__in=part).select_related(*access.NEED_RELATED)
        by_id = {need.pk: need for need in with_counts(held)}
        needs = [by_id[pk] for pk in part if pk in by_id]
        buyers = buyers_of(needs, with_names=with_names)
        more: dict[int, list[str]] = {}
        further = NeedSector.objects.filter(need__in=part).order_by("pk")
        for pk, code in further.values_list("need_id", "sector__code"):
            more.setdefault(pk, []).append(code)
        for need in needs:
            yield _line(need, buyers[need.pk], more.get(need.pk, []), language)


def _line(need: Any, buyer: Buyer, more: list[str], language: str) -> dict[str, Any]:
    other = next((code for code in {**need.title, **need.description} if code not in ("en", "zh")), "")
    named = ", ".join(filter(None, [buyer.person, pick(buyer.firm, language)]))
    return {
        "id": "" if buyer.is_hidden else need.external_id,
        "code": need.code, "state": need.state, "audience": need.audience,
        "title_en": need.title.get("en", ""), "title_zh": need.title.get("zh", ""),
        "description_en": need.description.get("en", ""), "description_zh": need.description.get("zh", ""),
        "title_other": need.title.get(other, ""), "description_other": need.description.get(other, ""),
        "language_other": other, "sector": need.sector.code if need.sector else "", "more_sectors": more,
        "modes": need.mode_list, "countries": need.countries, "deliver_to": need.deliver_to,
        "languages": need.languages, "sizes": need.sizes, "licence": need.licence, "licence_in": need.licence_in,
        "budget_from": need.budget_from, "budget_to": need.budget_to, "currency": need.currency,
        "starts_on": need.starts_on, "ends_on": need.ends_on, "closes_on": need.closes_on, "musts": need.musts,
        "buyer": named or (_("not named") if buyer.is_hidden else ""), "buyer_country": buyer.country,
        "buyer_size": buyer.size, "source_url": "" if buyer.is_hidden else need.source_url,
        "answers": need.answer_count, "opened_at": need.opened_at,
    }  # fmt: skip


def board_rows(keys: Sequence[int]) -> QuerySet[Need]:
    """Rows for a file of what a board's page chain shows; who may see them was decided with the keys."""
    return Need.objects.filter(pk__in=keys).order_by("-opened_at", "-pk")
