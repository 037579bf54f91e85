"""What every list of the meetings desk shares: page, filters as choices, chips, files of the filtered rows."""

import tempfile
from typing import Any
from zoneinfo import ZoneInfo

from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone, translation

from everfair.gateways.tables import csv_chunks, write_xlsx

ROWS_ON_A_PAGE = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Choice = tuple[str, str, list[tuple[str, Any]]]


def given(query: QueryDict, key: str) -> str:
    """What stands in the address, clean."""
    return query.get(key, "").replace("\x00", "").strip()


def table(
    request: HttpRequest, rows: Any, filters: Any, asked: list[Choice], more: tuple[str, ...] = ()
) -> dict[str, Any]:
    """What every list shares: page, filters as choices, chips, the address for files."""
    query = request.GET.copy()
    query.pop("page", None)
    choices = [
        {"name": name, "label": label, "options": options, "chosen": given(request.GET, name)}
        for name, label, options in asked
        if options
    ]
    chips = []
    for name, _label, options in asked:
        value = given(request.GET, name)
        if value:
            chips.append({"key": name, "value": value, "label": str(dict(options).get(value, value))})
    for name in (*more, "q"):
        if value := given(request.GET, name):
            chips.append({"key": name, "value": value, "label": f"“{value}”" if name == "q" else value})
    return {
        "page": Paginator(rows, ROWS_ON_A_PAGE).get_page(request.GET.get("page")),
        "choices": choices,
        "chips": chips,
        "count": sum(chip["key"] != "q" for chip in chips),
        "q": given(request.GET, "q"),
        "day": given(request.GET, "day"),
        "shown": query.urlencode(),
        "is_filtered": bool(chips),
        "filters": filters,
    }


def file_of(held: Any, kind: str, name: str, sheet: str, rows: Any, columns: Any) -> HttpResponseBase:
    """The rows as CSV or a workbook ("csv", "xlsx") in the fair's time; Http404 for another kind."""
    if kind == "csv":
        chunks = _kept(csv_chunks(rows, dict(columns)), ZoneInfo(held.time_zone), translation.get_language())
        response = StreamingHttpResponse(chunks, content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{held.slug}-{name}.csv"'
        return response
    if kind != "xlsx":
        raise Http404
    file = tempfile.TemporaryFile()  # noqa: SIM115  # the response closes it
    with timezone.override(ZoneInfo(held.time_zone)):
        write_xlsx(rows, dict(columns), file, sheet=sheet)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{held.slug}-{name}.xlsx", content_type=XLSX)


def _kept(chunks: Any, zone: ZoneInfo, language: str | None) -> Any:
    """A stream is read after the view has ended: language and time of the fair go with it."""
    with timezone.override(zone), translation.override(language):
        yield from chunks
