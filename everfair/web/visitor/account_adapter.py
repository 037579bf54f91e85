"""How allauth behaves here: our letters, the person's language, no way out of this site. No pages."""

from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from everfair.base.languages import content_language
from everfair.gateways import mail
from everfair.people import queries
from everfair.web.visitor.browsers import browser_name


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts by e-mail address; every letter goes through the mail gateway."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _(
            "The e-mail address and the password do not belong together. Check both, or send yourself a code."
        ),
        "incorrect_code": _("This code is not right. Type the newest code we sent, without spaces."),
        "too_many_login_attempts": _("Too many failed attempts. Wait five minutes, or send yourself a code."),
        "rate_limited": _("Too many requests in a short time. Wait a minute and try again."),
    }

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """allauth's "account/email/login_code" is our mail/account/login_code, in the reader's language."""
        area, _email, name = template_prefix.split("/")
        reader = queries.find_user(email) or context.get("user")
        language = getattr(reader, "language", "") or content_language(get_language())
        known = {
            key: value
            for key, value in context.items()
            if key in {"code", "timestamp", "ip", "user_agent", "from_email", "to_email", "deleted_email"}
        }
        known.update({key: _absolute(value) for key, value in context.items() if key.endswith("_url")})
        mail.send(
            email, f"{area}/{name}", {"name": getattr(reader, "name", ""), "email": email, **known}, language
        )

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        """A new person reads the language of the page they sign up on."""
        user.language = content_language(get_language())
        return super().save_user(request, user, form, commit)

    def is_safe_url(self, url: str) -> bool:
        """Only addresses of this very site: ALLOWED_HOSTS may name more than one."""
        here = {self.request.get_host()} if self.request else {urlsplit(settings.BASE_URL).netloc}
        return url_has_allowed_host_and_scheme(url, allowed_hosts=here, require_https=settings.IS_HTTPS)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("visitor:people.security")

    def get_email_verification_redirect_url(self, email_address: Any) -> str:
        """A changed address leads back to the security page, a new person to My fair."""
        return reverse("visitor:people.security" if self.request.user.is_authenticated else "account_login")


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors and passkeys."""

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        """A new passkey is called after the device it is made on, until the person says otherwise."""
        agent = self.request.headers.get("User-Agent", "") if self.request else ""
        return browser_name(agent) or str(_("Passkey"))


def _absolute(url: Any) -> str:
    """allauth builds addresses from the request's host; letters carry the configured one only."""
    parts = urlsplit(str(url))
    return settings.BASE_URL + parts._replace(scheme="", netloc="").geturl()
