"""A refresh: learns across languages anew, then ranks for everybody, in parts; it goes on where it stood after a restart."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from everfair.base import audit
from everfair.base.refusals import Refused
from everfair.engines.matching import FairnessReport, suspects
from everfair.fair.models import Edition
from everfair.matchmaking.bridge import embedding, learning
from everfair.matchmaking.bridge.matcher import matchers
from everfair.matchmaking.bridge.ranking import Ranked, ranked, rules_of
from everfair.matchmaking.models import ModelVersion, Recommendation, Refresh, Seeker

RESTS = timedelta(hours=1)
PART = 512  # seekers ranked and kept at a time
THREADS = 2
MOST_SUSPECTS = 50
OF_FIRMS = ("exhibitor", "need", "person")  # of people, those who agreed to be shown
OF_VISITORS = ("exhibitor", "person")
ADDED = ("lists", "places", "due", "before", "after", "changed")


def start_refresh(edition: Edition, *, learns: bool = True, by: Any, now: datetime | None = None) -> Refresh:
    """Put a refresh down; a worker takes it up. Refused while one waits or runs, or where suggestions are switched off."""
    now = now or timezone.now()
    if not rules_of(edition).is_open:
        raise Refused(_("Suggestions are switched off in this fair. Switch them on first."))
    try:
        with transaction.atomic():
            facts = {"size": learning.size_of(edition)}
            row = Refresh.objects.create(edition=edition, learns=learns, by=by, made_at=now, facts=facts)
            audit.record("matchmaking.refresh.started", row, by=by, edition_id=edition.pk, now=now)
    except IntegrityError as error:
        raise Refused(_("A refresh is on its way already. Its progress stands on this page.")) from error
    return row


def start_due(now: datetime | None = None) -> list[Refresh]:
    """Refreshes of living editions that never had one, or that grew by a tenth since the last one.

    At most one an hour and edition: a fair that fills up is not learned from after each booth. Rows are counted, not read.
    """
    now = now or timezone.now()
    started = []
    for edition in Edition.objects.exclude(phase__in=("draft", "archived")):
        last = Refresh.objects.filter(edition=edition).first()
        if last is not None and last.made_at > now - RESTS:
            continue
        size = learning.size_of(edition)
        if size < learning.FEWEST_RECORDS or (last is not None and size < last.facts.get("size", 0) * 1.1):
            continue
        try:
            started.append(start_refresh(edition, by=None, now=now))
        except Refused:
            continue
    return started


def stop_refresh(refresh: Refresh, *, by: Any) -> Refresh:
    """Ask it to stop; what it has ranked by then stays, and one that waits ends at once. Refused when it has ended."""
    rows = Refresh.objects.filter(pk=refresh.pk)
    waited = rows.filter(state=Refresh.State.WAITING).update(
        stop_asked=True, state=Refresh.State.STOPPED, ended_at=timezone.now()
    )
    asked = waited or rows.filter(state=Refresh.State.RUNNING).update(stop_asked=True)
    if not asked:
        raise Refused(_("This refresh has ended already."))
    audit.record("matchmaking.refresh.stopped", refresh, by=by, edition_id=refresh.edition_id)
    refresh.refresh_from_db()
    return refresh


def find_refresh(refresh_id: int) -> Refresh | None:
    """The refresh, if it is still there."""
    return Refresh.objects.select_related("edition").filter(pk=refresh_id).first()


def carry_out(refresh: Refresh, *, now: datetime | None = None) -> Refresh:
    """Learn, rank for everybody, keep. Called again after a crash it goes on after the last part that was kept."""
    if not _take(refresh):
        return refresh
    began = monotonic()
    try:
        if refresh.learns and not refresh.facts.get("learned"):
            version = learn_version(refresh.edition, by=refresh.by)
            refresh.facts["learned"] = version.number if version is not None else 0
        _rank_everybody(refresh, now)
        state = Refresh.State.STOPPED if refresh.stop_asked else Refresh.State.DONE
        refresh.facts["suspects"] = _suspects(refresh.edition)
    except Exception as error:
        _end(refresh, Refresh.State.FAILED, str(error)[:500])
        raise
    refresh.facts["seconds"] = round(refresh.facts.get("seconds", 0) + monotonic() - began, 1)
    return _end(refresh, state)


def _take(refresh: Refresh) -> bool:
    """The queue gives a task to one worker at a time; of a worker that died, to the next one, which goes on."""
    now = timezone.now()
    begun = Refresh.objects.filter(pk=refresh.pk, state=Refresh.State.WAITING).update(
        state=Refresh.State.RUNNING, started_at=now, seen_at=now, total=_everybody(refresh.edition).count()
    )
    refresh.refresh_from_db()
    return bool(begun) or refresh.state == Refresh.State.RUNNING


def _everybody(edition: Edition) -> Any:
    return Seeker.objects.filter(edition=edition)


def _rank_everybody(refresh: Refresh, now: datetime | None) -> None:
    edition = refresh.edition
    while not refresh.stop_asked:
        rows = (
            _everybody(edition)
            .filter(pk__gt=refresh.position)
            .select_related("user", "exhibitor__organisation")
        )
        part = list(rows.order_by("pk")[:PART])
        if not part:
            return
        moment = now or timezone.now()
        visitors = [one for one in part if one.exhibitor_id is None]
        firms = [one for one in part if one.exhibitor_id is not None]
        for seekers, kinds in ((visitors, OF_VISITORS), (firms, OF_FIRMS)):
            for kind in kinds:
                if seekers:
                    found = ranked(
                        edition,
                        seekers,
                        kind,
                        moment,
                        wait=True,
                        threads=THREADS,
                        tell=(lambda one: _add(refresh, one)) if kind == "exhibitor" else None,
                    )
                    keep_many(seekers, kind, found or [], moment)
        refresh.position = part[-1].pk
        refresh.done += len(part)
        Refresh.objects.filter(pk=refresh.pk).update(
            position=refresh.position, done=refresh.done, facts=refresh.facts, seen_at=timezone.now()
        )
        refresh.stop_asked = Refresh.objects.values_list("stop_asked", flat=True).get(pk=refresh.pk)


def keep_many(seekers: Sequence[Seeker], kind: str, found: Sequence[Ranked], now: datetime) -> None:
    """Replace what is kept of these seekers, in one transaction."""
    with transaction.atomic():
        Recommendation.objects.filter(seeker__in=[one.pk for one in seekers], kind=kind).delete()
        Recommendation.objects.bulk_create(
            [
                Recommendation(seeker=seeker, kind=kind, rows=one.rows, model_id=one.version.pk, made_at=now)
                for seeker, one in zip(seekers, found, strict=True)
            ],
            batch_size=500,
        )


def _add(refresh: Refresh, report: FairnessReport) -> None:
    """Sum up what fairness did over all parts; means are weighted by places."""
    told = asdict(report)
    sums = refresh.facts.setdefault("fairness", {})
    before, more = sums.get("places", 0), told["places"]
    for name in ("cost", "uneven_before", "uneven_after"):
        sums[name] = (sums.get(name, 0.0) * before + told[name] * more) / max(before + more, 1)
    sums["largest_cost"] = max(sums.get("largest_cost", 0.0), told["largest_cost"])
    for name in ADDED:
        sums[name] = sums.get(name, 0) + told[name]
    sums["candidates"], sums["protected"] = told["candidates"], told["protected"]


def _suspects(edition: Edition) -> list[dict[str, Any]]:
    """Firms that state so much that it can hardly be true, for the organiser's report."""
    version, _other = learning.versions_of(edition, rules_of(edition))
    index = matchers.index(edition, "exhibitor", version.model, version.number, wait=True)
    assert index is not None  # it was waited for
    return [asdict(one) for one in suspects(index)[:MOST_SUSPECTS]]


