"""What waits for a person's word, for My fair: agreements, quotations, outcomes. Leads to the one thing, or to the list of several."""

from typing import Any

from django.urls import reverse

from everfair.agreements.queries.waiting import to_confirm
from everfair.deals.queries.waiting import quotations_to_answer
from everfair.outcomes.queries.waiting import waiting_for


def waiting_of(user: Any, edition: Any) -> list[tuple[str, int, str]]:
    """(what, how many, where to) for visitor/people/waiting.html; only of what there is. Three queries."""
    outcomes = waiting_for(user, edition)
    found: list[tuple[str, list[Any]]] = [
        ("agreement", [(code,) for code in to_confirm(user, edition)]),
        ("quotation", quotations_to_answer(user, edition)),
        ("outcome", [(code,) for code in outcomes.to_confirm]),
        ("follow_up", [(code,) for code in outcomes.to_answer]),
    ]
    return [(what, len(codes), _address(what, edition.slug, codes)) for what, codes in found if codes]


def _address(what: str, slug: str, codes: list[Any]) -> str:
    if what == "agreement":
        if len(codes) == 1:
            return reverse("visitor:agreements.agreement_show", args=[slug, *codes[0]])
        return reverse("visitor:agreements.agreement_list", args=[slug]) + "?state=offered"
    if what == "quotation":
        if len(codes) == 1:
            return reverse("visitor:deals.quotation_show", args=[slug, *codes[0]])
        return reverse("visitor:deals.quotation_list", args=[slug]) + "?state=waiting"
    if len(codes) == 1:
        return reverse("visitor:outcomes.outcome_show", args=[slug, *codes[0]])
    return reverse("visitor:outcomes.outcome_list", args=[slug])
