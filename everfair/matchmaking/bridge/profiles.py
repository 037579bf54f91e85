"""Rows → profiles of the matching engine: firms, offers, needs, sessions, people. No ranking here; who looks is in seeking.py.

What a profile holds is what the other side may know: hidden buyers bring their country and size and no name, and a
person is a candidate only where they agreed to be shown.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from everfair.engines.matching import Licence, Offers, Profile, Seeks, Wish
from everfair.exhibition.models import Exhibitor, Offer, OfferSector
from everfair.exhibition.models import Licence as HeldLicence
from everfair.fair.models import Edition, Sector
from everfair.gateways.markup import to_text
from everfair.matchmaking.bridge.vectors import PIECE
from everfair.matchmaking.models import Need, NeedSector, Seeker
from everfair.programme.models import Session
from everfair.registration.models import Registration

CHUNK = 2000
LONGEST = 6000  # letters of one language that matching reads of a side; who writes more gains nothing
MUSTS = {
    "sector": Wish.SECTORS, "modes": Wish.MODES, "countries": Wish.COUNTRIES, "deliver_to": Wish.DELIVERY,
    "languages": Wish.LANGUAGES, "sizes": Wish.SIZES, "licence_in": Wish.LICENCES,
}  # fmt: skip


def exhibitor_key(pk: int) -> str:
    """Also the `firm` of whatever belongs to the exhibitor."""
    return f"exhibitor:{pk}"


def seeker_key(pk: int) -> str:
    """A person's key, and the `firm` of what is theirs."""
    return f"person:{pk}"


def row_of(key: str) -> tuple[str, int]:
    """("offer", 12) of "offer:12"."""
    kind, _sign, number = key.partition(":")
    return kind, int(number)


class Tree:
    """The paths of an edition's sectors, by number and by code. One query."""

    def __init__(self, edition_id: int) -> None:
        rows = list(Sector.objects.filter(edition=edition_id).values_list("pk", "code", "path", "name"))
        self.by_pk = {pk: path.strip("/") for pk, _code, path, _name in rows}
        self.by_code = {code: path.strip("/") for _pk, code, path, _name in rows}
        self.names = {path.strip("/"): name for _pk, _code, path, name in rows}

    def paths(self, numbers: Iterable[int | None]) -> tuple[str, ...]:
        """Paths of the sectors with these numbers, in order, once each."""
        return tuple(dict.fromkeys(self.by_pk[pk] for pk in numbers if pk in self.by_pk))

    def of_codes(self, codes: Iterable[str]) -> tuple[str, ...]:
        """The same by their codes; codes that are no more are left out."""
        return tuple(dict.fromkeys(self.by_code[code] for code in codes if code in self.by_code))


def exhibitor_profiles(edition: Edition, tree: Tree, keys: Sequence[int] | None = None) -> Iterator[Profile]:
    """Published exhibitors with all they offer and, from their open needs, what they look for. Six queries a chunk."""
    rows = Exhibitor.objects.filter(edition=edition, state=Exhibitor.State.PUBLISHED)
    names = (
        "pk", "organisation__name", "headline", "about", "organisation__country", "organisation__size_class",
        "languages", "sector_id", "carried_from_id",
    )  # fmt: skip
    for found in _chunks(rows, keys, names):
        pks = [row[0] for row in found]
        offered = _offered(pks)
        wanted = _needs_of_firms(pks, tree)
        for pk, name, headline, about, country, size, languages, sector, carried in found:
            of = offered.get(pk, _Offered())
            yield Profile(
                key=exhibitor_key(pk),
                firm=exhibitor_key(pk),
                seeks=wanted.get(pk, Seeks()),
                offers=Offers(
                    texts=_texts([name, headline, *of.titles, about, *of.descriptions]),
                    sectors=tree.paths([sector, *of.sectors]),
                    modes=of.modes,
                    country=country or "",
                    delivers_to=tuple(sorted(of.delivers_to)),
                    languages=tuple(dict.fromkeys([*(languages or ()), *of.languages])),
                    size=size or "",
                    licences=tuple(of.licences),
                ),
                is_new=carried is None,
            )


