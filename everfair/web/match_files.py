"""What a seeker saved or set aside, as CSV or a workbook."""

import io
from collections.abc import Iterator, Mapping
from typing import Any

from django.http import FileResponse, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from everfair.base.languages import for_reader
from everfair.gateways import tables
from everfair.matchmaking.queries import interests as queries
from everfair.web.match_lines import kept_line

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def kept_file(request: HttpRequest, seeker: Any, which: str, form: str) -> HttpResponseBase:
    """What is saved (`which` "saved") or set aside ("aside") as CSV or a workbook, narrowed like the page."""
    columns = {
        "kind": str(_("Kind")), "name": str(_("Name")), "of": str(_("Of")), "country": str(_("Country")),
        "at": str(_("Saved") if which == "saved" else _("Set aside")),
        **({"why": str(_("Why"))} if which == "aside" else {}), "address": str(_("Address")),
    }  # fmt: skip
    found = kept_rows(request, seeker, which)
    name = f"{which}-{seeker.edition.slug}.{form}"
    if form == "csv":
        chunks = _in_language(tables.csv_chunks(found, columns), get_language())
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return StreamingHttpResponse(chunks, content_type="text/csv; charset=utf-8", headers=headers)
    out = io.BytesIO()
    tables.write_xlsx(found, columns, out, sheet=columns["at"])
    out.seek(0)
    return FileResponse(out, as_attachment=True, filename=name, content_type=XLSX)


def kept_rows(request: HttpRequest, seeker: Any, which: str) -> Iterator[Mapping[str, Any]]:
    """Rows of the file."""
    kind, words = request.GET.get("kind", ""), request.GET.get("q", "").replace("\x00", "").strip()[:100]
    rows: Any = (queries.saved_things if which == "saved" else queries.dismissals)(seeker, kind, words)
    for row in rows:
        one = kept_line(row, seeker.edition)
        yield {
            "kind": str(one["kind_name"]),
            "name": one["name"] if isinstance(one["name"], str) else for_reader(one["name"]),
            "of": one["under"] if isinstance(one["under"], str) else for_reader(one["under"]),
            "country": one["country"],
            "at": row.at,
            "why": str(row.get_why_display()) if which == "aside" and row.why else "",
            "address": request.build_absolute_uri(one["url"]) if one["url"] else "",
        }


def _in_language(chunks: Any, language: str | None) -> Any:
    """A stream is read after the view has ended: the language goes with it."""
    with override(language):
        yield from chunks
