"""What every action on needs does first and last: lock, compare versions, write the log without naming a hidden buyer."""

from collections.abc import Mapping
from copy import copy
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from everfair.base import audit
from everfair.base.changes import note_change
from everfair.base.languages import INTERFACE_TO_CONTENT
from everfair.base.refusals import EditedMeanwhile
from everfair.exhibition.actions.guards import edited_sentence
from everfair.matchmaking.access import NEED_RELATED, can_edit_need
from everfair.matchmaking.models import Need
from everfair.matchmaking.signals import need_changed

EVENT = "matchmaking.need."
TOPIC = "matchmaking.need"
TOLD_OF_DRAFTS = frozenset({"state", "firms", "firm"})


class Unnamed:
    """Whoever acts for a buyer whose name is not shown: the log keeps the account, readers see no name."""

    def __init__(self, user: Any) -> None:
        self.pk = getattr(user, "pk", None)

    def __str__(self) -> str:
        said = []
        for interface in INTERFACE_TO_CONTENT:
            with translation.override(interface):
                said.append(_("a buyer, not named"))
        return " / ".join(dict.fromkeys(said))


def lock_need(need: Need) -> Need:
    """A fresh copy of the row, locked until the transaction ends (on SQLite the whole database is)."""
    rows = Need.objects.select_for_update(of=("self",), no_key=True).select_related(*NEED_RELATED)
    return rows.get(pk=need.pk)


def require_version(need: Need, version: int | None) -> None:
    """EditedMeanwhile when somebody saved after `version` was read. None = the caller does not compare."""
    if version is None or need.version == version:
        return
    last = audit.entries(target=need).first()
    raise EditedMeanwhile(edited_sentence(last.by_name if last else ""), current=need.version)


def signed(need: Need, by: Any) -> Any:
    """Who stands in the log: the person, but nobody's name for a need that is a draft or keeps its buyer's name back."""
    is_public = need.audience == Need.Audience.BOARD and need.state != Need.State.DRAFT
    if by is None or is_public or need.seeker is None or not can_edit_need(by, need):
        return by
    return Unnamed(by)


def record(
    what: str,
    need: Need,
    by: Any,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
) -> None:
    """One entry in the edition's log. Of a draft it says which fields changed and no word of what they hold."""
    target: Need = need
    if need.state == Need.State.DRAFT and need.seeker is not None:
        target = copy(need)
        target.title = {"en": need.code}
        if after and not set(after) <= TOLD_OF_DRAFTS:
            before, after = {}, {"fields": sorted(after)}
    audit.record(
        EVENT + what, target, by=signed(need, by), edition_id=need.edition_id, before=before, after=after, reason=reason
    )  # fmt: skip


def announce(need: Need, event: str) -> None:
    """Followers (search, boards) read the row again; rooms and runs that rank learn of it."""
    note_change(TOPIC, need.pk, need.edition_id)
    need_changed.send(Need, need_id=need.pk, event=event)
