"""Doors of the moderation desk: the administrator's alone."""

from typing import Any

from everfair.conversations.access import Who, find_stand
from everfair.conversations.actions.manners import report
from everfair.conversations.actions.writing import begin
from everfair.conversations.models import HelpDeskMember, Report, Silenced
from tests.house.doors import Door
from tests.house.doors.organiser import DEED, NOBODY

_DESK = "organiser:conversations."


def _edition(w: Any) -> dict[str, Any]:
    return {"edition": w.edition.slug}


def _file(w: Any) -> dict[str, Any]:
    return {**_edition(w), "kind": "csv"}


def _report(w: Any) -> dict[str, Any]:
    """The owner's firm reported what the visitor wrote."""
    found = Report.objects.filter(edition=w.edition).first()
    if found is None:
        w.exhibitor.state = "published"
        w.exhibitor.save()
        visitor, owner = w.people["visitor"], w.people["owner"]
        said = begin(w.edition, Who.person(visitor), Who.firm(w.exhibitor), "Hello", by=visitor)
        stand = find_stand(owner, said.conversation.code)
        assert stand is not None
        found = report(stand, said, "spam", "", by=owner)
    return {**_edition(w), "code": found.code}


def _silenced(w: Any) -> dict[str, Any]:
    row, _is_new = Silenced.objects.get_or_create(edition=w.edition, user=w.people["visitor"])
    return {**_edition(w), "pk": row.pk}


def _member(w: Any) -> dict[str, Any]:
    row, _is_new = HelpDeskMember.objects.get_or_create(edition=w.edition, user=w.people["reviewer"])
    return {**_edition(w), "pk": row.pk}


_WRONG = DEED | {"administrator": 422}

DOORS: list[Door] = [
    *(
        Door(_DESK + name, _edition, **NOBODY)
        for name in ("report_list", "silenced_list", "help_desk_list", "rules_edit")
    ),
    Door(_DESK + "report_export", _file, **NOBODY),
    Door(_DESK + "silenced_export", _file, **NOBODY),
    Door(_DESK + "report_show", _report, **NOBODY),
    Door(_DESK + "report_decide", _report, data=lambda w: {"to": "upheld", "decision": "Yes"}, **DEED),
    Door(_DESK + "report_decide", _report, data=lambda w: {"to": "upheld"}, **_WRONG),
    Door(_DESK + "report_silence", _report, data=lambda w: {"silence-why": "Spam"}, **DEED),
    Door(_DESK + "silenced_end", _silenced, **DEED),
    Door(_DESK + "help_desk_remove", _member, **DEED),
]
