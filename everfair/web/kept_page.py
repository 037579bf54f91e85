"""A page that is kept on a device and opens without a network: its service worker and what it is called when installed.

The page itself and who may read it are its view's; here is only what all such pages share.
"""

import hashlib
import json
from collections.abc import Sequence

from django.http import HttpResponse, JsonResponse
from django.templatetags.static import static


def worker_response(
    kind: str, page: str, files: Sequence[str], *, is_behind_sign_in: bool = False
) -> HttpResponse:
    """The service worker of one page (its path): its folder is all it may touch. `files` are static files kept with it.

    `is_behind_sign_in`: an answer that leads elsewhere means that nobody is signed in any more, and the copy goes.
    """
    addresses = [static(name) for name in files]
    version = hashlib.sha256("".join([*addresses, page]).encode()).hexdigest()[:12]
    facts = {
        "page": page, "files": addresses, "kept": f"{kind} {page} ", "cache": f"{kind} {page} {version}",
        "isBehindSignIn": is_behind_sign_in,
    }  # fmt: skip
    content = (
        f"self.KEPT = {json.dumps(facts)};\nimportScripts({json.dumps(static('js/kept-page-worker.js'))});\n"
    )
    response = HttpResponse(content, content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    return response


def manifest_response(page: str, *, name: str, short_name: str, lang: str) -> HttpResponse:
    """What the installed page (its path) is called and how it opens."""
    content = {
        "id": page,
        "name": name,
        "short_name": short_name,
        "lang": lang,
        "start_url": page,
        "scope": page,
        "display": "standalone",
        "background_color": "#fbfaf7",
        "theme_color": "#14213d",
        "icons": [{"src": static("img/seal.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"}],
    }
    response = JsonResponse(content, json_dumps_params={"ensure_ascii": False})
    response.headers["Content-Type"] = "application/manifest+json"
    response.headers["Cache-Control"] = "no-cache"
    return response
