"""Adding a passkey or an authenticator app: allauth's pages, which here lead back to the page that asked for it. No other pages."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView
from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _


def way_back(request: HttpRequest) -> str:
    """The path to go on to (?next=), of this site only; "" for everything else."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    return wanted if wanted.startswith("/") and get_adapter().is_safe_url(wanted) else ""


class LeadsBack:
    """For a view of allauth that adds a way to prove oneself: after it the page of ?next=, which the form carries on."""

    request: HttpRequest
    did_generate_recovery_codes: bool

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        return context | {"way_back": way_back(self.request)}

    def get_success_url(self) -> str:
        back = way_back(self.request)
        if not back:
            return str(super().get_success_url())  # type: ignore[misc]
        if self.did_generate_recovery_codes:
            messages.info(
                self.request,
                _("Recovery codes were made for you, too: print them later, under sign-in and security."),
            )
        return back


class PasskeyAddView(LeadsBack, AddWebAuthnView):  # type: ignore[misc]
    """A new passkey."""


class AppActivateView(LeadsBack, ActivateTOTPView):  # type: ignore[misc]
    """An authenticator app."""


passkey_add = PasskeyAddView.as_view()
app_activate = AppActivateView.as_view()
