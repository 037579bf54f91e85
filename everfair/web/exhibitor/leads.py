"""Leads at the booth's desk: list, one lead, the team's counts, files for the exhibitor's own use."""

import io
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from everfair.base.refusals import EditedMeanwhile, Refused
from everfair.base.texts import read_whole
from everfair.exhibition.forms.fields import add_refusal
from everfair.gateways import tables
from everfair.gateways.vcards import Card, vcards
from everfair.leads import access, actions
from everfair.leads.forms import LeadForm, filters_of, stored_values
from everfair.leads.queries import shown as leads
from everfair.leads.queries import team
from everfair.leads.queries.answers import questions_of
from everfair.web.exhibitor.exhibition.frame import language_of
from everfair.web.exhibitor.leads_frame import address, at_leads, show

A_PAGE = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
INTEREST_KINDS = {"hot": "won", "warm": "wait", "cold": "away"}
ADDRESS_KEYS = ("q", "interest", "by", "day", "due", "sort")


@login_required
@require_safe
def lead_home(request: HttpRequest) -> HttpResponse:
    """The booths whose badges-scanned a person may note; straight to the only one."""
    booths = list(access.exhibitors_of(request.user)[:100])
    if len(booths) == 1:
        return redirect(address("lead_list", booths[0]))
    context = {
        "booths": [(booth, address("lead_list", booth), address("scan_create", booth)) for booth in booths]
    }
    return render(request, "exhibitor/leads/lead_home.html", context)


@login_required
@never_cache
@require_safe
def lead_list(request: HttpRequest, code: str) -> HttpResponse:
    """The booth's leads, narrowed by what stands in the address."""
    exhibitor = at_leads(request, code)
    filters = filters_of(request.GET)
    page = Paginator(leads.leads_of(exhibitor, filters), A_PAGE).get_page(request.GET.get("page"))
    questions = questions_of(exhibitor, with_retired=True)
    rows = leads.shown_all(page.object_list, exhibitor, questions, language_of(request))
    query = urlencode({key: request.GET[key] for key in ADDRESS_KEYS if request.GET.get(key)})
    suffix = f"?{query}" if query else ""
    due = leads.count_due(exhibitor)
    due_url = f"{address('lead_list', exhibitor)}?due=1&sort=follow_up"
    context = {
        "page": page,
        "rows": [(row, INTEREST_KINDS.get(row.interest, ""), address("lead_edit", exhibitor, lead=row.code)) for row in rows],
        "filters": filters,
        "staff": leads.staff_with_leads(exhibitor),
        "interests": [*leads.INTEREST_LABELS, (leads.NO_INTEREST, _("not said"))],
        "sorts": [("newest", _("Last scanned first")), ("follow_up", _("Follow-up first")), ("interest", _("Hot first"))],
        "due": due if due and not filters.is_due else 0,
        "due_url": due_url,
        "exports": [
            (label, address("lead_export", exhibitor, kind=kind) + suffix)
            for label, kind in (("XLSX", "xlsx"), ("CSV", "csv"), ("vCard", "vcf"))
        ],
    }  # fmt: skip
    return show(request, "lead_list", exhibitor, "leads.lead_list", context)


@login_required
@never_cache
@require_safe
def lead_export(request: HttpRequest, code: str, kind: str) -> HttpResponseBase:
    """The same list as a workbook or CSV; as vCard only those who shared their contact."""
    exhibitor = at_leads(request, code)
    filters, language = filters_of(request.GET), language_of(request)
    name = f"leads-{exhibitor.code}.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    if kind == "vcf":
        cards = [_card(lead) for lead in leads.contacts_of(exhibitor, filters)]
        return HttpResponse(vcards(cards), content_type="text/vcard; charset=utf-8", headers=headers)
    questions = questions_of(exhibitor, with_retired=True)
    columns = leads.export_columns(questions, language)
    lines = leads.export_rows(exhibitor, filters, questions, language)
    if kind == "csv":
        chunks = tables.csv_chunks(lines, columns)
        return StreamingHttpResponse(chunks, content_type="text/csv; charset=utf-8", headers=headers)
    if kind != "xlsx":
        raise Http404
    out = io.BytesIO()
    tables.write_xlsx(lines, columns, out, sheet=_("Leads"))
    out.seek(0)
    return FileResponse(out, as_attachment=True, filename=name, content_type=XLSX)


