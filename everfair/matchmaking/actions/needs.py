"""What a seeker does with a need: write it, put it on the board, say that something was found, choose who may see it."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from everfair.base.charts import IllegalChange, require_step
from everfair.base.languages import pick
from everfair.base.refusals import Refused
from everfair.base.texts import clean_text
from everfair.exhibition.actions.guards import differences
from everfair.exhibition.models import Exhibitor
from everfair.fair.queries import today_of
from everfair.matchmaking import notices
from everfair.matchmaking.access import roles_on_need
from everfair.matchmaking.actions.guards import announce, lock_need, record, require_version
from everfair.matchmaking.forms.need_values import clean_need
from everfair.matchmaking.models import NEED_STEPS, Need, NeedAudience, NeedSector, Seeker
from everfair.matchmaking.queries.buyers import country_of

State, Audience = Need.State, Need.Audience
MOST_NEEDS = 100  # of one seeker that are not ended
MOST_FIRMS = 50  # chosen to see one need
REASON_LIMIT = 500
UNTOLD = frozenset({"buyer", "source_url", "buyer_country"})  # never in the log: the need may hide its buyer


def save_need(
    seeker: Seeker | None,
    need: Need | None,
    values: Mapping[str, Any],
    *,
    by: Any,
    version: int | None = None,
    now: datetime | None = None,
) -> Need:
    """Make a draft (`need` None) or change a need. Only the named values are touched: see forms.need_values.FIELDS.

    `seeker` None is for needs that nobody here speaks for. Raises EditedMeanwhile, or Refused with a field.
    """
    now = now or timezone.now()
    with transaction.atomic():
        row = _row_to_save(seeker, need)
        require_version(row, version)
        fresh = _cleaned(row, values)
        more = fresh.pop("more_sectors", None)
        before, after = differences(row, fresh)
        was = row.audience
        for name, value in fresh.items():
            setattr(row, name, value)
        if not row.title:
            raise Refused(_("Say what you look for, in one language at least."), field="title")
        if row.seeker is not None:
            row.buyer_country = country_of(row)
        is_new = row.pk is None
        row.version = 1 if is_new else row.version + 1
        row.changed_at = now
        row.save()
        if more is not None:
            _save_sectors(row, more, before, after)
        told = {name: value for name, value in after.items() if name not in UNTOLD}
        old = {name: value for name, value in before.items() if name in told}
        record("made" if is_new else "changed", row, by, {} if is_new else old, _loggable(told))
        if row.state == State.OPEN and row.audience == Audience.CHOSEN and was != row.audience:
            _tell_chosen(row)
        announce(row, "changed")
    if need is not None:
        need.refresh_from_db()
        return need
    return row


def _loggable(values: Mapping[str, Any]) -> dict[str, Any]:
    """Days as text, long texts by their first words: the log says what changed, not the whole of it."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        if name == "description":
            found[name] = {code: text[:120] for code, text in value.items()}
        else:
            found[name] = value.isoformat() if hasattr(value, "isoformat") else value
    return found


def _row_to_save(seeker: Seeker | None, need: Need | None) -> Need:
    if need is not None:
        return lock_need(need)
    if seeker is None:
        raise Refused(_("A need belongs to somebody who looks for something."))
    held = Need.objects.filter(seeker=seeker).exclude(state__in=(State.FILLED, State.CLOSED)).count()
    if held >= MOST_NEEDS:
        raise Refused(_("You have %(count)d needs. Close one that is settled first.") % {"count": MOST_NEEDS})
    return Need(edition=seeker.edition, seeker=seeker)


def _cleaned(row: Need, values: Mapping[str, Any]) -> dict[str, Any]:
    """Together with what the row holds, so that a budget or a span of days is judged as a whole."""
    pairs = {"budget_from", "budget_to", "currency", "starts_on", "ends_on"}
    whole = (
        {name: getattr(row, name) for name in pairs} | dict(values) if pairs & set(values) else dict(values)
    )
    if ("title" in whole) != ("description" in whole):
        whole = {"title": row.title, "description": row.description} | whole
    fresh, problems = clean_need(
        whole, edition_id=row.edition_id, today=today_of(row.edition), keeps=row.closes_on
    )
    for field, sentence in problems.items():
        raise Refused(sentence, field=field)
    return fresh


def _save_sectors(row: Need, sectors: Iterable[Any], before: dict[str, Any], after: dict[str, Any]) -> None:
    held = {one.sector_id: one for one in row.more_sectors.select_related("sector")}
    wanted = {sector.pk: sector for sector in sectors if sector.pk != row.sector_id}
    if set(held) == set(wanted):
        return
    before["more_sectors"] = [str(one.sector) for one in held.values()]
    after["more_sectors"] = [str(one) for one in wanted.values()]
    row.more_sectors.exclude(sector__in=wanted).delete()
    NeedSector.objects.bulk_create(
        NeedSector(need=row, sector=one) for pk, one in wanted.items() if pk not in held
    )


