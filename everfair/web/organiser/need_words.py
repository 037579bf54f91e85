"""What the audit log's entries about needs and matching say in words; events.py takes them in. No logic."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import Promise

SENTENCES: dict[str, "str | Promise"] = {
    "matchmaking.list.put_away": _("List of needs put away"),
    "matchmaking.list.registered": _("List of needs sent"),
    "matchmaking.list.write_started": _("Writing a list of needs started"),
    "matchmaking.need.answer_withdrawn": _("Answer to a need taken back"),
    "matchmaking.need.answered": _("Need answered"),
    "matchmaking.need.changed": _("Need changed"),
    "matchmaking.need.closed": _("Need closed"),
    "matchmaking.need.filled": _("Need settled: found"),
    "matchmaking.need.firms_chosen": _("Firms chosen for a need"),
    "matchmaking.need.made": _("Need written"),
    "matchmaking.need.opened": _("Need opened"),
    "matchmaking.need.reopened": _("Need opened again"),
    "matchmaking.need.taken_back": _("Need made a draft again"),
    "matchmaking.needs.imported": _("Needs brought in from a list"),
    "matchmaking.needs.loaded": _("Needs loaded in bulk"),
    "matchmaking.refresh.started": _("Refresh of suggestions started"),
    "matchmaking.refresh.stopped": _("Refresh of suggestions stopped"),
    "matchmaking.version.learned": _("Matching learned anew from the fair's texts"),
}
FIELDS: dict[str, "str | Promise"] = {
    "audience": _("who sees it"),
    "bad": _("rows with errors"),
    "budget_from": _("budget from"),
    "budget_to": _("budget to"),
    "bytes": _("bytes"),
    "changed": _("changed"),
    "closes_on": _("last day on the board"),
    "countries": _("suppliers from"),
    "currency": _("currency"),
    "deliver_to": _("needed in"),
    "firm": _("firm"),
    "firms": _("firms"),
    "licence": _("licence"),
    "licence_in": _("licence valid in"),
    "more_sectors": _("further sectors"),
    "musts": _("conditions"),
    "new": _("new"),
    "records": _("texts in both languages"),
    "rows": _("rows"),
    "seconds": _("seconds"),
    "sizes": _("sizes of firm"),
    "unchanged": _("unchanged"),
    "words": _("words known in each language"),
}
STATES: dict[str, "str | Promise"] = {
    "open": _("open"),
    "filled": _("found"),
    "closed": _("closed"),
}
AUDIENCES: dict[str, "str | Promise"] = {
    "board": _("on the needs board, with my name"),
    "hidden": _("on the needs board, without my name"),
    "chosen": _("for chosen firms only"),
}
SIZES: dict[str, "str | Promise"] = {
    "micro": _("fewer than 10 people"),
    "small": _("10 to 49 people"),
    "medium": _("50 to 249 people"),
    "large": _("250 people or more"),
}
