"""The organiser's rules of meetings: how they are held, hours and the slots made from them, kinds' rules, blocked pairs.

What a rule means for somebody who asks is in requests and limits.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from everfair.base import audit
from everfair.base.changes import note_change
from everfair.base.refusals import EditedMeanwhile, Refused
from everfair.exhibition.models import Exhibitor
from everfair.fair.actions.saving import plain, require_valid, set_fields
from everfair.fair.models import BadgeKind, Edition
from everfair.meetings.models import BlockedPair, KindRule, Meeting, MeetingRules, Participant, Slot
from everfair.meetings.queries.ground import DayHours, most_slots_a_day

FIELDS = (
    "is_open",
    "buffer",
    "walking",
    "answer_hours",
    "hand_on_hours",
    "wishes_open_at",
    "wishes_close_at",
    "visitor_musts",
    "firm_musts",
    "languages",
)
LIMITS = ("most_sent", "most_received", "most_a_day")
MOST_SLOTS = 2000  # of an edition


@transaction.atomic
def save_rules(edition: Edition, values: Mapping[str, Any], *, by: Any) -> MeetingRules:
    """Say how meetings are held. `values`: any of FIELDS, `version`. The row is made with the first saving."""
    row = _locked_rules(edition, values)
    before, after = set_fields(row, values, FIELDS)
    _require_sense(row)
    require_valid(row, exclude=["edition"])
    _keep(row, before, after, by)
    return row


@transaction.atomic
def make_slots(edition: Edition, values: Mapping[str, Any], *, by: Any) -> tuple[int, int]:
    """Slots out of hours: `minutes`, `pause`, `hours` (a list of DayHours, one a day), `version`.

    Slots that stay the same stay; others go, unless a meeting was made in one: then nothing changes and the refusal
    names the times. Gives (made, removed).
    """
    row = _locked_rules(edition, values)
    hours: Sequence[DayHours] = values["hours"]
    typed = {"minutes": values["minutes"], "pause": values["pause"], "hours": _as_kept(edition, hours)}
    before, after = set_fields(row, typed, typed)
    require_valid(row, exclude=["edition"])
    wanted = _wanted_slots(edition, row, hours)
    held = {
        (slot.starts_at, slot.ends_at): slot
        for slot in Slot.objects.select_for_update().filter(edition=edition)
    }
    gone = [slot for key, slot in held.items() if key not in wanted]
    _require_unused(edition, gone)
    Slot.objects.filter(pk__in=[slot.pk for slot in gone]).delete()
    for key, is_lunch in wanted.items():
        if key in held and held[key].is_lunch != is_lunch:
            Slot.objects.filter(pk=held[key].pk).update(is_lunch=is_lunch)
    new = [
        Slot(edition=edition, starts_at=starts, ends_at=ends, is_lunch=is_lunch)
        for (starts, ends), is_lunch in wanted.items()
        if (starts, ends) not in held
    ]
    Slot.objects.bulk_create(new)
    _keep(row, before, after | {"slots": len(wanted)}, by)
    return len(new), len(gone)


def _locked_rules(edition: Edition, values: Mapping[str, Any]) -> MeetingRules:
    MeetingRules.objects.get_or_create(edition=edition)
    row = MeetingRules.objects.select_for_update().get(edition=edition)
    version = values.get("version")
    if version is not None and int(version) != row.version:
        raise EditedMeanwhile(
            _("Somebody else changed the rules meanwhile. Read what they saved, then save again."),
            row.version,
        )
    return row


def _keep(row: MeetingRules, before: dict[str, Any], after: dict[str, Any], by: Any) -> None:
    if not after:
        return
    row.version += 1
    row.save()
    note_change("meetings.rules", row.pk, row.edition_id)
    audit.record(
        "meetings.rules.changed", row.edition, by=by, edition_id=row.edition_id, before=before, after=after
    )


def _require_sense(row: MeetingRules) -> None:
    opens, closes = row.wishes_open_at, row.wishes_close_at
    if opens and closes and closes <= opens:
        raise Refused(_("The round of wishes ends before it begins."), field="wishes_close_at")
    if row.hand_on_hours and row.hand_on_hours >= row.answer_hours:
        raise Refused(
            _("A silent request is handed on before it runs out: choose fewer hours than for the answer."),
            field="hand_on_hours",
        )
    if row.is_open and not Slot.objects.filter(edition=row.edition_id).exists():
        raise Refused(_("There are no slots yet. Say the hours first, then let people ask."), field="is_open")


def _as_kept(edition: Edition, hours: Iterable[DayHours]) -> dict[str, list[str]]:
    """Hours as the row keeps them; refuses what makes no sense, naming the day's field."""
    kept = {}
    for one in hours:
        if not edition.starts_on <= one.day <= edition.ends_on:
            raise Refused(_("This day is not a day of the fair."), field=_field("opens", one.day))
        if one.opens is None and one.closes is None:
            if one.lunch_from or one.lunch_until:
                raise Refused(_("Say from when to when there are meetings."), field=_field("opens", one.day))
            continue
        _require_hours(one)
        times = (one.opens, one.closes, one.lunch_from, one.lunch_until)
        kept[one.day.isoformat()] = [time.strftime("%H:%M") if time else "" for time in times]
    return kept