def _end(refresh: Refresh, state: str, error: str = "") -> Refresh:
    refresh.state, refresh.error, refresh.ended_at = state, error, timezone.now()
    refresh.save(update_fields=["state", "error", "ended_at", "facts", "done", "position"])
    return refresh


def learn_version(edition: Edition, *, by: Any, options: dict[str, Any] | None = None) -> ModelVersion | None:
    """Learn from the edition's bilingual records and make the new version the active one; None where there are too few.

    Learning takes its time and holds nothing up; the file is written before the row: a version without a file is never seen.
    """
    records = list(learning.bilingual_records(edition))
    if len(records) < learning.FEWEST_RECORDS:
        return None
    data, facts = learning.learned_from(edition, records)
    with transaction.atomic():
        Edition.objects.select_for_update(of=("self",), no_key=True).get(pk=edition.pk)
        newest = ModelVersion.objects.filter(edition=edition).aggregate(newest=Max("number"))["newest"] or 0
        kept = embedding.vectors_in_use(edition)  # what is fetched from outside is not learned anew
        options = {**kept, **(options or {})}
        row = ModelVersion(edition=edition, number=newest + 1, options=options, facts=facts)
        row.digest = learning.put_away(row, data)
        ModelVersion.objects.filter(edition=edition, is_active=True).update(is_active=False)
        row.is_active = True
        row.save()
        audit.record("matchmaking.version.learned", row, by=by, edition_id=edition.pk, after=row.facts)
    return row
