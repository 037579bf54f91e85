"""A party to be, before it has a row. A value; nothing is read."""

from dataclasses import dataclass

from everfair.base.languages import Words
from everfair.exhibition.models import Exhibitor
from everfair.fair.models import Delegation
from everfair.outcomes import access


@dataclass(frozen=True)
class NewParty:
    """A party to be: exactly one of firm, delegation, organiser, or a body by name with its person's e-mail."""

    exhibitor: Exhibitor | None = None
    delegation: Delegation | None = None
    is_organiser: bool = False
    name: Words | None = None
    country: str = ""
    email: str = ""

    @property
    def key(self) -> str:
        if self.exhibitor is not None:
            return access.firm_key(self.exhibitor)
        if self.delegation is not None:
            return f"delegation:{self.delegation.pk}"
        return access.ORGANISER if self.is_organiser else access.mail_key(self.email)
