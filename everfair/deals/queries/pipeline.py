"""A firm's pipeline: its negotiations by stage, what was won and lost, figures, lines of a file. A hidden buyer has no name. Reads only."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext_lazy

from everfair.base.languages import for_reader
from everfair.conversations.models import Party
from everfair.deals.access import RELATED, firm_key, pipeline_of
from everfair.deals.models import DealStage, Negotiation, NextStep
from everfair.deals.queries.names import Shown, buyer_shown, names_for
from everfair.exhibition.access import BOOTH_ROLES
from everfair.exhibition.models import Exhibitor
from everfair.people.models import Membership, User

A_COLUMN = 15  # cards of a stage on the board: 100 KiB for five stages; the rest stands in its list
STATES = tuple(str(one) for one in Negotiation.State.values)


@dataclass(frozen=True)
class Filters:
    """What narrows a pipeline. `state` "open" is the board; with `stage` a list."""

    words: str = ""
    state: str = "open"
    stage: str = ""
    handler: str = ""  # a colleague's id, "none"
    why: str = ""

    @property
    def is_narrowed(self) -> bool:
        return any((self.words, self.handler, self.why, self.stage))


def filters_of(query: Mapping[str, str]) -> Filters:
    """From an address; what is nonsense narrows nothing."""
    state, handler, why = query.get("state", ""), query.get("handler", ""), query.get("why", "")
    is_handler = handler == "none" or (handler.isdecimal() and len(handler) < 18)
    return Filters(
        query.get("q", "").strip()[:100], state if state in STATES else "open", query.get("stage", "")[:20],
        handler if is_handler else "", why if why in Negotiation.Why.values else "",
    )  # fmt: skip


def narrowed(rows: QuerySet[Negotiation], filters: Filters) -> QuerySet[Negotiation]:
    """The rows that fit. Words find a buyer by name only where the firm may read that name."""
    for word in filters.words.split()[:6]:
        named = Q(buyer__name__icontains=word) | Q(buyer_firm__organisation__name__icontains=word)
        rows = rows.filter(Q(title__icontains=word) | Q(code=word.lower()) | (named & Q(is_hidden=False)))
    rows = rows.filter(state=filters.state)
    if filters.stage:
        rows = rows.filter(stage__code=filters.stage)
    if filters.handler:
        rows = rows.filter(handler=None if filters.handler == "none" else int(filters.handler))
    if filters.why:
        rows = rows.filter(why=filters.why)
    return rows


@dataclass(frozen=True)
class Card:
    """A negotiation on the board. `waiting_since`: the buyer waits for an answer of the firm's."""

    negotiation: Negotiation
    buyer: Shown
    waiting_since: datetime | None
    handler: str
    step: str
    step_on: date | None


@dataclass(frozen=True)
class Column:
    """A stage with its cards, the first first; `count` of all."""

    stage: DealStage
    cards: list[Card]
    count: int

    @property
    def rows(self) -> list[tuple[Card, str, str]]:
        """Each card with what `before` is to move it one up, and one down; "" at the ends."""
        codes = [card.negotiation.code for card in self.cards]
        found = []
        for at, card in enumerate(self.cards):
            up = codes[at - 1] if at else ""
            down = codes[at + 2] if at + 2 < len(codes) else "end" if at + 1 < len(codes) else ""
            found.append((card, up, down))
        return found


def board(
    exhibitor: Exhibitor,
    stages: Sequence[DealStage],
    filters: Filters,
    figures: "Figures",
    team: Sequence[User],
) -> list[Column]:
    """Open negotiations by stage; one in no stage stands in the first. Four queries, five where narrowed."""
    rows = narrowed(pipeline_of(exhibitor), filters)
    counts = dict(figures.by_stage)
    if filters.is_narrowed:
        counts = dict(rows.order_by().values_list("stage").annotate(n=Count("pk")))
    numbered = rows.annotate(
        row=Window(RowNumber(), partition_by=[F("stage_id")], order_by=[F("place").asc(), F("pk").desc()])
    )
    shown = list(numbered.filter(row__lte=A_COLUMN).order_by("place", "-pk"))
    by_stage: dict[int, list[Card]] = {stage.pk: [] for stage in stages}
    first = stages[0].pk
    for card in cards(shown, exhibitor, team):
        by_stage[card.negotiation.stage_id or first].append(card)
    extra = counts.pop(None, 0)
    return [
        Column(stage, by_stage[stage.pk], counts.get(stage.pk, 0) + (extra if stage.pk == first else 0))
        for stage in stages
    ]


