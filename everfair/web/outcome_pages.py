"""Pages of an outcome that its parties and the organiser share: facts, parties, evidence, confirming, what became of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from everfair.base.charts import IllegalChange
from everfair.base.languages import pick
from everfair.base.refusals import EditedMeanwhile, Refused
from everfair.base.texts import read_whole
from everfair.matchmaking.queries.needs import firms_by_code
from everfair.outcomes import access
from everfair.outcomes.actions import confirming, following, preparing
from everfair.outcomes.forms.facts import FactsForm
from everfair.outcomes.forms.parties import BODY, BodyForm, OwnSideForm
from everfair.outcomes.queries import following as lives
from everfair.outcomes.queries import lists, own
from everfair.web import outcomes as shared
from everfair.web.needs import find_firms

ACCEPT = "application/pdf,image/png,image/jpeg,image/webp"


@dataclass(frozen=True)
class Side:
    """At which desk the page stands: how its addresses are made and how it is shown. `sides`: (key, name) of own parties."""

    edition: Any
    address: Callable[..., str]
    show: Callable[..., HttpResponse]
    is_desk: bool = False


def create(request: HttpRequest, side: Side, sides: list[tuple[str, str]], email: str) -> HttpResponse:
    """Prepare an outcome, alone or from a confirmed agreement (?agreement=<code>)."""
    code = request.GET.get("agreement", "")[:12]
    agreement = own.agreement_of(request.user, side.edition, code) if code else None
    posted = request.POST if request.method == "POST" else None
    start = own.facts_of_agreement(agreement) if agreement is not None else {}
    form = FactsForm(posted, edition=side.edition, initial=start)
    mine = OwnSideForm(posted, sides=sides, email=email)
    if posted is not None:
        is_whole = form.is_valid()
        if agreement is None:
            is_whole = mine.is_valid() and is_whole
        if is_whole:
            parties = (
                own.parties_of_agreement(agreement)
                if agreement is not None
                else [_own_party(request, side, mine)]
            )
            try:
                made = preparing.prepare_outcome(
                    side.edition, form.values(), parties, by=request.user, agreement=agreement
                )
            except Refused as error:
                form.refuse(error)
            else:
                messages.success(
                    request, _("Prepared. Now name the other parties, if there are any, and confirm it.")
                )
                return redirect(side.address("show", code=made.code))
    context = {
        "form": form,
        "mine": None if agreement is not None else mine,
        "agreement": agreement,
        "agreements": []
        if agreement is not None or side.is_desk
        else own.agreements_left(request.user, side.edition),
        "back_url": side.address("list"),
        "title": _("Prepare an outcome"),
    }
    return side.show("edit", context, 422 if form.errors or (posted is not None and mine.errors) else 200)


def _own_party(request: HttpRequest, side: Side, form: OwnSideForm) -> preparing.NewParty:
    key = form.cleaned_data["own"]
    if key == BODY:
        return preparing.NewParty(**form.values())
    if key == access.ORGANISER:
        return preparing.NewParty(is_organiser=True)
    return own.party_of_key(request.user, side.edition, key)


def edit(request: HttpRequest, side: Side, stand: Any) -> HttpResponse:
    """Change the facts; everybody confirms the new text."""
    outcome = stand.outcome
    posted = request.POST if request.method == "POST" else None
    form = FactsForm(posted, edition=side.edition, row=outcome)
    if posted is not None and form.is_valid():
        try:
            preparing.save_facts(
                outcome, form.values(), by=request.user, version=form.cleaned_data.get("version")
            )
        except EditedMeanwhile as error:
            data = request.POST.copy()
            data["version"] = str(error.current)
            form = FactsForm(data, edition=side.edition, row=outcome)
            form.is_valid()
            form.add_error(None, str(error))
        except (Refused, IllegalChange) as error:
            form.refuse(error if isinstance(error, Refused) else Refused(str(error)))
        else:
            messages.success(request, _("Saved. Every party is asked to confirm it as it is now."))
            return redirect(side.address("show", code=outcome.code))
    context = {
        "form": form,
        "outcome": outcome,
        "title": outcome.title,
        "back_url": side.address("show", code=outcome.code),
    }
    return side.show("edit", context, 422 if form.errors else 200)


def show(request: HttpRequest, side: Side, stand: Any, **more: Any) -> HttpResponse:
    """The outcome as its parties and the organiser read it, with what each may do."""
    outcome, lang = stand.outcome, shared.language_of(request)
    parties, evidence = list(stand.parties), own.evidence_of(outcome)
    mine = {party.pk for party in stand.mine}
    steps = stand.steps
    points = lives.line_of(outcome) if outcome.public_id else []
    context = {
        "outcome": outcome,
        "title": outcome.title,
        "kind": lists.STATE_KINDS[outcome.state],
        "value": shared.worth_words(outcome, lang),
        "sectors": own.sectors_of(outcome),
        "delegations": own.delegations_of(outcome),
        "parties": parties,
        "mine": [
            (party, [(name, word, name in party.consent) for name, word in shared.FIELD_WORDS.items()],
             party.confirmed_version == outcome.version)
            for party in parties
            if party.pk in mine
        ],
        "shown": shared.held_words(own.shown_fields(parties)),
        "points": [(point, shared.standing_words(point)) for point in points],
        "asks": [
            (point, party) for point in points if point.asked_at and outcome.state != "withdrawn" for party in parties
            if party.pk in mine and party.in_record
            and party.pk not in {answer.party_id for answer in point.answers}
        ],
        "said": own.SAID,
        "versions": own.versions_of(outcome),
        "can_change": outcome.state == "prepared" or "prepared" in steps,
        "can_take_back": "withdrawn" in steps and outcome.public_id is None,
        "steps": steps,
        "urls": {name: side.address(name, code=outcome.code) for name in ("edit", "parties", "do", "files", "list")
                 if name != "list"} | {"list": side.address("list")},
        "files": [(row, side.address("file", code=outcome.code, pk=row.pk) if row.file_id else row.url)
                  for row in evidence],
        "has_relied": any(row.verified_at or row.removed_at for row in evidence),
        "accept": ACCEPT,
        "permanent": f"{settings.BASE_URL}/o/{outcome.code}" if outcome.public_id else "",
        "is_desk": side.is_desk,
        **more,
    }  # fmt: skip
    return side.show("show", context)


def left(side: Side, stand: Any) -> HttpResponse:
    """What is public of an outcome whose draft the person's party was taken off: it may still hold back any of it."""
    outcome, mine = stand.outcome, stand.mine
    context = {
        "outcome": outcome,
        "content": outcome.public.content,
        "mine": [
            (party, [(name, word, name in party.consent) for name, word in shared.FIELD_WORDS.items()])
            for party in mine
        ],
        "asks": [
            (point, party) for point in lives.line_of(outcome) if point.asked_at for party in mine
            if party.pk not in {answer.party_id for answer in point.answers}
        ],
        "said": own.SAID,
        "urls": {"do": side.address("do", code=outcome.code)},
        "permanent": f"{settings.BASE_URL}/o/{outcome.code}",
    }  # fmt: skip
    return side.show("left", context)