class _Offered:
    """What a firm's offers on the shelf come to."""

    def __init__(self) -> None:
        self.titles: list[Mapping[str, str]] = []
        self.descriptions: list[Mapping[str, str]] = []
        self.sectors: list[int | None] = []
        self.modes = 0
        self.delivers_to: set[str] = set()
        self.languages: list[str] = []
        self.licences: list[Licence] = []


def _offered(exhibitors: Sequence[int]) -> dict[int, _Offered]:
    found: dict[int, _Offered] = defaultdict(_Offered)
    whose: dict[int, int] = {}
    rows = Offer.objects.filter(exhibitor_id__in=exhibitors, is_on_shelf=True).order_by(
        "exhibitor_id", "position", "id"
    )
    names = ("pk", "exhibitor_id", "title", "description", "sector_id", "modes", "languages", "delivers_to")
    for pk, exhibitor, title, description, sector, modes, languages, delivers_to in rows.values_list(*names):
        of = found[exhibitor]
        whose[pk] = exhibitor
        of.titles.append(title)
        of.descriptions.append(description)
        of.sectors.append(sector)
        of.modes |= modes
        of.delivers_to.update(delivers_to or ())
        of.languages.extend(languages or ())
    further = OfferSector.objects.filter(offer__exhibitor_id__in=exhibitors, offer__is_on_shelf=True)
    for exhibitor, sector in further.values_list("offer__exhibitor_id", "sector_id"):
        found[exhibitor].sectors.append(sector)
    for exhibitor, licence in _licences(
        offer__exhibitor_id__in=exhibitors, offer__is_on_shelf=True, by="offer__exhibitor_id"
    ):
        found[exhibitor].licences.append(licence)
    return found


def _licences(*, by: str, **condition: Any) -> Iterator[tuple[int, Licence]]:
    for owner, name, valid_in in HeldLicence.objects.filter(**condition).values_list(by, "name", "valid_in"):
        yield (
            owner,
            Licence(" / ".join(text for text in (name or {}).values() if text), tuple(valid_in or ())),
        )


def offer_profiles(edition: Edition, tree: Tree, keys: Sequence[int] | None = None) -> Iterator[Profile]:
    """Offers on the shelf of published exhibitors, one by one. Three queries a chunk."""
    rows = Offer.objects.filter(
        is_on_shelf=True, exhibitor__edition=edition, exhibitor__state=Exhibitor.State.PUBLISHED
    )
    names = (
        "pk", "exhibitor_id", "title", "description", "sector_id", "modes", "languages", "delivers_to",
        "exhibitor__organisation__country", "exhibitor__organisation__size_class", "exhibitor__carried_from_id",
    )  # fmt: skip
    for found in _chunks(rows, keys, names):
        pks = [row[0] for row in found]
        further: dict[int, list[int | None]] = defaultdict(list)
        for offer, sector in OfferSector.objects.filter(offer_id__in=pks).values_list(
            "offer_id", "sector_id"
        ):
            further[offer].append(sector)
        licences: dict[int, list[Licence]] = defaultdict(list)
        for offer, licence in _licences(offer_id__in=pks, by="offer_id"):
            licences[offer].append(licence)
        for (
            pk,
            firm,
            title,
            description,
            sector,
            modes,
            languages,
            delivers_to,
            country,
            size,
            carried,
        ) in found:
            yield Profile(
                key=f"offer:{pk}",
                firm=exhibitor_key(firm),
                offers=Offers(
                    texts=_texts([title, description]),
                    sectors=tree.paths([sector, *further[pk]]),
                    modes=modes,
                    country=country or "",
                    delivers_to=tuple(delivers_to or ()),
                    languages=tuple(languages or ()),
                    size=size or "",
                    licences=tuple(licences[pk]),
                ),
                is_new=carried is None,
            )


