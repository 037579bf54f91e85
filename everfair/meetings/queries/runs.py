"""Runs of the generator as the desk reads them. Nothing here names a pair that was left out: one could see vetoes in it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from everfair.base.countries import country_name
from everfair.base.languages import pick
from everfair.exhibition.models import Exhibitor
from everfair.fair.models import Edition
from everfair.matchmaking.queries.suggestions import has_recommendations
from everfair.meetings.models import MeetingRules, Participant, Request, Resource, Run, RunRow, Slot, Wish
from everfair.people.models import Organisation
from everfair.registration.models import Registration

SILENT_AFTER = 30.0  # seconds without a sign of life: whoever made the timetable is gone
PUBLISHING_FOR = 900.0  # seconds after which publishing that said nothing may be begun again
CLASSES = (4, 3, 2, 1, 0)  # of engines.scheduling.Wish, which is not loaded here
FEWEST = 5  # as in the bridge: what is told of fewer would tell of single ones
CLASS_NAMES = {
    4: gettext_lazy("must meet"),
    3: pgettext_lazy("class of wishes", "both would like to"),
    2: gettext_lazy("the one who asks would like to"),
    1: gettext_lazy("the firm would like to"),
    0: gettext_lazy("suggestions"),
}
SIZES = dict(Organisation.Size.choices)
GROUPS = {
    "size": gettext_lazy("Firms by size"),
    "country": gettext_lazy("Firms by country"),
    "delegation": gettext_lazy("Firms by delegation"),
    "visitors": gettext_lazy("Visitors by country"),
    "visiting": gettext_lazy("Visitors by delegation"),
}
Side = tuple[str, int]


RUN_KINDS = tuple(Run.Kind.choices)
RUN_STATES = tuple(Run.State.choices)


def runs_of(edition: Edition, kind: str = "", state: str = "") -> QuerySet[Run]:
    """Runs of a kind and state, newest first; every one when none is named."""
    rows = Run.objects.filter(edition=edition).select_related("by").order_by("-number")
    rows = rows.filter(kind=kind) if kind else rows
    return rows.filter(state=state) if state else rows


def run_of(edition: Edition, number: int) -> Run | None:
    """The run with this number."""
    return runs_of(edition).filter(number=number).first()


def open_run(edition: Edition) -> Run | None:
    """The one that waits or is under way."""
    return runs_of(edition).filter(state__in=(Run.State.WAITING, Run.State.RUNNING)).first()


def is_silent(run: Run, now: datetime | None = None) -> bool:
    """Whether nobody seems to work on a run that is under way."""
    seen = run.progress.get("at") or 0.0
    return (now or timezone.now()).timestamp() - float(seen) > SILENT_AFTER


def is_publishing(run: Run, now: datetime | None = None) -> bool:
    """Whether meetings are being made from the run now."""
    began = run.progress.get("publishing")
    return bool(began) and (now or timezone.now()).timestamp() - float(began) < PUBLISHING_FOR


@dataclass(frozen=True)
class Ready:
    """What a run would be made from."""

    slots: int
    people: int
    firms: int
    wishes: int
    requests: int
    places: int


def ready_of(edition: Edition) -> Ready:
    """Counts for the page on which a run is started. Five queries."""
    people = Participant.objects.filter(edition=edition, is_out=False)
    places = (Resource.Kind.TABLE, Resource.Kind.STAND, Resource.Kind.LINE)
    counts = people.aggregate(
        visitors=Count("pk", filter=Q(exhibitor=None)), firms=Count("exhibitor", distinct=True)
    )
    return Ready(
        slots=Slot.objects.filter(edition=edition).count(),
        people=counts["visitors"],
        firms=counts["firms"],
        wishes=Wish.objects.filter(edition=edition).exclude(level=Wish.Level.NEVER).count(),
        requests=Request.objects.filter(edition=edition, state__in=Request.OPEN).count(),
        places=Resource.objects.filter(edition=edition, kind__in=places, is_out=False).count(),
    )


def what_is_missing(edition: Edition) -> list[str]:
    """What has to be there before anything can be placed, each as a sentence that says what to do.

    Where there are recommendations, nobody has to have wished: the run may suggest meetings.
    """
    if not MeetingRules.objects.filter(edition=edition).exists():
        return [_("First say how this edition holds its meetings: under Rules.")]
    ready = ready_of(edition)
    found = []
    if not ready.slots:
        found.append(_("There are no slots yet. Set the hours of meetings: slots are made from them."))
    if not ready.places:
        found.append(_("There is no table, no place at a stand and no line yet. Lay out where people meet."))
    if not ready.wishes and not ready.requests and not has_recommendations(edition):
        found.append(_("Nobody has wished for a meeting yet. Open the round of wishes first."))
    return found


# What came out -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Share:
    """What a class or a group got of what was asked. `ratio` is None where too few asked to tell."""

    name: str
    asked: int
    placed: int
    members: int = 0
    is_hidden: bool = False  # told, it would tell of a small one by what is missing from the sum

    @property
    def ratio(self) -> float | None:
        """What was placed of what was asked; None where that is not told."""
        return self.placed / self.asked if self.asked >= FEWEST and not self.is_hidden else None


def class_shares(run: Run) -> list[Share]:
    """Satisfied by class, the heaviest first; classes nobody used are left out.

    The sum of all stands beside them: where what is hidden adds up to few, the smallest of the others is hidden too.
    """
    told = run.result.get("by_class", {})
    found = []
    for kind in CLASSES:
        placed, asked = told.get(str(kind), (0, 0))
        if asked:
            found.append(Share(str(CLASS_NAMES[kind]), asked, placed))
    hidden = sum(share.asked for share in found if share.ratio is None)
    others = [share for share in found if share.ratio is not None]
    if 0 < hidden < FEWEST and others:
        smallest = min(others, key=lambda share: share.asked)
        found[found.index(smallest)] = replace(smallest, is_hidden=True)
    return found


def group_shares(run: Run, language: str) -> list[tuple[str, list[Share]]]:
    """Per firm size, country and delegation: (heading, shares). Small groups are taken together."""
    told = run.result.get("shares", {})
    delegations = {str(row.pk): pick(row.name, language) for row in run.edition.delegations.all()}
    found = []
    for key, heading in GROUPS.items():
        shares = [
            Share(_group_name(key, group, delegations, language), asked, placed, members)
            for group, members, asked, placed in told.get(key, [])
        ]
        if shares:
            found.append((str(heading), shares))
    return found


def _group_name(key: str, group: str, delegations: dict[str, str], language: str) -> str:
    if not group:
        return _("all others")
    if key == "size":
        return str(SIZES.get(group, group))
    if key in ("country", "visitors"):
        return country_name(group, language)
    return delegations.get(group, group)


def groups_of(edition: Edition) -> dict[str, dict[Side, str]]:
    """Group by group, to which each side belongs; "" where that is not known. Firms first, then visitors."""
    firms = Exhibitor.objects.filter(edition=edition).values_list(
        "pk", "organisation__size_class", "organisation__country", "delegation_id"
    )
    found: dict[str, dict[Side, str]] = {key: {} for key in GROUPS}
    for pk, size, country, delegation in firms:
        side = ("x", pk)
        found["size"][side] = size
        found["country"][side] = country
        found["delegation"][side] = str(delegation or "")
    visitors = Registration.objects.filter(edition=edition, participant__isnull=False).values_list(
        "participant__pk", "organisation_id", "country", "delegation_id"
    )
    for participant, organisation, country, delegation in visitors:
        side = ("o", organisation) if organisation else ("p", participant)
        found["visitors"][side] = country
        found["visiting"][side] = str(delegation or "")
    return found


def placed_rows(run: Run, words: str = "") -> QuerySet[RunRow]:
    """Meetings a run would make, in order of time; `words` in names of people and firms."""
    found = run.rows.filter(slot__isnull=False).select_related(
        "participant__exhibitor__organisation",
        "other__exhibitor__organisation",
        "slot",
        "place__area",
        "place__exhibitor__organisation",
    )
    for word in words.split()[:8]:
        found = found.filter(
            Q(participant__name__icontains=word)
            | Q(participant__organisation_name__icontains=word)
            | Q(other__name__icontains=word)
            | Q(other__organisation_name__icontains=word)
            | Q(exhibitor__organisation__name__icontains=word)
        )
    return found.order_by("slot__starts_at", "place_id", "pk")


CAUSES = {
    "nobody": gettext_lazy("nobody of the firm takes part in meetings"),
    "no common slot": gettext_lazy("the two are never free at the same time"),
    "no room": gettext_lazy("no time, place or limit was left"),
    "other": gettext_lazy("no time, place or limit was left, or a rarer cause"),
}


def causes_told(run: Run) -> list[tuple[str, int]]:
    """Why wishes were not met, in sums. Causes of few wishes are told with the last one; few in all are not told."""
    told = {cause: count for cause, count in run.result.get("causes", {}).items() if count}
    small = [cause for cause, count in told.items() if count < FEWEST]
    if small:
        told["other"] = sum(told.pop(cause) for cause in {*small, "no room"} if cause in told)
    if told.get("other", FEWEST) < FEWEST:
        return []
    return [(str(label), told[cause]) for cause, label in CAUSES.items() if told.get(cause)]


@dataclass(frozen=True)
class Moved:
    """A meeting that a repair moves, with the reason in words."""

    who: str
    before: Slot | None
    after: Slot | None
    why: str


def moves_of(run: Run, language: str) -> list[Moved]:
    """What a repair would move, each with its reason."""
    told = run.result.get("moved", [])
    slots = {slot.pk: slot for slot in Slot.objects.filter(edition=run.edition_id)}
    meetings = [move["meeting"] for move in told if move["meeting"]] + [
        move["for"] for move in told if move["for"]
    ]
    names: dict[int, list[str]] = {}
    people = Participant.objects.filter(meetings__meeting__in=meetings).order_by("meetings__pk")
    for meeting, name in people.values_list("meetings__meeting_id", "name"):
        names.setdefault(meeting, []).append(name)
    found = []
    for move in told:
        other = " – ".join(names.get(move["for"], []))
        found.append(
            Moved(
                " – ".join(names.get(move["meeting"], [])),
                slots.get(move["from"]),
                slots.get(move["to"]),
                _move_words(move["because"], other),
            )
        )
    return found


def _move_words(because: str, other: str) -> str:
    if because == "its slot was lost":
        return _("somebody is not free then any more")
    if because == "its place was lost":
        return _("its place cannot be used any more")
    if other:
        return _("makes room for the meeting of %(people)s") % {"people": other}
    return _("makes room for another meeting")


def table_rows(run: Run, language: str, words: str = "") -> Iterator[dict[str, Any]]:
    """Placed meetings for a file: instants in the fair's zone are the face's business."""
    for row in placed_rows(run, words).iterator(chunk_size=500):
        yield {
            "starts_at": row.slot.starts_at if row.slot else None,
            "ends_at": row.slot.ends_at if row.slot else None,
            "place": row.place,
            "asker": row.participant.name,
            "asker_firm": firm_name(row.participant, language),
            "asked": row.other.name if row.other else "",
            "asked_firm": firm_name(row.other, language) if row.other else "",
            "class": str(CLASS_NAMES.get(row.wish, "")),
            "was_locked": _("yes") if row.was_locked else "",
        }


def firm_name(person: Participant, language: str) -> str:
    """The firm somebody stands for, in the reader's language."""
    if person.exhibitor is not None:
        return pick(person.exhibitor.organisation.name, language)
    return person.organisation_name


def compared(runs: Sequence[Run]) -> list[tuple[str, list[Any]]]:
    """Figures of runs side by side: (name, values in the order of `runs`)."""
    names = {
        "placed": _("Meetings placed"),
        "requests": _("Meetings wished for"),
        "nothing": _("Firms and visitors with nothing"),
        "breaks": _("Breaks in diaries"),
        "walking": _("Minutes of walking between meetings"),
        "seconds": _("Seconds it took"),
    }
    return [(name, [run.result.get(key) for run in runs]) for key, name in names.items()]
