"""The gate desk's front page with live counts, the zones editor, and the devices with their pairing codes."""

from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import segno
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from everfair.base.refusals import EditedMeanwhile
from everfair.fair.access import get_edition_at_desk
from everfair.gate import access
from everfair.gate.actions import devices as device_actions
from everfair.gate.actions import zones as zone_actions
from everfair.gate.forms.zones import DeviceForm, ZoneForm
from everfair.gate.queries import desk as queries
from everfair.web.gate.words import duration_words
from everfair.web.organiser.frame import address, attempt, desk, done, named, through

RIGHT = access.RIGHT
NEW_CODE = "gate_new_code"


@login_required
@require_safe
def gate_show(request: HttpRequest, edition: str) -> HttpResponse:
    """Who is inside where, which devices work, what must be looked at. A script asks again every five seconds."""
    held = get_edition_at_desk(request.user, edition, RIGHT)
    now = timezone.now()
    conflicts = queries.open_conflicts(held).count()
    context = {
        "title": _("Gate"),
        "zones": list(queries.zones_at_desk(held)),
        "devices": [
            (one, *queries.device_state(one, now), _troubles(one)) for one in queries.devices_of(held)
        ],
        "alerts": _alerts(held, conflicts),
        "counts_url": address("gate.count_list", edition=held.slug),
        "page_url": reverse("gate:gate.way_in"),
        "names": {"edition": held.slug},
    }
    return desk(request, "gate/gate_show", held, context)


@login_required
@require_safe
def count_list(request: HttpRequest, edition: str) -> HttpResponse:
    """The live counts as JSON, for the page above."""
    held = get_edition_at_desk(request.user, edition, RIGHT)
    response = JsonResponse(queries.live_counts(held))
    response["Cache-Control"] = "no-store"
    return response


def _alerts(edition: Any, conflicts: int) -> list[tuple[str, str, str, str, str]]:
    if not conflicts:
        return []
    sentence = ngettext(
        "%(count)d admission made off line does not fit.",
        "%(count)d admissions made off line do not fit.",
        conflicts,
    )
    url = address("gate.conflict_list", edition=edition.slug)
    return [("wait", _("To look at"), sentence % {"count": conflicts}, url, _("Look"))]