def need_profiles(edition: Edition, tree: Tree, keys: Sequence[int] | None = None) -> Iterator[Profile]:
    """Open needs of an edition, those for chosen firms too: who may see which is asked when they are ranked. Two queries a chunk."""
    rows = Need.objects.filter(edition=edition, state=Need.State.OPEN)
    for found in _chunks(rows, keys, NEED_NAMES):
        further = more_sectors([row[0] for row in found])
        buyers = _buyers([row[1] for row in found if row[1]])
        for row in found:
            pk, seeker, _exhibitor, buyer_country = row[:4]
            country, size = buyers.get(seeker or 0, ("", ""))
            yield Profile(
                key=f"need:{pk}",
                firm=_owner_key(row),
                seeks=seeks_of(row, further[pk], tree),
                offers=Offers(country=buyer_country or country, size=size),
            )


NEED_NAMES = (
    "pk", "seeker_id", "seeker__exhibitor_id", "buyer_country", "title", "description", "sector_id", "modes",
    "countries", "deliver_to", "languages", "sizes", "licence", "licence_in", "starts_on", "ends_on", "musts",
)  # fmt: skip


def _owner_key(row: Sequence[Any]) -> str:
    _pk, seeker, exhibitor, *_rest = row
    if exhibitor is not None:
        return exhibitor_key(exhibitor)
    return seeker_key(seeker) if seeker is not None else ""


def more_sectors(needs: Sequence[int]) -> dict[int, list[int | None]]:
    further: dict[int, list[int | None]] = defaultdict(list)
    for need, sector in NeedSector.objects.filter(need_id__in=needs).values_list("need_id", "sector_id"):
        further[need].append(sector)
    return further


