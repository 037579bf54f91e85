"""What both pages of wishes share: the choices of a row, the answer to a change, the sentence about the round."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from everfair.base.refusals import Refused
from everfair.meetings.actions.wishes import save_wishes
from everfair.meetings.forms.wishes import levels_of
from everfair.meetings.queries import ground
from everfair.meetings.queries.wishes import LEVELS, UNSAID, WISHED, WishFilters, counts_of

A_PAGE = 25
SHORT = {"must": "must", "want": "want", "never": "never"}


def choices() -> list[tuple[str, str, str]]:
    """(level, word on the switch, what it means), "no wish" first."""
    return [
        ("", pgettext("wish", "Open"), _("no wish")),
        ("must", pgettext("wish", "Must"), _("must meet")),
        ("want", pgettext("wish", "Want"), _("would like to meet")),
        ("never", pgettext("wish", "No"), _("no, thank you")),
    ]


def filter_levels() -> list[tuple[str, str]]:
    """What the list can be narrowed to."""
    own = [(str(level), str(label)) for level, label in LEVELS]
    return [("", _("all")), (WISHED, _("those with a wish")), (UNSAID, _("those without a wish")), *own]


def list_context(
    side: Any, filters: WishFilters, page: Any, rows: Any, base: str, *, of_people: bool = False
) -> dict[str, Any]:
    """What the list's template needs. `base`: the page's address without filters."""
    counts = counts_of(side, of_people=of_people)
    query = {
        "q": filters.words, "level": filters.level, "group": filters.group, "country": filters.country,
        "language": filters.language, "firm": filters.firm,
    }  # fmt: skip
    kept = {key: value for key, value in query.items() if value}
    return {
        "filters": filters,
        "page": page,
        "rows": rows,
        "counts": counts,
        "counts_text": counts_text(counts),
        "choices": choices(),
        "filter_levels": filter_levels(),
        "all_url": base,
        "save_url": f"{base}?{urlencode({**kept, 'page': page.number})}",
    }


def counts_text(counts: dict[str, int]) -> str:
    """ "2 must, 5 want, 1 no": one line that stays right while choices change."""
    return _("%(must)d must meet · %(want)d would like · %(never)d no, thank you") % counts


def most_musts(edition: Any, side: str) -> int:
    """How many may be a must: of a "visitor" or a "firm"."""
    return ground.most_musts(edition, of_firm=side == "firm")


def take_wishes(request: HttpRequest, side: Any, back: str, *, of_people: bool = False) -> HttpResponse:
    """Save what was sent. A script gets JSON; a form goes on to `back` with a sentence."""
    wants_json = "application/json" in request.headers.get("Accept", "")
    try:
        saved = save_wishes(side, levels_of(request.POST), of_people=of_people, by=request.user)
    except Refused as error:
        if wants_json:
            return JsonResponse({"error": str(error)}, status=422)
        messages.error(request, str(error))
        return redirect(back)
    if wants_json:
        counts = counts_of(side, of_people=of_people)
        return JsonResponse({"text": _("Saved."), "counts": counts_text(counts)})
    if saved.changed:
        said = ngettext("%(n)d wish changed.", "%(n)d wishes changed.", saved.changed)
        messages.success(request, said % {"n": saved.changed})
    else:
        messages.info(request, _("Nothing was changed."))
    return redirect(back)


def next_address(request: HttpRequest, base: str, page: Any) -> str:
    """Where to go after saving: the page shown, or the one after it where the second button was pressed."""
    query = request.GET.copy()
    if "next" in request.POST and page.has_next():
        query["page"] = str(page.next_page_number())
    return f"{base}?{query.urlencode()}" if query else base