def _troubles(device: Any) -> list[str]:
    """What is odd about a device, in words: a queue, a clock that is off."""
    said = []
    if device.waiting_scans:
        said.append(
            ngettext("%(count)d scan waiting", "%(count)d scans waiting", device.waiting_scans)
            % {"count": device.waiting_scans}
        )
    if device.clock_offset:
        time = duration_words(abs(device.clock_offset))
        sentence = _("clock %(time)s ahead") if device.clock_offset > 0 else _("clock %(time)s behind")
        said.append(sentence % {"time": time})
    return said


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def zone_create(request: HttpRequest, edition: str) -> HttpResponse:
    """A new zone."""
    held = get_edition_at_desk(request.user, edition, RIGHT)
    return _zone_form(request, held, None)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def zone_edit(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """One zone's name and rules."""
    held = get_edition_at_desk(request.user, edition, RIGHT)
    return _zone_form(request, held, access.get_zone_for(request.user, held, code))


def _zone_form(request: HttpRequest, held: Any, zone: Any) -> HttpResponse:
    with timezone.override(ZoneInfo(held.time_zone)):
        form = ZoneForm(request.POST or None, row=zone, edition=held)
        version = _version(request)

        def deed(values: dict[str, Any]) -> Any:
            return zone_actions.save_zone(held, zone, {**values, "version": version}, by=request.user)

        if request.method == "POST" and through(form, deed):
            return done(request, _("Saved."), "gate.gate_show", edition=held.slug)
        latest = [error.current for error in form.refusals if isinstance(error, EditedMeanwhile)]
        title = named(request, zone.name) if zone else _("New zone")
        context = _editing(held, form, title)
        if zone:
            key = {"edition": held.slug, "code": zone.code}
            context |= {
                "version": (latest or [zone.version])[0],
                "remove_url": address("gate.zone_remove", **key),
                "remove": _("Remove this zone"),
            }
        return desk(request, "row_edit", held, context, status=422 if form.errors else 200)


@login_required
@require_POST
def zone_remove(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """Take away a zone that was never used."""
    held = get_edition_at_desk(request.user, edition, RIGHT)
    zone = access.get_zone_for(request.user, held, code)
    sentence = _("Zone “%(zone)s” removed.") % {"zone": named(request, zone.name)}
    deed = partial(zone_actions.remove_zone, zone, by=request.user)
    return attempt(request, deed, sentence, "gate.gate_show", edition=held.slug)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def zone_empty(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """Count from nobody again: asked once more, since the count is gone then."""
    held = get_edition_at_desk(request.user, edition, RIGHT)
    zone = access.get_zone_for(request.user, held, code)
    if request.method == "POST":
        deed = partial(zone_actions.empty_zone, zone, by=request.user)
        sentence = _("“%(zone)s” counts from nobody again.") % {"zone": named(request, zone.name)}
        return attempt(request, deed, sentence, "gate.gate_show", edition=held.slug)
    context = {
        "title": _("Empty “%(zone)s”?") % {"zone": named(request, zone.name)},
        "lead": _(
            "Do this after closing, when nobody is inside. The scans stay; only the count begins anew."
        ),
        "facts": [(_("Inside now"), zone.inside, "")],
        "act": _("Count from nobody"),
        "back_url": address("gate.gate_show", edition=held.slug),
    }
    return desk(request, "gate/confirm", held, context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def device_create(request: HttpRequest, edition: str) -> HttpResponse:
    """A new device, and the code that pairs it."""
    held = get_edition_at_desk(request.user, edition, RIGHT)
    form = DeviceForm(request.POST or None, edition=held)
    made = through(form, lambda values: device_actions.add_device(held, values, by=request.user))
    if made:
        device, code = made
        return _show_code(request, held, device, code)
    context = _editing(held, form, _("New device"))
    return desk(request, "row_edit", held, context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def device_show(request: HttpRequest, edition: str, pk: int) -> HttpResponse:
    """One device: how it is, its pairing code once, its name and zone."""
    held = get_edition_at_desk(request.user, edition, RIGHT)
    device = access.get_device_for(request.user, held, pk)
    form = DeviceForm(request.POST or None, row=device, edition=held)
    if through(form, lambda values: device_actions.save_device(device, values, by=request.user)):
        return done(request, _("Saved."), "gate.device_show", edition=held.slug, pk=pk)
    kind, word = queries.device_state(device)
    code = _code_once(request, device)
    context = {
        **_editing(held, form, device.name),
        "device": device,
        "state_kind": kind,
        "state_word": word,
        "troubles": _troubles(device),
        "code": code,
        "link": _pair_link(code),
        "qr": _qr(_pair_link(code)) if code else "",
    }
    return desk(request, "gate/device_show", held, context, status=422 if form.errors else 200)


@login_required
@require_POST
def device_code(request: HttpRequest, edition: str, pk: int) -> HttpResponse:
    """Another pairing code for a device that was never paired."""
    held = get_edition_at_desk(request.user, edition, RIGHT)
    device = access.get_device_for(request.user, held, pk)
    codes: list[str] = []
    answer = attempt(
        request,
        lambda: codes.append(device_actions.renew_code(device, by=request.user)),
        _("Here is a new code."),
        "gate.device_show",
        edition=held.slug,
        pk=pk,
    )
    return _show_code(request, held, device, codes[0]) if codes else answer


@login_required
@require_POST
def device_change(request: HttpRequest, edition: str, pk: int, way: str) -> HttpResponse:
    """Shut a device out, or let it back."""
    held = get_edition_at_desk(request.user, edition, RIGHT)
    device = access.get_device_for(request.user, held, pk)
    if way == "shut-out":
        deed, sentence = (
            partial(device_actions.shut_out, device, by=request.user),
            _("The device is shut out."),
        )
    elif way == "let-back":
        deed, sentence = partial(device_actions.let_back, device, by=request.user), _("The device is back.")
    else:
        raise Http404
    return attempt(request, deed, sentence, "gate.device_show", edition=held.slug, pk=pk)


def _show_code(request: HttpRequest, held: Any, device: Any, code: str) -> HttpResponse:
    """To the device's page, which shows the code once; the database holds only its digest."""
    request.session[NEW_CODE] = {"device": device.pk, "code": code}
    return redirect(address("gate.device_show", edition=held.slug, pk=device.pk))


def _code_once(request: HttpRequest, device: Any) -> str:
    kept = request.session.get(NEW_CODE)
    if not kept or kept.get("device") != device.pk or device.secret_digest:
        return ""
    del request.session[NEW_CODE]
    return str(kept["code"])


def _pair_link(code: str) -> str:
    """The page with the code behind #, which is sent to no server and stands in no log."""
    return f"{settings.BASE_URL}{reverse('gate:gate.way_in')}#{code}" if code else ""


def _qr(text: str) -> str:
    drawn = segno.make(text, error="m", micro=False).svg_inline(scale=5, dark="#000", light="#fff")
    return mark_safe(drawn)  # drawn by us from an address of ours


def _version(request: HttpRequest) -> int | None:
    given = request.POST.get("version", "")
    return int(given) if given.isdecimal() and len(given) < 10 else None


def _editing(edition: Any, form: Any, title: str) -> dict[str, Any]:
    back_url = address("gate.gate_show", edition=edition.slug)
    return {
        "title": title, "form": form, "save": _("Save"), "back_url": back_url,
        "crumbs": [(_("Gate"), back_url), (title, "")],
    }  # fmt: skip