def cards(rows: Sequence[Negotiation], exhibitor: Exhibitor, team: Sequence[User]) -> list[Card]:
    """What a card or a line of a list says; `team` as `team_of` gives it. Three queries."""
    names = names_for(row for row in rows if not row.is_hidden)
    talks = [row.conversation_id for row in rows if row.conversation_id is not None]
    parties = Party.objects.filter(conversation__in=talks, key=firm_key(exhibitor))
    waits = dict(parties.values_list("conversation_id", "waiting_since"))
    steps = {one.negotiation_id: one for one in NextStep.objects.filter(negotiation__in=rows, side="firm")}
    people = {one.pk: one.name or one.email for one in team}
    found = []
    for row in rows:
        step = steps.get(row.pk)
        found.append(
            Card(
                row,
                buyer_shown(row, names),
                waits.get(row.conversation_id or 0),
                people.get(row.handler_id or 0, ""),
                step.text if step else "",
                step.on if step else None,
            )
        )
    return found


def team_of(exhibitor: Exhibitor) -> list[User]:
    """Who works on the firm's negotiations. One query."""
    members = Membership.objects.filter(organisation=exhibitor.organisation_id, role__in=BOOTH_ROLES)
    return list(User.objects.filter(is_active=True, pk__in=members.values("user")).order_by("name", "pk"))


# Figures ------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Figures:
    """How many are open, won, lost, and why those were lost: (words, count), the most frequent first."""

    open: int
    won: int
    lost: int
    whys: list[tuple[str, int]]
    by_stage: Mapping[int | None, int]  # of open ones


def figures_of(exhibitor: Exhibitor) -> Figures:
    """One query."""
    rows = Negotiation.objects.filter(firm=exhibitor).order_by()
    states: dict[str, int] = {}
    whys: dict[str, int] = {}
    stages: dict[int | None, int] = {}
    for state, why, stage, count in rows.values_list("state", "why", "stage").annotate(n=Count("pk")):
        states[state] = states.get(state, 0) + count
        if state == Negotiation.State.OPEN:
            stages[stage] = stages.get(stage, 0) + count
        if state == Negotiation.State.LOST:
            whys[why] = whys.get(why, 0) + count
    words = dict(Negotiation.Why.choices)
    ordered = sorted(whys.items(), key=lambda one: (-one[1], one[0]))
    return Figures(
        states.get("open", 0), states.get("won", 0), states.get("lost", 0),
        [(str(words.get(why, "–")), count) for why, count in ordered], stages,
    )  # fmt: skip


def waiting_count(exhibitor: Exhibitor) -> int:
    """Open negotiations in which the buyer waits for the firm."""
    parties = Party.objects.filter(key=firm_key(exhibitor), waiting_since__isnull=False)
    return Negotiation.objects.filter(
        firm=exhibitor, state=Negotiation.State.OPEN, conversation__in=parties.values("conversation")
    ).count()


# Files --------------------------------------------------------------------------------------------------------
COLUMNS = {
    "code": gettext_lazy("Code"),
    "title": gettext_lazy("Title"),
    "buyer": gettext_lazy("Buyer"),
    "country": gettext_lazy("Country of the buyer"),
    "state": gettext_lazy("State"),
    "stage": gettext_lazy("Stage of negotiation"),
    "source": gettext_lazy("From what it began"),
    "expected": gettext_lazy("Expected value"),
    "expected_currency": gettext_lazy("Currency"),
    "handler": gettext_lazy("Who looks after it"),
    "why": gettext_lazy("Why"),
    "why_text": gettext_lazy("In their words"),
    "quotations": gettext_lazy("Quotations sent"),
    "step": gettext_lazy("Our next step"),
    "step_on": gettext_lazy("On"),
    "made_at": gettext_lazy("Begun"),
    "changed_at": gettext_lazy("Latest"),
    "ended_at": gettext_lazy("Ended"),
}
CHUNK = 200


def export_rows(rows: QuerySet[Negotiation], exhibitor: Exhibitor) -> Iterator[dict[str, Any]]:
    """Lines of a file, read in pieces."""
    team = team_of(exhibitor)
    keys = list(rows.order_by("stage__position", "place", "-pk").values_list("pk", flat=True))
    for start in range(0, len(keys), CHUNK):
        part = keys[start : start + CHUNK]
        sent = Count("quotations", filter=Q(quotations__sent_number__gt=0))
        found = Negotiation.objects.filter(pk__in=part).select_related(*RELATED).annotate(sent=sent)
        by_key = {card.negotiation.pk: card for card in cards(list(found), exhibitor, team)}
        yield from _lines(by_key[pk] for pk in part if pk in by_key)


def _lines(found: Iterable[Card]) -> Iterator[dict[str, Any]]:
    for card in found:
        row: Any = card.negotiation
        yield {
            "code": row.code, "title": row.title, "buyer": card.buyer.line, "country": card.buyer.country,
            "state": str(row.get_state_display()), "stage": for_reader(row.stage.name) if row.stage else "",
            "source": str(row.get_source_display()), "expected": row.expected, "expected_currency": row.expected_currency,
            "handler": card.handler, "why": str(row.get_why_display()) if row.why else "", "why_text": row.why_text,
            "quotations": row.sent, "step": card.step, "step_on": card.step_on, "made_at": row.made_at,
            "changed_at": row.changed_at, "ended_at": row.ended_at,
        }  # fmt: skip