def _buyers(seekers: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Country and size class of firms that seek, by seeker."""
    rows = Seeker.objects.filter(pk__in=seekers, exhibitor__isnull=False)
    names = ("pk", "exhibitor__organisation__country", "exhibitor__organisation__size_class")
    return {pk: (country or "", size or "") for pk, country, size in rows.values_list(*names)}


def seeks_of(row: Sequence[Any], further: Sequence[int | None], tree: Tree) -> Seeks:
    (
        _pk, _seeker, _exhibitor, _country, title, description, sector, modes, countries, deliver_to, languages,
        sizes, licence, licence_in, starts_on, ends_on, musts,
    ) = row  # fmt: skip
    return Seeks(
        texts=_texts([title, description, {"en": licence} if licence else {}]),
        sectors=tree.paths([sector, *further]),
        modes=modes,
        countries=tuple(countries or ()),
        deliver_to=(deliver_to,) if deliver_to else (),
        languages=tuple(languages or ()),
        sizes=tuple(sizes or ()),
        licences=(Licence("", tuple(licence_in)),) if licence_in else (),
        dates=(starts_on, ends_on) if starts_on and ends_on else None,
        hard=frozenset(MUSTS[name] for name in musts or () if name in MUSTS),
    )


def _needs_of_firms(exhibitors: Sequence[int], tree: Tree) -> dict[int, Seeks]:
    """What firms look for by their open needs on the board."""
    rows = Need.objects.filter(state=Need.State.OPEN, seeker__exhibitor_id__in=exhibitors)
    rows = rows.exclude(audience=Need.Audience.CHOSEN).order_by("pk")
    found = list(rows.values_list(*NEED_NAMES))
    further = more_sectors([row[0] for row in found])
    whose: dict[int, list[Seeks]] = defaultdict(list)
    for row in found:
        whose[row[2]].append(seeks_of(row, further[row[0]], tree))
    return {firm: joined(several) for firm, several in whose.items()}


def joined(several: Sequence[Seeks]) -> Seeks:
    """Several needs as one: wishes side by side, conditions only where there is but one need; else they would exclude each other."""
    if len(several) == 1:
        return several[0]
    return Seeks(
        texts=_texts([dict(one.texts) for one in several], between=PIECE),
        sectors=_union(one.sectors for one in several),
        modes=_bits(one.modes for one in several),
        countries=_union(one.countries for one in several) if all(one.countries for one in several) else (),
        languages=_union(one.languages for one in several),
        sizes=_union(one.sizes for one in several) if all(one.sizes for one in several) else (),
    )


def session_profiles(edition: Edition, tree: Tree, keys: Sequence[int] | None = None) -> Iterator[Profile]:
    """Public sessions. Two queries a chunk."""
    rows = Session.objects.filter(edition=edition, state__in=Session.PUBLIC_STATES)
    names = ("pk", "title", "subtitle", "abstract", "language", "interpretation", "exhibitor_id")
    through = Session.sectors.through
    for found in _chunks(rows, keys, names):
        within: dict[int, list[int | None]] = defaultdict(list)
        pks = [row[0] for row in found]
        for session, sector in through.objects.filter(session_id__in=pks).values_list(
            "session_id", "sector_id"
        ):
            within[session].append(sector)
        for pk, title, subtitle, abstract, language, interpretation, exhibitor in found:
            plain = {code: to_text(text) for code, text in (abstract or {}).items() if text}
            yield Profile(
                key=f"session:{pk}",
                firm=exhibitor_key(exhibitor) if exhibitor else "",
                offers=Offers(
                    texts=_texts([title, subtitle, plain]),
                    sectors=tree.paths(within[pk]),
                    languages=tuple(
                        dict.fromkeys(code for code in (language, *(interpretation or ())) if code)
                    ),
                ),
            )


def person_profiles(edition: Edition, tree: Tree, keys: Sequence[int] | None = None) -> Iterator[Profile]:
    """Visitors who agreed to be shown, with what they said they look for and, of their firm, its country and size."""
    rows = Seeker.objects.filter(edition=edition, is_shown=True, user__isnull=False)
    for found in _chunks(rows, keys, ("pk", "user_id", "answers")):
        firms = firms_of_people(edition, [row[1] for row in found])
        for pk, user, answers in found:
            country, size, languages = firms.get(user, ("", "", ()))
            yield Profile(
                key=seeker_key(pk),
                firm=seeker_key(pk),
                seeks=answered(answers or {}, tree),
                offers=Offers(country=country, size=size, languages=languages),
            )


def firms_of_people(edition: Edition, users: Sequence[int]) -> dict[int, tuple[str, str, tuple[str, ...]]]:
    """Country, size class of the firm, and language of letters of registered people, by account."""
    rows = Registration.objects.filter(edition=edition, user_id__in=users, state=Registration.State.APPROVED)
    names = ("user_id", "country", "organisation__country", "organisation__size_class", "language")
    return {
        user: (country or firm_country or "", size or "", (language,) if language else ())
        for user, country, firm_country, size, language in rows.order_by("-pk").values_list(*names)
    }


def answered(answers: Mapping[str, Any], tree: Tree) -> Seeks:
    """The three questions. A language spoken is a wish for partners who speak it."""
    text = str(answers.get("looks_for", "")).strip()
    return Seeks(
        texts={language_of(text): text[:LONGEST]} if text else {},
        sectors=tree.of_codes(answers.get("sectors") or ()),
        languages=tuple(answers.get("languages") or ()),
    )


def language_of(text: str) -> str:
    """The content language of a short text that nobody declared: Chinese where Han characters make up a third of its letters."""
    letters = [sign for sign in text if sign.isalpha()]
    han = sum("\u3400" <= sign <= "\u9fff" for sign in letters)
    return "zh" if letters and han * 3 >= len(letters) else "en"


def _chunks(rows: Any, keys: Sequence[int] | None, names: Sequence[str]) -> Iterator[list[tuple[Any, ...]]]:
    """Values in pieces by number, so that no read is held open for long."""
    if keys is not None:
        for start in range(0, len(keys), CHUNK):
            yield list(rows.filter(pk__in=keys[start : start + CHUNK]).order_by("pk").values_list(*names))
        return
    last = 0
    while found := list(rows.filter(pk__gt=last).order_by("pk").values_list(*names)[:CHUNK]):
        yield found
        last = found[-1][0]


def _texts(parts: Iterable[Mapping[str, str] | None], *, between: str = "\n") -> dict[str, str]:
    """Several texts as one for each language, cut at LONGEST letters."""
    found: dict[str, list[str]] = {}
    for words in parts:
        for language, text in (words or {}).items():
            if text:
                found.setdefault(language, []).append(text)
    return {language: between.join(texts)[:LONGEST] for language, texts in found.items()}


def _union(several: Iterable[Sequence[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for some in several for one in some))


def _bits(several: Iterable[int]) -> int:
    bits = 0
    for one in several:
        bits |= one
    return bits
