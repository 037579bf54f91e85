"""Fresh proofs: asked for at the button, for one party, one text, one session; used once, within five minutes. No agreement changes here."""

import hashlib
import json
import secrets
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from everfair.agreements.models import Agreement, AgreementParty, CodeUsed, ProofAsked
from everfair.agreements.queries.evidence import challenge_of, written
from everfair.base.refusals import Refused

HOLDS = timedelta(minutes=5)
KEPT = timedelta(days=1)  # a proof that was asked for, so that an old one is refused in the right words
PERIOD = 30  # seconds a code of an authenticator app is shown


@dataclass(frozen=True)
class Proof:
    """Somebody proved, just now, that they are there, for the text of this digest. `evidence`: what others can check."""

    kind: str
    user_id: int
    party_id: int
    digest: str
    evidence: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Ways:
    """How somebody can prove who they are."""

    passkeys: int
    has_app: bool

    @property
    def are_none(self) -> bool:
        return not self.passkeys and not self.has_app


def ways_of(user: Any) -> Ways:
    """The person's passkeys and authenticator app. One query."""
    from allauth.mfa.models import Authenticator  # app ready: a model of another app

    kinds = list(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    return Ways(kinds.count(Authenticator.Type.WEBAUTHN), Authenticator.Type.TOTP in kinds)


def ask_for_passkey(
    agreement: Agreement, party: AgreementParty, *, by: Any, session: str, now: datetime | None = None
) -> dict[str, Any]:
    """What the browser hands to the passkey. The challenge is made of the agreement's digest: the signature is over this text."""
    from allauth.mfa.webauthn.internal import auth  # app ready

    now = now or timezone.now()
    nonce = secrets.token_bytes(32)
    challenge = challenge_of(nonce, agreement.digest)
    options, _state = auth.get_server().authenticate_begin(
        credentials=auth.get_credentials(by), user_verification=_wanted(), challenge=challenge
    )
    ProofAsked.objects.filter(asked_at__lt=now - KEPT).delete()
    ProofAsked.objects.create(
        party=party, user=by, session=_session_digest(session), digest=agreement.digest, nonce=nonce.hex(),
        challenge=written(challenge), asked_at=now,
    )  # fmt: skip
    return dict(options)


def prove_by_passkey(
    agreement: Agreement,
    party: AgreementParty,
    answer: str,
    *,
    by: Any,
    session: str,
    now: datetime | None = None,
) -> Proof:
    """A passkey's answer, judged. It is used up by this, whether it is right or not. Refused in words otherwise."""
    from allauth.mfa.webauthn.internal import auth  # app ready

    try:
        credential = json.loads(answer)
        parsed = auth.parse_authentication_response(credential)
        challenge = written(parsed.response.client_data.challenge)
    except (ValueError, TypeError, KeyError, AttributeError, ValidationError) as error:
        raise Refused(_("The passkey gave no answer that can be read. Try again.")) from error
    asked = _use(challenge, agreement, party, by, _session_digest(session), now or timezone.now())
    clear = _count_tries(by)
    credentials = auth.get_credentials(by)
    state = {"challenge": challenge, "user_verification": _wanted()}
    try:
        used = auth.get_server().authenticate_complete(state, credentials, credential)
    except ValueError as error:
        raise Refused(
            _("This passkey does not fit: it is not one of yours here, or its signature is wrong. Try again.")
        ) from error
    clear()
    return Proof(
        AgreementParty.Proof.PASSKEY, by.pk, party.pk, agreement.digest, _evidence(asked, parsed.response, used)
    )  # fmt: skip


def _use(
    challenge: str, agreement: Agreement, party: AgreementParty, by: Any, session: str, now: datetime
) -> ProofAsked:
    """The challenge that was answered, used up; Refused for one that was not asked for this."""
    asked = ProofAsked.objects.filter(challenge=challenge).first()
    if asked is None or asked.user_id != by.pk:
        raise Refused(_("This proof was not asked for here, or not of you. Press “confirm” again."))
    if not ProofAsked.objects.filter(pk=asked.pk, used_at=None).update(used_at=now):
        raise Refused(_("This proof was used already. Each holds once: press “confirm” again."))
    if asked.party_id != party.pk:
        raise Refused(_("This proof was given for another agreement or party. Press “confirm” again."))
    if asked.session != session:
        raise Refused(_("This proof was asked for in another browser. Confirm in the one where you began."))
    if asked.digest != agreement.digest:
        raise Refused(_("The agreement has changed since this proof was asked for. Read it again first."))
    if now - asked.asked_at > HOLDS:
        raise Refused(
            _("This proof is older than five minutes. Press “confirm” again and use the passkey at once.")
        )
    return asked


def prove_by_code(
    agreement: Agreement, party: AgreementParty, code: str, *, by: Any, now: datetime | None = None
) -> Proof:
    """The code of the person's authenticator app, judged and used up. Refused (field "code") in words otherwise."""
    from allauth.mfa.models import Authenticator  # app ready: a model of another app

    app = Authenticator.objects.filter(user=by, type=Authenticator.Type.TOTP).first()
    if app is None:
        raise Refused(_("You have no authenticator app here. Set one up, or use a passkey."), field="code")
    clear = _count_tries(by, "code")
    typed = "".join(str(unicodedata.decimal(mark)) for mark in code if mark.isdecimal())
    counter = _counter_of(app, typed)
    if counter is None:
        raise Refused(
            _("This is not the code the app shows now. Wait for the next one and type that."), field="code"
        )
    try:
        with transaction.atomic():
            CodeUsed.objects.create(user=by, counter=counter, at=now or timezone.now())
        is_fresh = app.wrap().validate_code(typed)  # also no code that just signed somebody in
    except IntegrityError:
        is_fresh = False
    if not is_fresh:
        raise Refused(
            _("This code was used already. Each holds once: wait for the next one and type that."),
            field="code",
        )
    clear()
    CodeUsed.objects.filter(user=by, at__lt=(now or timezone.now()) - KEPT).delete()
    return Proof(AgreementParty.Proof.TOTP, by.pk, party.pk, agreement.digest)


def _counter_of(app: Any, code: str) -> int | None:
    """The half minute whose code this is, among those that are taken; None for a wrong one."""
    from allauth.mfa.totp.internal import auth  # app ready
    from allauth.mfa.utils import decrypt  # app ready

    secret = decrypt(app.data["secret"])
    for counter in auth.yield_hotp_counters_from_time():
        if secrets.compare_digest(auth.format_hotp_value(auth.hotp_value(secret, counter)), code):
            return int(counter)
    return None


def _count_tries(by: Any, field_name: str | None = None) -> Any:
    """As at signing in: who tries too often waits. What it answers forgets the tries."""
    from allauth.mfa.base.internal.flows import check_rate_limit  # app ready

    try:
        return check_rate_limit(by)
    except ValidationError as error:
        raise Refused(_("Too many tries. Wait five minutes and try again."), field=field_name) from error


def _evidence(asked: ProofAsked, response: Any, used: Any) -> dict[str, str]:
    from fido2 import cbor  # needed by nothing else here

    return {
        "nonce": asked.nonce,
        "client_data": bytes(response.client_data).hex(),
        "authenticator_data": bytes(response.authenticator_data).hex(),
        "signature": bytes(response.signature).hex(),
        "public_key": cbor.encode(dict(used.public_key)).hex(),
    }


def _wanted() -> Any:
    from allauth.mfa import app_settings  # app ready
    from fido2.webauthn import UserVerificationRequirement  # needed by nothing else here

    return UserVerificationRequirement(app_settings.WEBAUTHN_USER_VERIFICATION)


def _session_digest(session: str) -> str:
    return hashlib.sha256(session.encode()).hexdigest()


def forget_proofs(now: datetime | None = None) -> None:
    """Challenges and codes of days gone by."""
    before = (now or timezone.now()) - KEPT
    ProofAsked.objects.filter(asked_at__lt=before).delete()
    CodeUsed.objects.filter(at__lt=before).delete()
