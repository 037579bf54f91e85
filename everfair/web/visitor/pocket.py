"""The copy of a diary for the pocket: printed, or kept on a phone for times without a network."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from everfair.base.languages import pick
from everfair.web.kept_page import manifest_response, worker_response
from everfair.web.visitor.diary import diary_in, rows_of_day
from everfair.web.visitor.meetings_frame import clocks_of, own_place

FILES = ("css/everfair.css", "css/programme.css", "css/diary.css", "js/badge.js", "img/seal.svg")


@login_required
@never_cache
@require_safe
def pocket(request: HttpRequest, edition: str) -> HttpResponse:
    """All days on one sheet: printed, or kept on the phone for times without a network."""
    found, person = own_place(request, edition)
    now = timezone.now()
    clock = clocks_of(request, found, person)
    mine = diary_in(person, clock["zone"], request.user, with_free=False)
    context = {
        **clock,
        "person": person,
        "fair": found.fair,
        "days": [(day, rows_of_day(rows, now)) for day, rows in mine.by_day().items()],
        "checked": now,
        "page_url": _page(found),
        "words": {
            "online": _("Checked with the fair just now."),
            "offline": _("Off line. Last checked at {time}."),
            "kept": _("Kept on this device until you sign out: it opens without a network."),
        },
    }
    return render(request, "visitor/meetings/pocket.html", context)


@login_required
@require_safe
def pocket_worker(request: HttpRequest, edition: str) -> HttpResponse:
    """The service worker of this one page. Whoever signed out leaves nothing of theirs behind."""
    found, _person = own_place(request, edition)
    return worker_response("diary", _page(found), FILES, is_behind_sign_in=True)


@login_required
@require_safe
def pocket_manifest(request: HttpRequest, edition: str) -> HttpResponse:
    """What the installed page is called and how it opens."""
    found, _person = own_place(request, edition)
    lang: str = request.content_language  # type: ignore[attr-defined]
    name = _("My diary, %(fair)s") % {"fair": pick(found.name, lang)}
    return manifest_response(_page(found), name=name, short_name=_("My diary"), lang=lang)


def _page(edition: Any) -> str:
    return reverse("visitor:meetings.pocket", args=[edition.slug])
