"""People whom a delegation or a firm brings: each line on its own, within the kind's numbers."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from everfair.base.refusals import Refused
from everfair.fair.models import BadgeKind, Edition
from everfair.people.models import Organisation
from everfair.registration.actions.deciding import cancel
from everfair.registration.actions.registering import register
from everfair.registration.forms.groups import Person
from everfair.registration.models import Registration


@dataclass
class GroupResult:
    """Who is registered, and (line number, its text, sentence) of the refused."""

    done: list[Registration] = field(default_factory=list)
    refused: list[tuple[int, str, str]] = field(default_factory=list)


def register_group(
    edition: Edition,
    kind: BadgeKind,
    people: Iterable[Person],
    *,
    by: Any,
    delegation: Any = None,
    organisation: Organisation | None = None,
    language: str = "en",
) -> GroupResult:
    """For a delegation, or for a firm's own people. A line that is refused does not hold up the others."""
    result = GroupResult()
    source = Registration.Source.GROUP if delegation is not None else Registration.Source.FIRM
    for person in people:
        values = {
            "name": person.name,
            "email": person.email,
            "language": language,
            "organisation": organisation,
            "organisation_name": person.firm if organisation is None else "",
        }
        try:
            row = register(edition, kind, values, by=by, source=source, delegation=delegation)
        except Refused as error:
            result.refused.append((person.number, person.text, str(error)))
        else:
            result.done.append(row)
    return result


def cancel_of_group(registration: Registration, *, by: Any) -> Registration:
    """Whoever brought the person takes them out again; the place and the number are free for another."""
    return cancel(registration, by=by, role="group", reason=_("Cancelled by those who registered you."))
