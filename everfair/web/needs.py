"""What every page about needs shares: cards, filters, files, and one's own needs, which visitors and firms have alike."""

import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from everfair.base.charts import IllegalChange
from everfair.base.languages import pick
from everfair.base.refusals import EditedMeanwhile, Refused
from everfair.exhibition.forms.fields import add_refusal
from everfair.fair.queries import today_of
from everfair.gateways import tables
from everfair.gateways.search import SearchUnavailable
from everfair.matchmaking import access
from everfair.matchmaking.actions import answers as answer_actions
from everfair.matchmaking.actions import needs as actions
from everfair.matchmaking.actions.seekers import seeker_for
from everfair.matchmaking.forms.needs import FIELD_NAMES, NeedForm, stored_values
from everfair.matchmaking.queries import board
from everfair.matchmaking.queries import needs as queries
from everfair.search.queries import search_edition
from everfair.search.queries.synonyms import synonyms_of
from everfair.web.exhibitor.exhibition.frame import differences
from everfair.web.list_files import file_links
from everfair.web.public.exhibition import counted_page, page_number
from everfair.web.public.frame import frame_of
from everfair.web.public.shown import chosen_filters, value_label

A_PAGE = 24
MOST_FOUND = 20
MOST_EXPORTED = 20_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FILTERS = board.FACETS


# Filters ------------------------------------------------------------------------------------------------------
def facet_titles() -> dict[str, str]:
    """Headings of the filters."""
    return {
        "sector": _("Sector"),
        "mode": _("Mode of supply"),
        "country": _("Country of the buyer"),
        "deliver": _("Needed in"),
        "language": _("Working language"),
        "size": _("Size of the supplier"),
        "buyer": _("Buyer"),
    }


def label_of(name: str, value: str, frame: Any, lang: str) -> str:
    """What a filter's value is called in the reader's language."""
    if name == "buyer":
        words = {"named": _("named"), "unnamed": _("not named"), "kept": _("for chosen firms")}
        return words.get(value, value)
    if name == "size":
        return queries.size_label(value)
    return value_label({"deliver": "country"}.get(name, name), value, frame, lang)


def facets_of(
    counts: Mapping[str, Mapping[str, int]], chosen: Mapping[str, Sequence[str]], frame: Any, lang: str
) -> list[dict[str, Any]]:
    """Filters with counts as parts/filters.html reads them; sectors as their top level, opened where one is chosen."""
    shown = []
    for name in FILTERS:
        picked = chosen.get(name, ())
        opened = {frame.sectors[code].parent_code for code in picked if code in frame.sectors} | set(picked)
        options = [
            {
                "value": value,
                "label": label_of(name, value, frame, lang),
                "count": count,
                "chosen": value in picked,
                "mode": value if name == "mode" else "",
            }
            for value, count in counts.get(name, {}).items()
            if name != "sector" or value in picked or _is_shown(value, opened, frame)
        ]
        if name in ("mode", "size"):
            order = {size: place for place, size in enumerate(queries.SIZES)}
            options.sort(key=lambda one: (order.get(str(one["value"]), 0), str(one["value"])))
        else:
            options.sort(key=lambda one: (-int(str(one["count"])), str(one["label"])))
        if len(options) > 1 or picked:
            shown.append({"key": name, "label": facet_titles()[name], "options": options})
    return shown


def _is_shown(code: str, opened: set[str], frame: Any) -> bool:
    sector = frame.sectors.get(code)
    return sector is not None and (not sector.parent_code or sector.parent_code in opened)


def chips_of(chosen: Mapping[str, Sequence[str]], frame: Any, lang: str) -> list[dict[str, str]]:
    """Active filters, each with its name and value for a link that drops it."""
    return [
        {"key": name, "value": value, "label": label_of(name, value, frame, lang)}
        for name, values in chosen.items()
        for value in values
    ]


def language_of(request: HttpRequest) -> str:
    """Content language of the page."""
    return getattr(request, "content_language", "en")


