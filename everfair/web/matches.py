"""Pages of matches, the same at a visitor's and at a firm's desk: suggestions with reasons, deeds, saved things, interests."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from everfair.base.languages import Words
from everfair.base.refusals import Refused
from everfair.matchmaking import access
from everfair.matchmaking.actions import interests
from everfair.matchmaking.actions.digest import switch_digest
from everfair.matchmaking.actions.recommending import KINDS, Recommended, note_shown, recommend
from everfair.matchmaking.bridge.ranking import explained, sector_names_of
from everfair.matchmaking.forms.interests import QuestionsForm
from everfair.matchmaking.queries import interests as queries
from everfair.matchmaking.queries.buyers import buyers_of
from everfair.matchmaking.queries.recommendations import Line, lines
from everfair.programme.actions.bookmarks import set_bookmark
from everfair.web.match_lines import KIND_NAMES, describe, kept_line
from everfair.web.match_words import NOTES, NOTHING_YET, sentences

A_PAGE = 50
ANY_CODE = "0code0"  # no code of a thing: those have eight signs
DEEDS = ("save", "drop", "dismiss", "looked")


@dataclass(frozen=True)
class Shown:
    """One match as the page shows it."""

    line: Line
    kind: str
    name: Words | str
    under: Words | str
    url: str
    code: str
    why: list[str]
    country: str = ""
    motif: int = 1
    save_url: str = ""
    drop_url: str = ""
    dismiss_url: str = ""
    ask_url: str = ""
    after: str = ""  # code of the match below it (of the last: above it), where the reader goes on without it


@dataclass(frozen=True)
class Desk:
    """Whose pages these are and where they lead.

    `address` (page's name, further parts by position) → address; `ask` (a thing, its kind) → where a meeting with it is
    asked for, or ""; `ask_people` (registrations' numbers) → number → the same for those who can be asked;
    `show` (template, context, status) → the page in the desk's frame.
    """

    seeker: Any
    address: Callable[..., str]
    ask: Callable[[Any, str], str]
    ask_people: Callable[[Sequence[int]], Mapping[int, str]]
    show: Callable[[str, dict[str, Any], int], HttpResponse]
    first: str  # the kind that stands first


def match_list(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What suits the seeker, of one kind, each with its reasons."""
    context = match_page(request, desk, request.GET.get("kind", desk.first))
    is_silent = desk.seeker.answered_at is None and not desk.seeker.needs.exists()
    context["asks"] = is_silent
    context["empty_url"], context["empty_action"] = _way_on(desk, context["found"].note)
    return desk.show("match_list", context, 200)


def _way_on(desk: Desk, note: str) -> tuple[str, str]:
    """Where somebody goes whose list is empty, and what the link says; ("", "") where waiting is all there is to do."""
    if note == "nothing_stated":
        return desk.address("interest_list"), _("Say what you look for")
    if note == "all_excluded":
        return desk.address("aside_list"), _("Bring something back")
    if note == "none_fit":
        return desk.address("own_need_list" if desk.seeker.exhibitor_id else "need_list"), _("To your needs")
    return "", ""


def match_deed(request: HttpRequest, desk: Desk, deed: str, kind: str, code: str) -> HttpResponse:
    """Save it, let it go, set it aside, or note that it was looked at."""
    return carry_out(request, desk, deed, kind, code, f"{desk.address('match_list')}?kind={kind}")


def match_open(request: HttpRequest, desk: Desk, kind: str, code: str) -> HttpResponse:
    """To the thing's own page; that the match was followed is noted."""
    thing = access.get_thing_for(request.user, desk.seeker.edition, kind, code)
    url = describe(thing, kind, desk.seeker.edition)[2]
    if not url:
        raise Http404
    if request.method == "GET":
        interests.note_on_shown(desk.seeker, thing, "clicked_at", timezone.now())
    return redirect(url)


def saved_list(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What the seeker keeps at hand."""
    return desk.show("saved_list", kept_page(request, desk, "saved"), 200)


def saved_remove(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Let it go, whether it is still in the fair or not."""
    row = queries.own_saved(desk.seeker, pk)
    if row is None:
        raise Http404
    thing = getattr(row, row.kind)
    if row.kind == "session" and desk.seeker.user_id == request.user.pk:
        set_bookmark(thing, False, by=request.user)
    interests.drop_saved(desk.seeker, thing, by=request.user)
    messages.success(request, _("No longer saved."))
    return redirect(back(request, desk.address("saved_list")))


def aside_list(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What is suggested no more, and the way back."""
    return desk.show("aside_list", kept_page(request, desk, "aside"), 200)


def aside_back(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """It may be suggested again."""
    row = queries.own_dismissal(desk.seeker, pk)
    if row is None:
        raise Http404
    interests.bring_back(desk.seeker, row, by=request.user)
    messages.success(request, _("It may be suggested again."))
    return redirect(back(request, f"{desk.address('match_list')}?kind={row.kind}"))


def interest_list(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The three questions, what was learned, and the one switch."""
    seeker = desk.seeker
    form = QuestionsForm(request.POST or None, edition=seeker.edition, seeker=seeker)
    if request.method == "POST" and form.is_valid():
        shown = form.cleaned_data.get("is_shown")
        interests.save_answers(seeker, form.answers(), is_shown=shown, by=request.user)
        messages.success(request, _("Saved. What suits you stands first from now on."))
        return redirect(desk.address("match_list"))
    learned = queries.interest_lines(seeker, getattr(request, "content_language", "en"), timezone.now())
    context = {
        "form": form,
        "groups": [
            (name, [(line, desk.address("interest_remove", line.row.pk)) for line in group])
            for name, group in groupby(learned, key=lambda line: line.row.get_kind_display())
        ],
        "acts": queries.acts_of(seeker).count(),
        "learning_url": desk.address("learning_switch"),
        "digest_url": desk.address("digest_switch"),
    }
    return desk.show("interest_list", context, 422 if form.errors else 200)


def interest_remove(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """One interest is used no more and not learned again."""
    row = queries.own_interest(desk.seeker, pk)
    if row is None:
        raise Http404
    interests.remove_interest(desk.seeker, row, by=request.user)
    messages.success(request, _("Removed. It is not learned again."))
    return redirect(desk.address("interest_list") + "#learned")


def learning_switch(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Learning on or off; off deletes what was kept."""
    on = request.POST.get("on") == "1"
    interests.switch_learning(desk.seeker, on, by=request.user)
    messages.success(
        request, _("Learning is on.") if on else _("Learning is off, and what was learned is deleted.")
    )
    return redirect(desk.address("interest_list") + "#learned")


def digest_switch(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The weekly letter with new matches, on or off."""
    on = request.POST.get("on") == "1"
    switch_digest(desk.seeker, on, by=request.user)
    messages.success(
        request,
        _("A letter comes once a week when there is something new.")
        if on
        else _("No more letters with matches."),
    )
    return redirect(desk.address("interest_list") + "#letters")


def tabs_of(desk_address: Callable[..., str], here: str) -> list[tuple[str, str, bool]]:
    """The row of tabs over all pages of matches."""
    names = {
        "match_list": _("Suggested"), "saved_list": _("Saved"), "aside_list": _("Set aside"),
        "interest_list": _("Interests"),
    }  # fmt: skip
    return [(label, desk_address(name), name == here) for name, label in names.items()]


def match_page(request: HttpRequest, desk: Desk, kind: str) -> dict[str, Any]:
    """The matches of a kind with their reasons; what is shown is noted."""
    if kind not in KINDS:
        raise Http404
    found = recommend(desk.seeker, kind)
    return {
        "kind": kind,
        "kinds": list(KIND_NAMES.items()),
        "rows": match_rows(desk, kind, found),
        "found": found,
        "empty": str(
            NOTHING_YET[kind] if found.note == "no_candidates" else NOTES.get(found.note, NOTES["none_fit"])
        ),
        "whys": interests.REASONS,
        "next_url": request.get_full_path(),
    }


def match_rows(desk: Desk, kind: str, found: Recommended, most: int | None = None) -> list[Shown]:
    """The best `most` (all) of what was recommended, as a page shows them; what is shown is noted."""
    seeker, now = desk.seeker, timezone.now()
    listed = lines(seeker.edition, seeker, kind, found.rows)[:most]
    why = explained(
        seeker.edition, seeker, kind, [line.thing.pk for line in listed], now, found.profile, found.basis
    )
    sectors = sector_names_of(seeker.edition, found.basis)
    buyers = buyers_of([line.thing for line in listed]) if kind == "need" else {}
    people = {line.thing.pk: line.by_line.pk for line in listed} if kind == "person" else {}
    asks = desk.ask_people(list(people.values())) if people else {}
    ways = _ways(desk, kind)
    shown = [
        _shown(
            line, kind, desk, ways, sentences(why.get(line.thing.pk, ()), sectors), buyers,
            asks.get(people[line.thing.pk], "") if people else desk.ask(line.thing, kind),
        )
        for line in listed
    ]  # fmt: skip
    if listed and not found.is_waiting:
        numbers = {line.thing.pk for line in listed}
        note_shown(seeker, kind, [row for row in found.rows if row[0] in numbers], basis=found.basis, now=now)
    below = [one.code for one in shown[1:]] + [shown[-2].code if len(shown) > 1 else ""] if shown else []
    return [replace(one, after=code) for one, code in zip(shown, below, strict=True)]


def _ways(desk: Desk, kind: str) -> dict[str, str]:
    """Deed → its address with ANY_CODE for the thing's code: a page of twenty asks for four addresses, not for eighty."""
    ways = {one: desk.address("match_deed", one, kind, ANY_CODE) for one in ("save", "drop", "dismiss")}
    return {**ways, "open": desk.address("match_open", kind, ANY_CODE)}


def _shown(
    line: Line, kind: str, desk: Desk, ways: Mapping[str, str], why: list[str], buyers: Mapping[int, Any],
    ask_url: str,
) -> Shown:  # fmt: skip
    thing = line.thing
    name, under, url, country, motif = describe(
        thing, kind, desk.seeker.edition, line.by_line or buyers.get(thing.pk)
    )
    to = {deed: way.replace(ANY_CODE, thing.code) for deed, way in ways.items()}
    return Shown(
        line,
        kind,
        name,
        under,
        to["open"] if url else "",
        thing.code,
        why,
        country,
        motif,
        to["save"],
        to["drop"],
        to["dismiss"],
        ask_url,
    )


def carry_out(request: HttpRequest, desk: Desk, deed: str, kind: str, code: str, home: str) -> HttpResponse:
    """Save, drop, set aside or note a look; a script gets JSON, a form goes back to where it stood."""
    if deed not in DEEDS:
        raise Http404
    thing = access.get_thing_for(request.user, desk.seeker.edition, kind, code)
    try:
        sentence, extra = _done(request, desk, deed, kind, thing)
    except Refused as error:
        if wants_json(request):
            return JsonResponse({"error": str(error)}, status=422)
        messages.error(request, str(error))
        return redirect(back(request, home))
    if wants_json(request):
        return JsonResponse({"text": sentence})
    if sentence:
        messages.success(request, sentence, extra_tags=extra)
    return redirect(back(request, home))


def _done(request: HttpRequest, desk: Desk, deed: str, kind: str, thing: Any) -> tuple[str, str]:
    seeker = desk.seeker
    if deed in ("save", "drop") and kind == "session" and seeker.user_id == request.user.pk:
        set_bookmark(thing, deed == "save", by=request.user)  # one list of sessions: the person's programme
    if deed == "save":
        interests.save_thing(seeker, thing, by=request.user)
        return _("Saved."), ""
    if deed == "drop":
        interests.drop_saved(seeker, thing, by=request.user)
        return _("No longer saved."), ""
    if deed == "looked":
        interests.note_act(seeker, thing, "viewed")
        return "", ""
    row = interests.dismiss(seeker, thing, request.POST.get("why", ""), by=request.user)
    sentence = _("Set aside. It will not be suggested again.")
    return sentence, "undo:" + desk.address("aside_back", row.pk)


def wants_json(request: HttpRequest) -> bool:
    """Whether a script asks."""
    return "application/json" in request.headers.get("Accept", "")


def back(request: HttpRequest, otherwise: str) -> str:
    """The page the button stood on, if it is one of ours."""
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) and wanted.startswith("/")
    return wanted if is_ours else otherwise


def kept_page(request: HttpRequest, desk: Desk, which: str) -> dict[str, Any]:
    """Saved things (`which` "saved") or those set aside ("aside"): filtered, in pages."""
    kind = request.GET.get("kind", "")
    words = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    seeker = desk.seeker
    found: Any = (queries.saved_things if which == "saved" else queries.dismissals)(seeker, kind, words)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    return {
        "page": page,
        "rows": [
            {
                **one,
                "undo_url": desk.address("saved_remove" if which == "saved" else "aside_back", row.pk),
            }
            for row in page
            for one in [kept_line(row, seeker.edition)]
        ],
        "next_url": request.get_full_path(),
        "kind": kind,
        "words": words,
        "kinds": list(KIND_NAMES.items()),
        "is_filtered": bool(kind or words),
        "exports": _exports(request, desk, which),
    }


def _exports(request: HttpRequest, desk: Desk, which: str) -> list[tuple[str, str]]:
    """Label and address of each form the list can be had in, narrowed like the page."""
    query = request.GET.urlencode()
    return [
        (form.upper(), desk.address("kept_export", which, form) + (f"?{query}" if query else ""))
        for form in ("xlsx", "csv")
    ]
