"""The pages of one's own needs, made once for whichever desk they stand at. What they show is in needs.py."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from everfair.matchmaking import access
from everfair.web import needs as shared

Page = Callable[..., HttpResponseBase]
SAFE, FORM, DEED = ("GET", "HEAD"), ("GET", "HEAD", "POST"), ("POST",)


@dataclass(frozen=True)
class OwnPages:
    """Views of a desk: the list and its file, a new need; of one need: its page, the form, its states, chosen firms."""

    list: Page
    export: Page
    create: Page
    show: Page
    edit: Page
    state: Page
    firms: Page


def own_pages(side_of: Callable[..., shared.Side]) -> OwnPages:
    """`side_of(request, **where)`: whose needs, with the parts of the address; it asks for the right to see them first."""

    def guarded(view: Page, methods: tuple[str, ...]) -> Page:
        guarded_view: Page = login_required(never_cache(require_http_methods(list(methods))(view)))
        return guarded_view

    def of_all(view: Page, methods: tuple[str, ...] = SAFE) -> Page:
        def page(request: HttpRequest, **where: str) -> HttpResponseBase:
            return view(request, side_of(request, **where))

        return guarded(page, methods)

    def of_one(view: Page, methods: tuple[str, ...] = FORM) -> Page:
        def page(request: HttpRequest, need: str, **where: str) -> HttpResponseBase:
            side = side_of(request, **where)
            return view(request, side, access.get_need_of(side.seeker, need))

        return guarded(page, methods)

    def export(request: HttpRequest, kind: str, **where: str) -> HttpResponseBase:
        return shared.own_export(request, side_of(request, **where), kind)

    def create(request: HttpRequest, side: shared.Side) -> HttpResponseBase:
        return shared.own_edit(request, side, None)

    return OwnPages(
        list=of_all(shared.own_list),
        export=guarded(export, SAFE),
        create=of_all(create, FORM),
        show=of_one(shared.own_show, SAFE),
        edit=of_one(shared.own_edit),
        state=of_one(shared.own_state, DEED),
        firms=of_one(shared.own_firms),
    )
