"""Every address of everfair. Pages for people live under /en/ and /zh/; files, feeds and probes outside."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path
from django.urls.resolvers import LocalePrefixPattern
from django.utils.translation import get_language

from everfair.base.languages import content_language
from everfair.web.visitor import second_factors


class ContentLanguagePattern(LocalePrefixPattern):
    """/zh/ and /en/ before every page, whatever Django calls the interface language."""

    @property
    def language_prefix(self) -> str:
        return f"{content_language(get_language())}/"


pages: list[URLPattern | URLResolver] = [
    path("account/2fa/webauthn/add/", second_factors.passkey_add, name="mfa_add_webauthn"),
    path("account/2fa/totp/activate/", second_factors.app_activate, name="mfa_activate_totp"),
    path("account/", include("allauth.urls")),
    path("my/", include("everfair.web.visitor.urls")),
    path("desk/", include("everfair.web.organiser.urls")),
    path("booth-desk/", include("everfair.web.exhibitor.urls")),
    path("", include("everfair.web.public.urls")),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("everfair.web.public.rootless_urls")),
    path("gate/", include("everfair.web.gate.urls")),
    URLResolver(ContentLanguagePattern(), pages),
]

handler404 = "everfair.web.public.errors.not_found"
handler403 = "everfair.web.public.errors.forbidden"
handler500 = "everfair.web.public.errors.broken"
handler400 = "everfair.web.public.errors.bad_request"

if settings.DEBUG:
    from django.contrib.staticfiles.urls import staticfiles_urlpatterns

    urlpatterns += staticfiles_urlpatterns()