# State --------------------------------------------------------------------------------------------------------
def move_need(need: Need, target: str, *, by: Any, reason: str = "", now: datetime | None = None) -> Need:
    """Take the need along its chart: open, draft, filled, closed. `by` None is the system, when its last day is over.

    Raises IllegalChange where the chart has no such step for this person, Refused where something is missing.
    """
    now = now or timezone.now()
    reason = clean_text(reason)[:REASON_LIMIT]
    with transaction.atomic():
        row = lock_need(need)
        labels = {str(value): str(label) for value, label in State.choices}
        step = require_step(NEED_STEPS, row.state, target, labels)
        roles = {"system"} if by is None else roles_on_need(by, row)
        if not step.roles & roles:
            raise IllegalChange(_("This step is not yours to take."))
        before, was = row.state, row.opened_at
        if target == State.OPEN:
            _require_openable(row)
            row.opened_at, row.ended_at = now, None
        elif target in (State.FILLED, State.CLOSED):
            row.ended_at = now
        row.state = target
        row.version += 1
        row.changed_at = now
        row.save(update_fields=["state", "opened_at", "ended_at", "changed_at", "version", "closes_on"])
        what = {State.OPEN: "reopened" if was else "opened", State.DRAFT: "taken_back"}.get(
            State(target), target
        )
        record(what, row, by, {"state": before}, {"state": target}, reason)
        if target == State.OPEN and row.audience == Audience.CHOSEN:
            _tell_chosen(row)
        if before == State.OPEN:
            notices.tell_ended(row, reason=reason, by=by)
        announce(row, "opened" if target == State.OPEN else "ended")
    need.refresh_from_db()
    return need


def _require_openable(row: Need) -> None:
    if not row.title:
        raise Refused(_("Say what you look for, in one language at least."), field="title")
    if not row.edition.is_public:
        raise Refused(_("The fair is not announced yet. Your draft is kept until it is."))
    if row.edition.phase == "archived":
        raise Refused(_("This edition is archived. Say what you look for in the present one."))
    if row.closes_on is not None and row.closes_on < today_of(row.edition):
        raise Refused(_("The last day on the board is over. Choose a later one first."), field="closes_on")
    if row.audience == Audience.CHOSEN and not row.chosen.exists():
        raise Refused(_("Choose at least one firm first: so far nobody could see it."), field="audience")


def close_due(now: datetime | None = None) -> int:
    """Take needs off the board whose last day is over, on the fair's clock; how many. Safe to run often and twice."""
    now = now or timezone.now()
    due = Need.objects.filter(state=State.OPEN, closes_on__lte=now.date() + timedelta(days=1)).select_related(
        "edition"
    )
    count = 0
    for need in due.order_by("pk"):
        if need.closes_on is None or need.closes_on >= today_of(need.edition, now):
            continue
        try:
            move_need(need, State.CLOSED, by=None, now=now)
        except IllegalChange:  # its owner was quicker
            continue
        count += 1
    return count


# Who may see it -----------------------------------------------------------------------------------------------
def end_needs_of(user: Any, *, now: datetime | None = None) -> int:
    """Take every need of somebody who erases their account off the board; how many."""
    rows = Need.objects.filter(seeker__user=user, state=State.OPEN).select_related("edition", "seeker")
    for need in rows.order_by("pk"):
        move_need(need, State.CLOSED, by=user, now=now)
    return len(rows)


def choose_firms(
    need: Need, *, by: Any, add: Iterable[Exhibitor] = (), remove: Iterable[Exhibitor] = ()
) -> Need:
    """Firms that may see a need kept for chosen ones. Who is added to an open need is told; who is removed is not."""
    with transaction.atomic():
        row = lock_need(need)
        if row.state in (State.FILLED, State.CLOSED):
            raise Refused(_("This need has ended. Open it again before you choose firms."))
        held = set(row.chosen.values_list("exhibitor_id", flat=True))
        fresh = _addable(row, [firm for firm in add if firm.pk not in held])
        gone = {firm.pk: firm for firm in remove if firm.pk in held}
        if len(held) + len(fresh) - len(gone) > MOST_FIRMS:
            raise Refused(
                _("At most %(count)d firms fit. To ask more, put it on the board.") % {"count": MOST_FIRMS}
            )
        if (
            gone
            and row.state == State.OPEN
            and row.audience == Audience.CHOSEN
            and held == set(gone)
            and not fresh
        ):
            raise Refused(
                _("That was the last firm that can see it. Close the need instead, or choose another first.")
            )
        NeedAudience.objects.bulk_create(NeedAudience(need=row, exhibitor=firm) for firm in fresh)
        row.chosen.filter(exhibitor__in=gone).delete()
        if fresh or gone:
            # which firms is between the two sides: the log only counts
            record(
                "firms_chosen", row, by, {"firms": len(held)}, {"firms": len(held) + len(fresh) - len(gone)}
            )
            if row.state == State.OPEN and row.audience == Audience.CHOSEN:
                notices.tell_chosen(row, fresh)
            announce(row, "changed")
    return need


def _addable(row: Need, firms: list[Exhibitor]) -> list[Exhibitor]:
    own = row.seeker.exhibitor_id if row.seeker is not None else None
    for firm in firms:
        if firm.edition_id != row.edition_id or firm.state != Exhibitor.State.PUBLISHED:
            raise Refused(
                _("%(firm)s is not open at this fair.") % {"firm": pick(firm.organisation.name, "en")}
            )
        if firm.pk == own:
            raise Refused(_("That is your own firm."))
    return firms


def _tell_chosen(row: Need) -> None:
    chosen = row.chosen.select_related("exhibitor__organisation", "exhibitor__edition")
    notices.tell_chosen(row, [one.exhibitor for one in chosen])
