"""Lists as files to download, on one clock: a stream is read after the view has ended."""

import io
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django.http import FileResponse, Http404, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone, translation

from everfair.gateways import tables

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def file_links(
    address: Callable[[str], str], query: str = "", *, kinds: tuple[str, ...] = ("csv", "xlsx")
) -> list[tuple[str, str]]:
    """The files of a list as its page names them, ("CSV", address) first; `query` narrows them as it does the page."""
    ending = f"?{query}" if query else ""
    return [(kind.upper(), address(kind) + ending) for kind in kinds]


def file_of_rows(
    kind: str,
    name: str,
    rows: Iterable[Mapping[str, Any]],
    columns: Mapping[str, Any],
    *,
    sheet: str,
    zone: ZoneInfo,
) -> HttpResponseBase:
    """`rows` as CSV or a workbook called `name` without its ending; Http404 for another `kind`."""
    if kind == "csv":
        headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
        chunks = _kept(tables.csv_chunks(rows, columns), zone, translation.get_language())
        return StreamingHttpResponse(chunks, content_type="text/csv; charset=utf-8", headers=headers)
    if kind != "xlsx":
        raise Http404
    out = io.BytesIO()
    with timezone.override(zone):
        tables.write_xlsx(rows, columns, out, sheet=sheet)
    out.seek(0)
    return FileResponse(out, as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX)


def _kept(chunks: Any, zone: ZoneInfo, language: str | None) -> Any:
    """Language and clock go with the stream."""
    with timezone.override(zone), translation.override(language):
        yield from chunks
