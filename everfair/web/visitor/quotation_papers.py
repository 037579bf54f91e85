"""What goes out of quotations: a version as PDF, its files, an inquiry's comparison as a table. To the two sides alone."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from everfair.base.refusals import Refused
from everfair.deals import access
from everfair.deals.queries.quotation_compare import COLUMNS, comparison_of, export_rows
from everfair.fair.queries import today_of
from everfair.web.limits import allow
from everfair.web.list_files import file_of_rows
from everfair.web.quotation_pdf import quotation_pdf_of
from everfair.web.sent_file import send_file
from everfair.web.templatetags.figures import fair_zone
from everfair.web.visitor.quotations import held, page_of
from everfair.web.visitor.talks import edition_of

MOST_PDFS, AN_HOUR = 120, 3600  # from one network address


@login_required
@never_cache
@require_safe
def quotation_pdf(request: HttpRequest, edition: str, code: str, quotation: str, number: int) -> HttpResponse:
    """A sent version on paper, in the reader's language."""
    stand, found = held(request, edition, code, quotation)
    version = access.versions_for(stand, found).exclude(sent_at=None).filter(number=number).first()
    if version is None:
        raise Http404
    version.quotation = found
    if not allow(request, "quotation-pdf", most=MOST_PDFS, seconds=AN_HOUR):
        messages.error(request, _("Too many papers were set from here within an hour. Try again later."))
        return redirect(page_of(stand, found))
    try:
        content = quotation_pdf_of(stand, version)
    except Refused as error:
        messages.error(request, str(error))
        return redirect(page_of(stand, found))
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="quotation-{found.code}-{number}.pdf"'
    return response


@login_required
@require_safe
def quotation_file(
    request: HttpRequest, edition: str, code: str, quotation: str, pk: int
) -> HttpResponseBase:
    """A file of a version to whoever may read the version."""
    row = access.get_quotation_file_for(request.user, edition_of(request, edition), code, quotation, pk)
    return send_file(request, row)


@login_required
@never_cache
@require_safe
def compare_export(request: HttpRequest, edition: str, code: str, kind: str) -> HttpResponseBase:
    """The comparison, one row for each line of each quotation."""
    found: Any = edition_of(request, edition)
    inquiry = access.get_inquiry_for(request.user, found, code)
    comparison = comparison_of(inquiry, request.GET.get("in", "").upper()[:3], today_of(found))
    day = timezone.localdate(timezone=fair_zone(found)).isoformat()
    name = f"quotations-{inquiry.code}-{day}"
    return file_of_rows(
        kind, name, export_rows(comparison), COLUMNS, sheet=_("Quotations"), zone=fair_zone(found)
    )
