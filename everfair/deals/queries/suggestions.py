"""Whom a buyer may want to ask: firms that answered their need, then those their matches put first. Reads only."""

from everfair.deals.models import Inquiry
from everfair.exhibition.models import Exhibitor
from everfair.matchmaking.models import Need, NeedAnswer, Recommendation

MOST = 8


def firms_for(inquiry: Inquiry) -> list[Exhibitor]:
    """At most eight open firms, without those asked or chosen. Four queries; none for an inquiry about no need."""
    need = inquiry.need
    if need is None:
        return []
    taken = set(inquiry.negotiations.values_list("firm_id", flat=True))
    taken |= set(inquiry.chosen.values_list("firm_id", flat=True))
    keys = [key for key in dict.fromkeys([*_answered(need), *_matched(need)]) if key not in taken]
    rows = Exhibitor.objects.filter(pk__in=keys[: 3 * MOST], edition=inquiry.edition_id)
    found = {
        row.pk: row
        for row in rows.filter(state=Exhibitor.State.PUBLISHED).select_related("organisation", "edition")
    }
    return [found[key] for key in keys if key in found and found[key].pk != inquiry.buyer_firm_id][:MOST]


def _answered(need: Need) -> list[int]:
    rows = NeedAnswer.objects.filter(need=need, withdrawn_at=None).order_by("at")
    return list(rows.values_list("exhibitor_id", flat=True))


def _matched(need: Need) -> list[int]:
    kept = Recommendation.objects.filter(seeker=need.seeker_id, kind="exhibitor").first()
    return [row[0] for row in (kept.rows if kept is not None else [])][: 2 * MOST]
