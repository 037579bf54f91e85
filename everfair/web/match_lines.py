"""Things of matches as a page names them: name, the line under it, address, whether it can still be seen."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from everfair.base.languages import Words

KIND_NAMES = {
    "exhibitor": gettext_lazy("Firms"), "offer": gettext_lazy("Offers"), "need": gettext_lazy("Needs"),
    "session": gettext_lazy("Sessions"), "person": pgettext_lazy("matches", "People"),
}  # fmt: skip
ONE_NAMES = {
    "exhibitor": pgettext_lazy("one of a list", "Firm"), "offer": pgettext_lazy("one of a list", "Offer"),
    "need": pgettext_lazy("one of a list", "Need"), "session": pgettext_lazy("one of a list", "Session"),
    "person": pgettext_lazy("one of a list", "Person"),
}  # fmt: skip


def describe(
    thing: Any, kind: str, edition: Any, by_line: Any = None
) -> tuple[Words | str, Words | str, str, str, int]:
    """Name, the line under it, address, country and motif of a thing. `by_line`: a need's buyer, a person's registration."""
    if kind == "exhibitor":
        url = reverse("public:exhibition.booth", args=[edition.slug, thing.address])
        motif = thing.sector.motif if thing.sector else 1
        return thing.organisation.name, thing.headline, url, thing.organisation.country, motif
    if kind == "offer":
        url = reverse("public:exhibition.offer", args=[edition.slug, thing.address])
        firm = thing.exhibitor.organisation
        return thing.title, firm.name, url, firm.country, thing.sector.motif if thing.sector else 1
    if kind == "need":
        url = reverse("public:matchmaking.need_show", args=[edition.slug, thing.address])
        motif = thing.sector.motif if thing.sector else 1
        if by_line is None:
            return thing.title, "", url, "", motif
        return thing.title, _buyer_words(by_line), url, by_line.country, motif
    if kind == "session":
        url = reverse("public:programme.session", args=[edition.slug, thing.address])
        return thing.title, thing.subtitle, url, "", 1
    if by_line is None:
        return str(thing), "", "", "", 1
    return by_line.name, by_line.organisation_name, "", by_line.country, 1


def _buyer_words(buyer: Any) -> Words | str:
    """Who looks for it, as far as it is told; of somebody unnamed that they are, and their size."""
    if not buyer.is_hidden:
        return buyer.firm or buyer.person or _("A buyer")
    unnamed = _("A buyer who is not named")
    return _(", ").join([unnamed, buyer.size_label]) if buyer.size_label else unnamed


def kept_line(row: Any, edition: Any) -> dict[str, Any]:
    thing = getattr(row, row.kind)
    name, under, url, country, _motif = describe(thing, row.kind, edition)
    is_open = _is_open(thing, row.kind)
    return {
        "row": row, "kind": row.kind, "kind_name": ONE_NAMES[row.kind], "name": name, "under": under, "country": country,
        "url": url if is_open else "", "code": thing.code, "is_open": is_open,
    }  # fmt: skip


def _is_open(thing: Any, kind: str) -> bool:
    """Whether it can still be looked at: kept things stay in the list when they leave the fair."""
    if kind == "exhibitor":
        return bool(thing.is_public)
    if kind == "offer":
        return bool(thing.is_on_shelf and thing.exhibitor.state == "published")
    if kind == "need":
        return bool(thing.state == "open" and thing.audience != "chosen")
    return kind == "session"
