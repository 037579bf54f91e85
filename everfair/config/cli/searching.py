"""`search` and `reindex`."""

import json
from typing import Annotated, Any

import typer
from django.http import Http404

from everfair.base.languages import CONTENT_TO_INTERFACE


def register(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.command()(search)
    app.command()(reindex)


def search(
    text: Annotated[str, typer.Argument(help="What to look for.")],
    edition: Annotated[str, typer.Option(help="The edition's slug.")],
    lang: Annotated[str, typer.Option(help="en or zh.")] = "en",
    sort: Annotated[str, typer.Option(help="relevance, newest or name.")] = "relevance",
    page: Annotated[int, typer.Option(help="Page number.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Print what the search page shows: total, facets and hits."""
    from django.contrib.auth.models import AnonymousUser
    from django.utils import translation

    from everfair.fair.access import get_edition_for
    from everfair.web.public.search_results import results_for  # app ready

    try:
        found_edition = get_edition_for(AnonymousUser(), edition)
    except Http404:
        raise SystemExit(f"There is no public edition “{edition}”.") from None
    with translation.override(CONTENT_TO_INTERFACE.get(lang, "en")):
        found = results_for(found_edition, text, {}, sort=sort, page=page, lang=lang)
    shown: dict[str, Any] = found.as_json()
    if as_json:
        typer.echo(json.dumps(shown, ensure_ascii=False, indent=2))
        return
    typer.echo(f"{shown['total']} found")
    for hit in shown["hits"]:
        typer.echo(f"  {hit['title']}  —  {hit['by']}  {hit['url']}")


def reindex() -> None:
    """Build the search index anew; the old one serves meanwhile."""
    from everfair.gateways.search import SearchUnavailable
    from everfair.search.actions import reindex as rebuild  # slow import

    with typer.progressbar(length=100, label="Indexing") as bar:
        shown = 0

        def advance(done: int, total: int) -> None:
            nonlocal shown
            percent = int(100 * done / max(total, 1))
            bar.update(percent - shown)
            shown = percent

        try:
            count = rebuild(progress=advance)
        except SearchUnavailable as error:
            raise SystemExit(str(error)) from None
    typer.echo(f"{count} documents in the index.")