def parties(request: HttpRequest, side: Side, stand: Any) -> HttpResponse:
    """Name the other parties: firms by search, bodies by name."""
    outcome = stand.outcome
    words = request.GET.get("q", "").strip()[:100]
    form = BodyForm(request.POST if request.POST.get("what") == "body" else None)
    if request.method == "POST" and form.is_bound and form.is_valid():
        deed = lambda: preparing.add_party(outcome, preparing.NewParty(**form.values()), by=request.user)  # noqa: E731
        if done := _attempt(
            request, deed, _("Added. They get a letter."), side.address("parties", code=outcome.code)
        ):
            return done
    held = {party.exhibitor_id for party in own.parties_of(outcome)}
    lang = shared.language_of(request)
    context = {
        "outcome": outcome,
        "title": outcome.title,
        "parties": own.parties_of(outcome),
        "words": words,
        "found": [(firm, firm.pk in held) for firm in find_firms(side.edition, words, lang)],
        "form": form,
        "do_url": side.address("do", code=outcome.code),
        "back_url": side.address("show", code=outcome.code),
    }
    return side.show("parties", context, 422 if form.errors else 200)


def deed(request: HttpRequest, side: Side, stand: Any) -> HttpResponse:
    """Everything one presses on an outcome's page: `what` says which."""
    outcome, what = stand.outcome, request.POST.get("what", "")
    here = side.address("show", code=outcome.code)
    there = side.address("parties", code=outcome.code)
    acts: dict[str, tuple[Callable[[], Any], str, str]] = {
        "confirm": (
            lambda: confirming.confirm_outcome(
                _mine(request, stand), request.POST.getlist("shown"), by=request.user, version=_version(request)
            ),
            _("Confirmed."), here,
        ),
        "refuse": (
            lambda: confirming.refuse_outcome(_mine(request, stand), request.POST.get("why", ""), by=request.user),
            _("Refused. The other parties read why."), here,
        ),
        "consent": (
            lambda: confirming.change_consent(_mine(request, stand), request.POST.getlist("shown"), by=request.user),
            _("Saved. What is shown no more has left the public pages."), here,
        ),
        "take_back": (
            lambda: confirming.take_back(outcome, request.POST.get("why", ""), by=request.user),
            _("Taken back."), side.address("list"),
        ),
        "firm": (lambda: _add_firm(request, side, outcome), _("Added. They get a letter."), there),
        "party_remove": (
            lambda: preparing.remove_party(own.party_of(outcome, request.POST.get("party", "")), by=request.user),
            _("Taken off."), there,
        ),
        "link": (
            lambda: preparing.add_link(
                outcome, request.POST.get("name", ""), request.POST.get("url", ""), by=request.user
            ),
            _("Added."), here,
        ),
        "evidence_remove": (
            lambda: preparing.remove_evidence(own.evidence_in(outcome, request.POST.get("evidence", "")), by=request.user),
            _("Taken off."), here,
        ),
        "answer": (lambda: _answer(request, stand), _("Thank you. It stands on the record."), here),
    }  # fmt: skip
    if what not in acts:
        raise Http404
    act, said, back = acts[what]
    return _attempt(request, act, said, back) or redirect(there if what == "firm" else here)