def _require_hours(one: DayHours) -> None:
    if one.opens is None or one.closes is None:
        name = "opens" if one.opens is None else "closes"
        raise Refused(
            _("Give both times, or neither for a day without meetings."), field=_field(name, one.day)
        )
    if one.closes <= one.opens:
        raise Refused(_("Meetings end before they begin."), field=_field("closes", one.day))
    if (one.lunch_from is None) != (one.lunch_until is None):
        name = "lunch_from" if one.lunch_from is None else "lunch_until"
        raise Refused(_("Lunch needs a beginning and an end."), field=_field(name, one.day))
    if one.lunch_from and one.lunch_until and one.lunch_until <= one.lunch_from:
        raise Refused(_("Lunch ends before it begins."), field=_field("lunch_until", one.day))


def _field(name: str, day: date) -> str:
    return f"{name}_{day.isoformat()}"


def _wanted_slots(
    edition: Edition, rules: MeetingRules, hours: Iterable[DayHours]
) -> dict[tuple[datetime, datetime], bool]:
    """(starts, ends) in UTC → whether it is a lunch slot. Counted in real minutes, so a change of clocks costs none."""
    zone, length = ZoneInfo(edition.time_zone), timedelta(minutes=rules.minutes)
    step = length + timedelta(minutes=rules.pause)
    found: dict[tuple[datetime, datetime], bool] = {}
    for one in hours:
        if one.opens is None or one.closes is None:
            continue
        at = _moment(one.day, one.opens, zone, "opens")
        end = _moment(one.day, one.closes, zone, "closes")
        lunch = None
        if one.lunch_from and one.lunch_until:
            lunch = (
                _moment(one.day, one.lunch_from, zone, "lunch_from"),
                _moment(one.day, one.lunch_until, zone, "lunch_until"),
            )
        if at + length > end:
            raise Refused(
                _("Not one meeting of %(minutes)s minutes fits into these hours.")
                % {"minutes": rules.minutes},
                field=_field("closes", one.day),
            )
        while at + length <= end:
            found[(at, at + length)] = bool(lunch and at < lunch[1] and lunch[0] < at + length)
            at += step
        if len(found) > MOST_SLOTS:
            raise Refused(
                _("That makes more than %(most)s slots. Choose longer meetings or fewer hours.")
                % {"most": MOST_SLOTS},
                field="minutes",
            )
    return found


def _moment(day: date, at: time, zone: ZoneInfo, name: str) -> datetime:
    """A clock time of the fair as an instant. One that the clocks skip is refused; of a repeated one the first is meant."""
    local = datetime.combine(day, at, tzinfo=zone)
    instant = local.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise Refused(
            _("%(time)s does not exist on this day: the clocks are put forward. Choose an hour later.")
            % {"time": at.strftime("%H:%M")},
            field=_field(name, day),
        )
    return instant


def _require_unused(edition: Edition, gone: Iterable[Slot]) -> None:
    """Slots in which a meeting was made stay, cancelled ones too: the record names them."""
    zone = ZoneInfo(edition.time_zone)
    rows = Meeting.objects.filter(slot__in=[slot.pk for slot in gone]).values_list(
        "slot__starts_at", flat=True
    )
    times = sorted(set(rows.order_by()))
    if not times:
        return
    shown = _(", ").join(at.astimezone(zone).strftime("%m-%d %H:%M") for at in times[:5])
    raise Refused(
        ngettext(
            "A meeting was made in %(count)d slot that would go (%(times)s). Keep the hours and the length"
            " in which it stands.",
            "Meetings were made in %(count)d slots that would go (%(times)s …). Keep the hours and the length"
            " in which they stand.",
            len(times),
        )
        % {"count": len(times), "times": shown}
    )