def listing(request: HttpRequest, edition: Any, **whose: Any) -> dict[str, Any]:
    """A page of the board (`whose`: firm_id, only_kept) with facets, chips, order and pager."""
    lang, frame = language_of(request), frame_of(edition)
    words = request.GET.get("q", "").strip()[:200]
    chosen = chosen_filters(request.GET, FILTERS)
    sort = request.GET.get("sort", "")
    sorts = [("newest", _("Newest")), ("closing", _("Closing soonest"))]
    if words:
        sorts.insert(0, ("fit", _("Best fit")))
    sort = sort if sort in dict(sorts) else sorts[0][0]
    number = page_number(request)
    found = board.browse(
        edition.pk, chosen, words=words, synonyms=synonyms_of(edition.pk) if words else None, order=sort,
        offset=(number - 1) * A_PAGE, limit=A_PAGE, **whose,
    )  # fmt: skip
    return {
        "words": words,
        "total": found.total,
        "is_loose": found.is_loose,
        "keys": found.keys,
        "page": counted_page(found.total, number, A_PAGE),
        "facets": facets_of(found.counts, chosen, frame, lang),
        "chips": chips_of(chosen, frame, lang),
        "sort": sort,
        "sorts": sorts,
        "is_narrowed": bool(words or chosen),
    }


def all_keys(
    request: HttpRequest, edition: Any, *, limit: int = MOST_EXPORTED, **whose: Any
) -> tuple[int, ...]:
    """Every need the same filters give, newest first, for a file or a feed."""
    words = request.GET.get("q", "").strip()[:200]
    chosen = chosen_filters(request.GET, FILTERS)
    synonyms = synonyms_of(edition.pk) if words else None
    found = board.browse(edition.pk, chosen, words=words, synonyms=synonyms, limit=limit, **whose)
    return found.keys


def file_of(rows: Iterable[Mapping[str, Any]], kind: str, name: str) -> HttpResponseBase:
    """Needs as CSV or XLSX."""
    if kind == "csv":
        headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
        chunks = tables.csv_chunks(rows, queries.COLUMNS)
        return StreamingHttpResponse(chunks, content_type="text/csv; charset=utf-8", headers=headers)
    if kind != "xlsx":
        raise Http404
    out = io.BytesIO()
    tables.write_xlsx(rows, queries.COLUMNS, out, sheet=_("Needs"))
    out.seek(0)
    return FileResponse(out, as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX)


# One's own needs ----------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Side:
    """Whose needs the pages show: a person's in an edition, or a firm's. `who` makes the seeker on first use."""

    edition: Any
    who: Any
    seeker: Any
    address: Callable[..., str]
    show: Callable[..., HttpResponse]

    def own(self) -> Any:
        """The seeker, made now if there is none."""
        return self.seeker or seeker_for(self.who, self.edition)


def own_list(request: HttpRequest, side: Side) -> HttpResponse:
    """One's own needs by state, with answers."""
    filters = queries.filters_of(request.GET.dict())
    rows = queries.own_needs(side.seeker, filters)
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    counts = queries.state_counts(access.needs_of(side.seeker))
    base, query = side.address("list"), request.GET.urlencode()
    labels = {
        "": _("All"),
        "open": _("Open"),
        "draft": _("Drafts"),
        "filled": _("Found"),
        "closed": _("Closed"),
    }
    context = {
        "page": page,
        "rows": [(need, queries.STATE_KINDS[need.state], side.address("show", need=need.code)) for need in page],
        "filters": filters,
        "has_any": any(counts.values()),
        "tabs": [
            (label, f"{base}?state={state}" if state else base, state == filters.state, counts.get(state, sum(counts.values())))
            for state, label in labels.items()
        ],
        "create_url": side.address("create"),
        "list_url": base,
        "exports": file_links(lambda kind: side.address("export", kind=kind), query),
    }  # fmt: skip
    return side.show("list", context)


