"""The installable page of the gate, its manifest and service worker, and the devices' door for servers without the fast one."""

import hashlib
import json
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from everfair.base.languages import CONTENT_TO_INTERFACE, content_language
from everfair.web.gate import door
from everfair.web.gate.fast_door import secret_in
from everfair.web.gate.words import page_words
from everfair.web.limits import client_address

LANGUAGES = ("en", "zh")
FILES = (
    "css/everfair.css",
    "css/gate.css",
    "js/gate/page.js",
    "js/gate/pass.js",
    "js/gate/rules.js",
    "js/gate/store.js",
    "js/gate/line.js",
    "js/gate/sounds.js",
    "js/scan/camera.js",
    "vendor/jsqr-1.4.0/jsQR.js",
    "vendor/noble-ed25519-3.2.0/index.js",
    "vendor/noble-hashes-2.4.0/sha2.js",
    "vendor/noble-hashes-2.4.0/_md.js",
    "vendor/noble-hashes-2.4.0/_u64.js",
    "vendor/noble-hashes-2.4.0/utils.js",
    "img/seal.svg",
)


@require_safe
def way_in(request: HttpRequest) -> HttpResponse:
    """To the page in the browser's language. A pairing code stands behind the #, which no server sees."""
    lang = content_language(translation.get_language())
    return redirect("gate:gate.page_show", lang=lang)


@require_safe
def page_show(request: HttpRequest, lang: str) -> HttpResponse:
    """The page itself: the same for every device; who it is stands in the device's own memory."""
    _require_language(lang)
    with translation.override(CONTENT_TO_INTERFACE[lang]):
        context = {
            "lang": lang,
            "words": page_words(),
            "doors": {way: reverse("gate:gate.door", kwargs={"way": way}) for way in door.WAYS},
            "worker": reverse("gate:gate.worker"),
            "scope": reverse("gate:gate.way_in"),
            "others": [
                (code, name, reverse("gate:gate.page_show", kwargs={"lang": code}))
                for code, name in (("en", "English"), ("zh", "中文"))
                if code != lang
            ],
        }
        response = render(request, "gate/page.html", context)
    response.headers["Permissions-Policy"] = "camera=(self), microphone=(), geolocation=()"
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Content-Language"] = lang
    return response


@require_safe
def manifest(request: HttpRequest, lang: str) -> HttpResponse:
    """What an installed page is called and how it opens."""
    _require_language(lang)
    with translation.override(CONTENT_TO_INTERFACE[lang]):
        content: dict[str, Any] = {
            "id": reverse("gate:gate.way_in"),
            "name": _("Gate of the fair"),
            "short_name": _("Gate"),
            "lang": lang,
            "start_url": reverse("gate:gate.page_show", kwargs={"lang": lang}),
            "scope": reverse("gate:gate.way_in"),
            "display": "standalone",
            "background_color": "#14213d",
            "theme_color": "#14213d",
            "icons": [
                {"src": static("img/seal.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"}
            ],
        }
    response = HttpResponse(door.reply(200, content).body, content_type="application/manifest+json")
    response.headers["Cache-Control"] = "no-cache"
    return response


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker: its version changes with any file it keeps."""
    files = [static(name) for name in FILES]
    pages = [reverse("gate:gate.page_show", kwargs={"lang": lang}) for lang in LANGUAGES]
    pages += [reverse("gate:gate.manifest", kwargs={"lang": lang}) for lang in LANGUAGES]
    version = hashlib.sha256("\n".join([*files, *pages]).encode()).hexdigest()[:12]
    context = {
        "version": version,
        "files": json.dumps([*files, *pages]),
        "doors": json.dumps(reverse("gate:gate.way_in") + "door/"),
    }
    response = render(request, "gate/worker.js", context, content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    return response


@csrf_exempt  # no session, no cookie: a device shows its secret
def device_door(request: HttpRequest, way: str) -> HttpResponse:
    """One request of a device, where the fast door is not in front (tests, other servers)."""
    method = door.WAYS.get(way)
    if method is None:
        raise Http404
    if request.method != method:
        return HttpResponseNotAllowed([method])
    secret = secret_in(request.headers.get("Authorization", ""))
    body = request.body
    lang = content_language(translation.get_language())
    answer = (
        door.answer(door.Ask(way, secret, body, client_address(request), lang))
        if len(body) <= door.MOST_BYTES
        else door.reply(413, {"error": "too large"})
    )
    response = HttpResponse(answer.body, status=answer.status, content_type="application/json; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    if answer.is_packed:
        response.headers["Content-Encoding"] = "gzip"
    return response


def _require_language(lang: str) -> None:
    if lang not in LANGUAGES:
        raise Http404
