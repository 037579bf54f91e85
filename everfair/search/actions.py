"""What people and the follower do in the search room: edit synonyms, follow changes, rebuild the index."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from everfair.base import audit
from everfair.base.changes import changes_after, last_position, note_change
from everfair.base.models import Change
from everfair.base.refusals import Refused
from everfair.exhibition.models import Exhibitor, Offer
from everfair.fair import access as fair_access
from everfair.fair.models import Edition
from everfair.gateways.search import Document, get_engine
from everfair.matchmaking.models import Need
from everfair.programme.models import Session
from everfair.search.bridge import (
    Labels,
    all_documents,
    count_rows,
    exhibitor_documents,
    need_documents,
    offer_documents,
    outcome_documents,
    session_documents,
)
from everfair.search.models import SynonymGroup
from everfair.search.queries.synonyms import default_synonyms, forget_synonyms

log = logging.getLogger(__name__)

Progress = Callable[[int, int], None]
BATCH = 2000  # changes applied in one go
MOST_ONE_BY_ONE = 20_000  # rows touched by one change; more are quicker in a rebuild
MOST_TERMS = 20
LONGEST_TERM = 80


# -- synonyms ------------------------------------------------------------------------------------------


def save_synonyms(
    edition: Edition,
    terms: Mapping[str, Sequence[str]],
    *,
    by: Any,
    sector_code: str = "",
    group: SynonymGroup | None = None,
    default_key: str = "",
    is_on: bool = True,
) -> SynonymGroup:
    """Add a group, change one, or (with `default_key`) put an own version in place of a built-in group."""
    fair_access.require(by, "administer", edition)
    clean = _clean_terms(terms)
    if default_key and default_key not in {one.default_key for one in default_synonyms()}:
        raise Refused(_("There is no such built-in group of synonyms."))
    with transaction.atomic():
        if group is None and default_key:
            group = SynonymGroup.objects.filter(edition=edition, default_key=default_key).first()
        before = {"terms": group.terms, "is_on": group.is_on} if group else {}
        row = group or SynonymGroup(edition=edition, default_key=default_key)
        row.terms, row.sector_code, row.is_on, row.changed_at = clean, sector_code[:20], is_on, timezone.now()
        row.save()
        after = {"terms": clean, "is_on": is_on}
        audit.record("search.synonyms.saved", row, by=by, edition_id=edition.pk, before=before, after=after)
        note_change("search.synonyms", row.pk, edition.pk)
        transaction.on_commit(forget_synonyms)
    return row


def switch_default_synonyms(edition: Edition, default_key: str, is_on: bool, *, by: Any) -> None:
    """Switch a built-in group off for an edition, or on again."""
    default = next((one for one in default_synonyms() if one.default_key == default_key), None)
    if default is None:
        raise Refused(_("There is no such built-in group of synonyms."))
    row = SynonymGroup.objects.filter(edition=edition, default_key=default_key).first()
    terms: Mapping[str, Sequence[str]] = row.terms if row else default.terms
    save_synonyms(
        edition, terms, by=by, sector_code=default.sector_code, default_key=default_key, is_on=is_on
    )


def delete_synonyms(group: SynonymGroup, *, by: Any) -> None:
    """Take a group away; where it stood for a built-in one, that one is back as it came."""
    if group.edition is None:
        raise Refused(_("This group belongs to all editions and cannot be deleted here."))
    fair_access.require(by, "administer", group.edition)
    with transaction.atomic():
        before = {"terms": group.terms, "is_on": group.is_on}
        audit.record("search.synonyms.deleted", group, by=by, edition_id=group.edition_id, before=before)
        note_change("search.synonyms", group.pk, group.edition_id)
        group.delete()
        transaction.on_commit(forget_synonyms)


def _clean_terms(terms: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    clean = {
        language: list(
            dict.fromkeys(text for text in (" ".join(str(term).split()) for term in given) if text)
        )
        for language, given in terms.items()
    }
    clean = {language: given for language, given in clean.items() if given}
    every = [term for given in clean.values() for term in given]
    if len(every) < 2:
        raise Refused(_("A group needs at least two words or phrases that mean the same."), field="terms")
    if len(every) > MOST_TERMS:
        raise Refused(
            _("A group holds at most %(count)d words and phrases.") % {"count": MOST_TERMS}, field="terms"
        )
    too_long = next((term for term in every if len(term) > LONGEST_TERM), None)
    if too_long:
        raise Refused(
            _("“%(term)s” is longer than %(count)d characters.") % {"term": too_long, "count": LONGEST_TERM},
            field="terms",
        )
    return clean


# -- the index -----------------------------------------------------------------------------------------


def reindex(progress: Progress | None = None) -> int:
    """Build the index anew from all rows while the old one serves; gives the number of documents.

    `progress(done, total)` is called now and then. Changes made meanwhile are followed afterwards.
    """
    position = last_position()
    return get_engine().rebuild(_counted(all_documents(), progress), position)


def _counted(documents: Iterable[Document], progress: Progress | None) -> Iterator[Document]:
    total = count_rows() if progress else 0
    done = 0
    for document in documents:
        yield document
        done += 1
        if progress and done % 500 == 0:
            progress(min(done, total), max(done, total))
    if progress:
        progress(done or 1, done or 1)


def index_if_missing() -> bool:
    """Build the index where there is none that can be used; gives whether it did."""
    if get_engine().position() is not None:
        return False
    reindex()
    return True


def follow_changes(most: int = BATCH) -> int:
    """Bring the index up to the newest change, a batch at a time; gives how many changes were applied."""
    engine = get_engine()
    applied = 0
    while True:
        position = engine.position()
        if position is None or _is_lost(position):
            reindex()
            return applied
        changes = changes_after(position, most)
        if not changes:
            return applied
        touched, is_whole = _touched(changes)
        if is_whole or sum(map(len, touched.values())) > MOST_ONE_BY_ONE:
            reindex()
        else:
            _apply(touched, changes[-1].id)
        applied += len(changes)
        if len(changes) < most:
            return applied


def _is_lost(position: int) -> bool:
    """Whether changes after the index's position were already forgotten, or the database is another one."""
    newest = Change.objects.order_by("-id").values_list("id", flat=True).first() or 0
    if position > newest:
        return True
    oldest = Change.objects.order_by("id").values_list("id", flat=True).first()
    return bool(position and oldest and oldest > position + 1)


