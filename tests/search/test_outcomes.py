"""Outcomes in the site's search, in both languages: made of the public record, so what is held back finds nothing."""

from typing import Any

import pytest
from django.test import Client

from everfair.outcomes.actions.confirming import change_consent
from everfair.outcomes.actions.deciding import withdraw_outcome
from everfair.search.actions import follow_changes, index_if_missing
from everfair.search.queries import search_edition
from tests.factories.outcomes import make_outcome, make_published, organiser_of, signer_of

pytestmark = pytest.mark.django_db(transaction=True)  # changes of a running transaction are not yet followed


def found(edition: Any, text: str) -> set[str]:
    return {hit.key for hit in search_edition(edition, text, kinds=("outcome",)).hits}


def test_public_outcomes_are_found_in_both_languages_and_leave_with_what_is_held_back() -> None:
    outcome = make_published(
        title={"en": "Cranes for two ports", "zh": "两港起重机"}, summary={"en": "Gantries with solar roofs"}
    )
    edition, key = outcome.edition, f"outcome:{outcome.pk}"
    make_outcome(edition, title={"en": "Cranes not yet public"})
    party = outcome.parties.first()
    assert party is not None
    index_if_missing()
    for words in ("crane", "起重机", "solar gantry", outcome.code, party.name["en"]):
        assert found(edition, words) == {key}, words
    page = Client().get(f"/zh/{edition.slug}/search/?q=起重机&kind=outcome").content.decode()
    assert f"/zh/{edition.slug}/outcomes/{outcome.code}/" in page
    assert outcome.code in Client().get(f"/en/{edition.slug}/suggest/?q=Cranes+for").content.decode()
    change_consent(party, ["day"], by=signer_of(party.exhibitor))
    follow_changes()
    assert found(edition, "cranes") == {key}
    for words in ("gantries", party.name["en"]):
        assert key not in found(edition, words), words
    withdraw_outcome(outcome, {"en": "Void."}, by=organiser_of(edition))
    follow_changes()
    assert found(edition, "cranes") == set()