def _card(lead: leads.ShownLead) -> Card:
    """What an address book takes over: the contact and nothing staff noted."""
    contact = lead.contact
    assert contact is not None  # only shared ones come here
    return Card(
        key=f"everfair-lead-{lead.code}", name=contact.name, second_name=contact.second_name,
        organisation=contact.firm, title=contact.job_title, email=contact.email, country=contact.country,
    )  # fmt: skip


@login_required
@never_cache
@require_safe
def lead_card(request: HttpRequest, code: str, lead: str) -> HttpResponse:
    """One visitor's vCard; not found where the contact is not shared."""
    exhibitor = at_leads(request, code)
    one = leads.shown(access.get_lead_of(exhibitor, lead))
    if one.contact is None:
        raise Http404
    headers = {"Content-Disposition": f'attachment; filename="lead-{one.code}.vcf"'}
    return HttpResponse(vcards([_card(one)]), content_type="text/vcard; charset=utf-8", headers=headers)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def lead_edit(request: HttpRequest, code: str, lead: str) -> HttpResponse:
    """One lead: who it is where that is shared, what is noted, every scan, what colleagues noted otherwise."""
    exhibitor = at_leads(request, code)
    found = access.get_lead_of(exhibitor, lead)
    questions = questions_of(exhibitor, with_retired=True)
    data = request.POST if request.method == "POST" else None
    form = LeadForm(data, questions=questions, lead=found)
    version, theirs = found.version, []
    if data is not None and form.is_valid():
        try:
            actions.save_lead(
                found, form.values(), by=request.user, version=read_whole(data.get("version", "")) or 0
            )
        except EditedMeanwhile as error:
            found = access.get_lead_of(exhibitor, lead)
            version, theirs = error.current, form.labelled(stored_values(found))
            form.add_error(None, str(error))
        except Refused as error:
            found = access.get_lead_of(exhibitor, lead)
            if found.withdrawn_at is not None:  # the page has no form any more that could say it
                messages.error(request, str(error))
            add_refusal(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect(address("lead_edit", exhibitor, lead=found.code))
    elif data is not None and (given := read_whole(data.get("version", ""))) is not None:
        version = given  # what was typed belongs to the version it was typed on
    scans = leads.scans_of(found)
    one = leads.shown(found, questions, language_of(request))
    context = {
        "lead": one,
        "form": form,
        "version": version,
        "theirs": theirs,
        "scans": [(scan, team.refusal_words(scan.refusal) if scan.refusal else "") for scan in scans],
        "others": leads.other_notes(scans, questions, language_of(request)),
        "interest_kind": INTEREST_KINDS.get(one.interest, ""),
        "retired": [(question, text) for question, text in one.answers if question.is_retired],
    }
    return show(request, "lead_edit", exhibitor, "leads.lead_list", context)


@login_required
@require_POST
def scan_settle(request: HttpRequest, code: str, lead: str, pk: int) -> HttpResponse:
    """Take over what a colleague noted otherwise, or leave the lead as it is."""
    exhibitor = at_leads(request, code)
    found = access.get_lead_of(exhibitor, lead)
    take = request.POST.get("take") == "1"
    try:
        actions.settle_scan(access.get_scan_of(found, pk), take=take, by=request.user)
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Taken over.") if take else _("The lead stays as it is."))
    return redirect(address("lead_edit", exhibitor, lead=found.code))


@login_required
@never_cache
@require_safe
def team_show(request: HttpRequest, code: str) -> HttpResponse:
    """Scans by person and day, how warm the leads are, and scans that were refused."""
    exhibitor = at_leads(request, code)
    counts = team.team_counts(exhibitor)
    context = {
        "counts": counts,
        "figures": [
            (counts.leads, _("leads")),
            (counts.interest["hot"], _("hot")),
            (counts.interest["warm"], _("warm")),
            (counts.interest["cold"], _("cold")),
        ],
        "refused": team.refused_scans(exhibitor) if counts.refused else [],
        "list_url": address("lead_list", exhibitor),
    }
    return show(request, "team_show", exhibitor, "leads.team_show", context)