def _touched(changes: Sequence[Change]) -> tuple[dict[str, set[int]], bool]:
    """Kind of document → ids of the rows to read again; and whether everything has to be."""
    keys: dict[str, set[int]] = {}
    for change in changes:
        keys.setdefault(change.topic, set()).add(change.key)
    exhibitors = set(keys.get("exhibition.exhibitor", ()))
    offers = set(keys.get("exhibition.offer", ()))
    needs = set(keys.get("matchmaking.need", ()))
    sessions = set(keys.get("programme.session", ()))
    rows = Exhibitor.objects.all()
    for topic, name in (
        ("people.organisation", "organisation_id__in"),
        ("fair.area", "area_id__in"),
        ("fair.sector", "sector_id__in"),
    ):
        if topic in keys:
            exhibitors.update(rows.filter(**{name: keys[topic]}).values_list("pk", flat=True))
    if "people.organisation" in keys:
        of_firms = Need.objects.filter(seeker__exhibitor__organisation__in=keys["people.organisation"])
        needs.update(of_firms.values_list("pk", flat=True))
    if "fair.sector" in keys:
        changed = keys["fair.sector"]
        of_sector = Offer.objects.filter(sector_id__in=changed)
        offers.update(of_sector.values_list("pk", flat=True)[: MOST_ONE_BY_ONE + 1])
        sought = Need.objects.filter(Q(sector_id__in=changed) | Q(more_sectors__sector__in=changed))
        needs.update(sought.values_list("pk", flat=True)[: MOST_ONE_BY_ONE + 1])
        in_sector = Session.objects.filter(sectors__in=changed)
        sessions.update(in_sector.values_list("pk", flat=True)[: MOST_ONE_BY_ONE + 1])
    outcomes = set(keys.get("outcomes.outcome", ()))
    touched = {
        "exhibitor": exhibitors, "offer": offers, "need": needs, "session": sessions, "outcome": outcomes,
    }  # fmt: skip
    return touched, "exhibition.catalogue" in keys


def _apply(touched: Mapping[str, set[int]], position: int) -> None:
    """Read the rows again; what is no longer public leaves the index."""
    exhibitors, offers, needs, sessions = (
        touched[kind] for kind in ("exhibitor", "offer", "need", "session")
    )
    if exhibitors:  # an exhibitor's name, country, hall and state stand in its offers' documents too
        of_firms = Offer.objects.filter(exhibitor_id__in=exhibitors)
        offers = offers | set(of_firms.values_list("pk", flat=True))
        hosted = Session.objects.filter(exhibitor_id__in=exhibitors)
        sessions = sessions | set(hosted.values_list("pk", flat=True))
    labels = Labels() if exhibitors or offers or needs or sessions else None
    upserts = [
        *exhibitor_documents(sorted(exhibitors), labels),
        *offer_documents(sorted(offers), labels),
        *need_documents(sorted(needs), labels),
        *session_documents(sorted(sessions), labels),
        *outcome_documents(sorted(touched["outcome"])),
    ]
    there = {document.key for document in upserts}
    read = {
        "exhibitor": exhibitors, "offer": offers, "need": needs, "session": sessions, "outcome": touched["outcome"],
    }  # fmt: skip
    wanted = {f"{kind}:{pk}" for kind, keys in read.items() for pk in keys}
    get_engine().apply(upserts, sorted(wanted - there), position)