def own_export(request: HttpRequest, side: Side, kind: str) -> HttpResponseBase:
    """The same list as a file, with one's own name in it."""
    rows = queries.own_needs(side.seeker, queries.filters_of(request.GET.dict()))
    lines = queries.export_rows(rows, language_of(request), with_names=True)
    return file_of(lines, kind, f"needs-{side.edition.slug}")


def own_edit(request: HttpRequest, side: Side, need: Any) -> HttpResponse:
    """Write a need or change it. Somebody else's newer version is shown beside what was typed."""
    posted = request.method == "POST"
    form = NeedForm(
        request.POST if posted else None, edition=side.edition, need=need, today=today_of(side.edition)
    )
    theirs: list[tuple[str, str]] = []
    if posted and form.is_valid():
        try:
            saved = actions.save_need(
                side.own() if need is None else side.seeker, need, form.values(), by=request.user,
                version=form.cleaned_data.get("version"),
            )  # fmt: skip
        except EditedMeanwhile as error:
            need.refresh_from_db()
            data = request.POST.copy()
            data["version"] = str(error.current)
            form = NeedForm(data, edition=side.edition, need=need, today=today_of(side.edition))
            theirs = differences(form, stored_values(need))
            form.is_valid()
            form.add_error(None, str(error))
        except Refused as error:
            add_refusal(form, error, FIELD_NAMES)
        else:
            return _after_saving(request, side, saved, need)
    context = {
        "form": form,
        "need": need,
        "theirs": theirs,
        "is_live": need is not None and need.state == "open",
        "back_url": side.address("show", need=need.code) if need is not None else side.address("list"),
    }
    return side.show("edit", context, 422 if form.errors else 200)


def _after_saving(request: HttpRequest, side: Side, saved: Any, need: Any) -> HttpResponse:
    if saved.audience == "chosen" and not queries.chosen_firms(saved):
        messages.success(request, _("Saved. Now choose the firms that may see it."))
        return redirect(side.address("firms", need=saved.code))
    if saved.state == "open":
        messages.success(request, _("Saved. Others see it like this now."))
    else:
        messages.success(request, _("Saved as a draft. This is how others will see it."))
    return redirect(side.address("show", need=saved.code))


def own_show(request: HttpRequest, side: Side, need: Any) -> HttpResponse:
    """A need as others see it, who sees it, its answers, and what can be done with it."""
    answers = list(queries.answers_to(need))
    fresh = {answer.pk for answer in answers if answer.seen_at is None}
    if fresh and request.method == "GET":
        answer_actions.see_answers(need, by=request.user)
    chosen = queries.chosen_firms(need) if need.audience == "chosen" else []
    card = queries.card_of(need)
    context = {
        "need": need,
        "card": card,
        "title": need.title,
        "state_kind": queries.STATE_KINDS[need.state],
        "answers": [(answer, answer.pk in fresh, booth_url(answer.exhibitor)) for answer in answers],
        "meets": frame_of(side.edition).meets,
        "chosen": chosen,
        "audience_words": audience_words(card),
        "steps": access.need_steps(request.user, need),
        "state_url": side.address("state", need=need.code),
        "edit_url": side.address("edit", need=need.code),
        "firms_url": side.address("firms", need=need.code),
        "list_url": side.address("list"),
        "public_url": need_url(side.edition, card) if need.is_on_board else "",
    }
    return side.show("show", context)


def audience_words(card: Any) -> str:
    """Who sees the need, in a sentence."""
    if card.is_kept:
        return _(
            "The firms you chose, with your name, and the organiser's team for meetings. It stands on no board."
        )
    if card.buyer.is_hidden:
        return _(
            "Everybody, but nobody learns who you are: not on the page, in search, in files or in the log; the organiser "
            "does not either. Readers see your country, the size of your firm and the sector."
        )
    return _("Everybody, with your name: on the needs board, in search, at the desks of the fair's firms.")


