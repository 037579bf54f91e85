"""Pages about what search takes for the same: the edition's synonyms, built-in and own."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from everfair.fair import access
from everfair.gateways.tables import csv_chunks
from everfair.search import actions, queries
from everfair.search.access import get_synonyms_for
from everfair.search.forms import SynonymForm
from everfair.search.queries import SynonymEntry
from everfair.web.organiser.frame import address, attempt, desk, done, named, through

GROUPS_ON_A_PAGE = 50


@login_required
def synonym_list(request: HttpRequest, edition: str) -> HttpResponse:
    """Every group, with a form for one more."""
    held = access.get_edition_at_desk(request.user, edition, "administer")
    language: str = request.content_language  # type: ignore[attr-defined]
    form = SynonymForm(request.POST or None, edition=held, language=language)
    if through(form, lambda values: actions.save_synonyms(held, by=request.user, **values)):
        return done(request, _("Search knows them from now on."), "search.synonym_list", edition=held.slug)
    entries = _filtered(request, held)
    page = Paginator(entries, GROUPS_ON_A_PAGE).get_page(request.GET.get("page"))
    sectors = {sector.code: sector for sector in held.sectors.filter(parent=None).order_by("position", "id")}
    context = {
        "title": _("Synonyms"),
        "lead": _(
            "Whoever searches for one of the words of a group finds the others too, in every language."
        ),
        "page": page,
        "rows": [(entry, sectors.get(entry.sector_code)) for entry in page],
        "sectors": sectors.values(),
        "sector": request.GET.get("sector", ""),
        "q": request.GET.get("q", ""),
        "form": form,
    }
    return desk(request, "search/synonym_list", held, context)


@login_required
def synonym_csv(request: HttpRequest, edition: str) -> StreamingHttpResponse:
    """The filtered groups as CSV."""
    held = access.get_edition_at_desk(request.user, edition, "administer")
    columns = {"sector": _("Sector"), "en": "English", "zh": "中文", "on": _("In use")}

    def rows() -> Iterator[dict[str, object]]:
        for entry in _filtered(request, held):
            texts = {code: "; ".join(entry.terms.get(code, ())) for code in ("en", "zh")}
            yield {"sector": entry.sector_code, **texts, "on": _("yes") if entry.is_on else _("no")}

    response = StreamingHttpResponse(csv_chunks(rows(), columns), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{held.slug}-synonyms.csv"'
    return response


@login_required
def synonym_edit(request: HttpRequest, edition: str, pk: int) -> HttpResponse:
    """One group of the edition's own, or its version of a built-in one."""
    held = access.get_edition_at_desk(request.user, edition, "administer")
    group = get_synonyms_for(request.user, held, pk)
    entry = next(entry for entry in queries.synonym_entries(held) if entry.pk == group.pk)
    save = partial(actions.save_synonyms, held, by=request.user, group=group, is_on=group.is_on)
    return _editing(request, held, entry, save, address("search.synonym_remove", edition=held.slug, pk=pk))


@login_required
def synonym_adapt(request: HttpRequest, edition: str) -> HttpResponse:
    """A built-in group, to be changed for this edition."""
    held = access.get_edition_at_desk(request.user, edition, "administer")
    entry = _built_in(request, held)
    save = partial(
        actions.save_synonyms, held, by=request.user, default_key=entry.default_key, is_on=entry.is_on
    )
    return _editing(request, held, entry, save, "")


@login_required
@require_POST
def synonym_switch(request: HttpRequest, edition: str) -> HttpResponse:
    """A built-in group off, or on again; Undo is the same act once more."""
    held = access.get_edition_at_desk(request.user, edition, "administer")
    entry = _built_in(request, held)
    deed = partial(actions.switch_default_synonyms, held, entry.default_key, not entry.is_on, by=request.user)
    sentence = _("The group is not used any more.") if entry.is_on else _("The group is used again.")
    return attempt(request, deed, sentence, "search.synonym_list", edition=held.slug)


@login_required
@require_POST
def synonym_remove(request: HttpRequest, edition: str, pk: int) -> HttpResponse:
    """Take an own group away; a built-in one is back as it came."""
    held = access.get_edition_at_desk(request.user, edition, "administer")
    group = get_synonyms_for(request.user, held, pk)
    deed = partial(actions.delete_synonyms, group, by=request.user)
    return attempt(request, deed, _("The group is removed."), "search.synonym_list", edition=held.slug)


def _filtered(request: HttpRequest, edition: Any) -> list[SynonymEntry]:
    words, sector = request.GET.get("q", "").casefold().strip(), request.GET.get("sector", "")
    return [
        entry
        for entry in queries.synonym_entries(edition)
        if (not sector or entry.sector_code.split(".")[0] == sector)
        and (not words or any(words in term.casefold() for terms in entry.terms.values() for term in terms))
    ]


def _built_in(request: HttpRequest, edition: Any) -> SynonymEntry:
    key = request.POST.get("key") or request.GET.get("key", "")
    entry = next((one for one in queries.synonym_entries(edition) if key and one.default_key == key), None)
    if entry is None:
        raise Http404
    return entry


def _editing(
    request: HttpRequest, edition: Any, entry: SynonymEntry, save: Any, remove_url: str
) -> HttpResponse:
    language: str = request.content_language  # type: ignore[attr-defined]
    form = SynonymForm(
        request.POST if "terms_en" in request.POST else None, edition=edition, language=language, entry=entry
    )
    if through(form, lambda values: save(**values)):
        return done(request, _("Search knows them from now on."), "search.synonym_list", edition=edition.slug)
    title = named(request, {code: terms[0] for code, terms in entry.terms.items() if terms})
    back_url = address("search.synonym_list", edition=edition.slug)
    context = {
        "title": title, "form": form, "save": _("Save"), "back_url": back_url, "remove_url": remove_url,
        "remove": _("Back to the built-in group") if entry.is_default else _("Remove this group"),
        "crumbs": [(_("Synonyms"), back_url), (title, "")],
    }  # fmt: skip
    return desk(request, "row_edit", edition, context)
