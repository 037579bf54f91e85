"""Who is told what about a registration, in which words. The sending is a gateway's work."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from everfair.base.languages import pick
from everfair.gateways import mail
from everfair.people.notices import address
from everfair.registration.access import secret_of
from everfair.registration.models import Registration, RegistrationInvitation
from everfair.registration.queries.registrations import place_in_line

if TYPE_CHECKING:
    from django.utils.functional import Promise

State = Registration.State
Part = Callable[[Registration], "tuple[str | Promise, str] | None"]
_parts: list[Part] = []


def adds_to_letters(part: Part) -> Part:
    """A higher room's sentence and address for the letters about registering; None where it has nothing to say."""
    _parts.append(part)
    return part


def own_page(registration: Registration) -> str:
    """The address of the person's own page, which needs no account."""
    return address(
        "public:registration.own_show",
        registration.language,
        edition=registration.edition.slug,
        secret=secret_of(registration),
    )


def registered(registration: Registration) -> None:
    """The person learns where they stand and where their own page is."""
    _tell(registration, f"registered_{registration.state}")


def decided(registration: Registration, before: str, *, by: Any) -> None:
    """The person learns of every decision."""
    _tell(registration, f"registered_{registration.state}", before=before)


def moved_up(registration: Registration) -> None:
    """A place became free for somebody who waited."""
    _tell(registration, "moved_up")


def joined(gone: Registration, kept: Registration) -> None:
    """Two registrations of one person became one: which badge holds now."""
    if not gone.email:
        return
    language, edition = gone.language, kept.edition
    mail.send(
        gone.email,
        "registration/joined",
        {
            "name": kept.name,
            "edition": pick(edition.name, language),
            "gone": pick(gone.kind.name, language),
            "kind": pick(kept.kind.name, language),
            "url": own_page(kept),
        },
        language,
    )


def link_sent(registration: Registration) -> None:
    """The link to the own page, sent again."""
    _tell(registration, f"registered_{registration.state}")


def _tell(registration: Registration, letter: str, **more: Any) -> None:
    if not registration.email:
        return
    language, edition = registration.language, registration.edition
    mail.send(
        registration.email,
        f"registration/{letter}",
        {
            "name": registration.name,
            "edition": pick(edition.name, language),
            "kind": pick(registration.kind.name, language),
            "reason": registration.reason,
            "venue": pick(edition.venue, language),
            "starts_on": edition.starts_on,
            "ends_on": edition.ends_on,
            "line": place_in_line(registration) if registration.state == State.WAITING else 0,
            "url": own_page(registration),
            "also": [found for part in _parts if (found := part(registration)) is not None],
            **more,
        },
        language,
    )


def invited(invitation: RegistrationInvitation, secret: str) -> None:
    """The invited person gets the link; the secret stands nowhere else."""
    language, edition = invitation.language, invitation.edition
    inviter = invitation.delegation or invitation.organisation
    mail.send(
        invitation.email,
        "registration/invitation",
        {
            "name": invitation.name,
            "edition": pick(edition.name, language),
            "kind": pick(invitation.kind.name, language),
            "inviter": pick(inviter.name, language) if inviter else "",
            "note": pick(invitation.kind.note, language),
            "starts_on": edition.starts_on,
            "ends_on": edition.ends_on,
            "ends_at": invitation.expires_at,
            "url": address("public:registration.invited", language, edition=edition.slug, secret=secret),
        },
        language,
    )