def own_state(request: HttpRequest, side: Side, need: Any) -> HttpResponse:
    """Open, take back, found, close."""
    target = request.POST.get("to", "")
    back = side.address("show", need=need.code)
    said = {
        "open": _("It is open: firms see it from now on."),
        "draft": _("Taken back. It is a draft that only you see."),
        "filled": _("Good. It is marked as found, and firms that answered are told."),
        "closed": _("Closed. You can open it again."),
    }
    return attempt(
        request, lambda: actions.move_need(need, target, by=request.user), said.get(target, ""), back
    )


def attempt(request: HttpRequest, deed: Callable[[], Any], sentence: str, url: str) -> HttpResponse:
    """Do it, or say why not, and go there."""
    try:
        deed()
    except (Refused, IllegalChange) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, sentence)
    return redirect(url)


def say(request: HttpRequest, sentence: str) -> None:
    """What was done, in a sentence."""
    messages.success(request, sentence)


def own_firms(request: HttpRequest, side: Side, need: Any) -> HttpResponse:
    """Choose firms by search; each press adds or removes one."""
    words = request.GET.get("q", "").strip()[:100]
    back = side.address("firms", need=need.code) + (f"?{request.GET.urlencode()}" if words else "")
    if request.method == "POST":
        add = queries.firms_by_code(side.edition, request.POST.getlist("add")[:MOST_FOUND])
        remove = [one for one in queries.chosen_firms(need) if one.code in request.POST.getlist("remove")]
        names = ", ".join(pick(one.organisation.name, language_of(request)) for one in (*add, *remove))
        said = _("%(firm)s may see it.") if add else _("%(firm)s is no longer chosen.")
        if not names:
            raise Http404
        return attempt(
            request,
            lambda: actions.choose_firms(need, by=request.user, add=add, remove=remove),
            said % {"firm": names},
            back,
        )
    chosen = queries.chosen_firms(need)
    held = {one.pk for one in chosen}
    context = {
        "need": need,
        "words": words,
        "chosen": [(one, booth_url(one)) for one in chosen],
        "found": [(one, booth_url(one), one.pk in held) for one in find_firms(side.edition, words, language_of(request))],
        "here": request.get_full_path(),
        "most": actions.MOST_FIRMS,
        "back_url": side.address("show", need=need.code),
    }  # fmt: skip
    return side.show("firms", context)


def find_firms(edition: Any, words: str, lang: str) -> list[Any]:
    """Open firms for the words: by the search index, where it is away by name."""
    if not words:
        return []
    try:
        found = search_edition(edition, words, lang=lang, kinds=("exhibitor",), page_size=MOST_FOUND)
    except SearchUnavailable:
        return queries.firms_named(edition, words, MOST_FOUND)
    return queries.firms_by_id(edition, [hit.pk for hit in found.hits])


def booth_url(exhibitor: Any) -> str:
    """The firm's public page; "" while it has none."""
    if not exhibitor.is_public:
        return ""
    return reverse("public:exhibition.booth", args=[exhibitor.edition.slug, exhibitor.address])


def need_url(edition: Any, card: Any) -> str:
    """A need's public page."""
    return reverse("public:matchmaking.need_show", args=[edition.slug, card.address])


def buyer_url(edition: Any, card: Any) -> str:
    """The booth of the firm that looks for something, where its name is shown."""
    return (
        reverse("public:exhibition.booth", args=[edition.slug, card.buyer.booth]) if card.buyer.booth else ""
    )


def own_url(user: Any, need: Any) -> str:
    """The need at the desk of whoever speaks for it; "" for everybody else."""
    if need.seeker is None or not access.can_speak_for(user, need.seeker):
        return ""
    if need.seeker.exhibitor is not None:
        code = need.seeker.exhibitor.code
        return reverse("exhibitor:matchmaking.own_need_show", kwargs={"code": code, "need": need.code})
    return reverse("visitor:matchmaking.need_show", args=[need.edition.slug, need.code])
