"""Tables of the registration room. Rights and writes are elsewhere."""

from everfair.registration.models.badge import Badge, BadgeBatch, SigningKey
from everfair.registration.models.people import (
    REGISTRATION_STEPS,
    Consent,
    DuplicatePair,
    Registration,
    RegistrationInvitation,
    RegistrationList,
)

__all__ = [
    "REGISTRATION_STEPS",
    "Badge",
    "BadgeBatch",
    "Consent",
    "DuplicatePair",
    "Registration",
    "RegistrationInvitation",
    "RegistrationList",
    "SigningKey",
]