def files(request: HttpRequest, side: Side, stand: Any) -> HttpResponse:
    """Evidence as files."""
    here = side.address("show", code=stand.outcome.code)
    sources: list[Any] = [(one.name or "", one.file) for one in request.FILES.getlist("files")]
    try:
        count = preparing.add_files(stand.outcome, sources, by=request.user)
    except (Refused, IllegalChange) as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request, ngettext("%(count)d file added.", "%(count)d files added.", count) % {"count": count}
        )
    return redirect(here)


def file(stand: Any, pk: int) -> HttpResponseBase:
    """One file to somebody who stands in the outcome, or verifies it."""
    return shared.evidence_answer(access.get_evidence(stand.outcome, pk), is_private=True)


def _attempt(request: HttpRequest, act: Callable[[], Any], sentence: str, url: str) -> HttpResponse | None:
    try:
        act()
    except (Refused, IllegalChange) as error:
        messages.error(request, str(error))
        return None
    messages.success(request, sentence)
    return redirect(url)


def _mine(request: HttpRequest, stand: Any) -> Any:
    """The party meant: one's own, by its number."""
    for party in stand.mine:
        if str(party.pk) == request.POST.get("party", ""):
            party.outcome = stand.outcome
            return party
    raise Http404


def _version(request: HttpRequest) -> int:
    """What the page was read at; a page that says nothing was read at none."""
    return read_whole(request.POST.get("version", "")) or 0


def _add_firm(request: HttpRequest, side: Side, outcome: Any) -> Any:
    firms = firms_by_code(side.edition, [request.POST.get("firm", "")])
    if not firms:
        raise Http404
    return preparing.add_party(outcome, preparing.NewParty(exhibitor=firms[0]), by=request.user)


def _answer(request: HttpRequest, stand: Any) -> Any:
    months = read_whole(request.POST.get("months", ""))
    asked = lives.follow_up_of(stand.outcome, months) if months is not None else None
    if asked is None:
        raise Http404
    return following.answer_follow_up(
        asked,
        _mine(request, stand),
        request.POST.get("said", ""),
        request.POST.get("note", ""),
        by=request.user,
    )


def name_of(words: Any, request: HttpRequest) -> str:
    """A name in the reader's language."""
    return pick(words, shared.language_of(request))