@transaction.atomic
def save_kind_rule(kind: BadgeKind, values: Mapping[str, Any], *, by: Any) -> KindRule:
    """What holders of a kind of badge may ask. `values`: may_ask_exhibitors, may_ask (kinds), LIMITS, `version` (0: no rule yet)."""
    is_new = KindRule.objects.get_or_create(kind=kind)[1]
    row = KindRule.objects.select_for_update().get(kind=kind)
    version = values.get("version")
    if version is not None and int(version) != (0 if is_new else row.version):
        raise EditedMeanwhile(
            _("Somebody else changed this kind's rules meanwhile. Read what they saved, then save again."),
            row.version,
        )
    before, after = set_fields(row, values, ("may_ask_exhibitors", *LIMITS))
    _require_limits(kind.edition, row)
    if "may_ask" in values:
        _set_asked(row, values["may_ask"], before, after)
    if after:
        row.version += 1
        row.save()
        audit.record(
            "meetings.kind.changed", kind, by=by, edition_id=kind.edition_id, before=before, after=after
        )
    return row


def _require_limits(edition: Edition, row: KindRule) -> None:
    slots = Slot.objects.filter(edition=edition).count()
    most = {"most_sent": slots, "most_received": slots, "most_a_day": most_slots_a_day(edition)}
    for name in LIMITS:
        limit = getattr(row, name)
        if limit is None:
            continue
        if limit < 1:
            raise Refused(_("A limit is at least one. Leave it empty for none."), field=name)
        if most[name] and limit > most[name]:
            raise Refused(
                ngettext(
                    "There is only %(count)d slot. Choose at most as many, or leave it empty for no limit.",
                    "There are only %(count)d slots. Choose at most as many, or leave it empty for no limit.",
                    most[name],
                )
                % {"count": most[name]},
                field=name,
            )


def _set_asked(row: KindRule, kinds: Any, before: dict[str, Any], after: dict[str, Any]) -> None:
    chosen = list(kinds or [])
    if any(kind.edition_id != row.kind.edition_id for kind in chosen):
        raise Refused(_("This kind of badge belongs to another edition."), field="may_ask")
    old = {kind.pk: plain(kind) for kind in row.may_ask.all()}
    if set(old) != {kind.pk for kind in chosen}:
        row.may_ask.set(chosen)
        before["may_ask"], after["may_ask"] = sorted(old.values()), sorted(plain(kind) for kind in chosen)


@transaction.atomic
def block_pair(
    a: Participant,
    *,
    other: Participant | None = None,
    exhibitor: Exhibitor | None = None,
    note: str = "",
    by: Any,
) -> BlockedPair:
    """Keep a person apart from another, or from a firm. Neither is told, and no answer betrays it."""
    if (other is None) == (exhibitor is None):
        raise Refused(_("Choose either a person or a firm."), field="other")
    if any(one is not None and one.edition_id != a.edition_id for one in (other, exhibitor)):
        raise Refused(_("They belong to different editions."), field="other")
    if other == a or (exhibitor is not None and a.exhibitor_id == exhibitor.pk):
        raise Refused(_("Nobody can be kept apart from themselves."), field="other")
    rows = BlockedPair.objects.filter(edition_id=a.edition_id)
    known = rows.filter(a=a, b=other, exhibitor=exhibitor)
    if other is not None:
        known = known | rows.filter(a=other, b=a)
    if known.exists():
        raise Refused(_("These two are kept apart already."), field="other")
    row = BlockedPair.objects.create(
        edition_id=a.edition_id, a=a, b=other, exhibitor=exhibitor, note=note[:300]
    )
    _record_pair("blocked", row, by)
    return row


@transaction.atomic
def unblock_pair(row: BlockedPair, *, by: Any) -> None:
    """They may be brought together again."""
    _record_pair("unblocked", row, by)
    row.delete()


def _record_pair(event: str, row: BlockedPair, by: Any) -> None:
    after = {"other": plain(row.b or row.exhibitor), "note": row.note}
    audit.record(f"meetings.pair.{event}", row.a, by=by, edition_id=row.edition_id, after=after)
