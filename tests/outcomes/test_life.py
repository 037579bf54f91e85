"""An outcome's life: prepared, confirmed by every party, verified, published, changed, withdrawn. What is held back stays so."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from everfair.agreements.models import ChainEntry
from everfair.base.charts import IllegalChange
from everfair.base.models import AuditEntry
from everfair.base.refusals import EditedMeanwhile, Refused
from everfair.outcomes.actions.confirming import change_consent, confirm_outcome, refuse_outcome, take_back
from everfair.outcomes.actions.deciding import (
    publish_many,
    publish_outcome,
    send_back,
    verify_outcome,
    withdraw_outcome,
)
from everfair.outcomes.actions.preparing import NewParty, add_link, add_party, remove_party, save_facts
from everfair.outcomes.models import FIELDS, OutcomeVersion
from everfair.outcomes.queries.content import digest_of, without_salt
from tests.factories.outcomes import (
    confirm_all,
    make_firm,
    make_outcome,
    make_published,
    make_signer,
    organiser_of,
    signer_of,
)
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db


def _facts(outcome: Any, **more: Any) -> dict[str, Any]:
    return {
        "kind": outcome.kind, "title": outcome.title, "summary": outcome.summary, "worth": outcome.worth,
        "value_from": outcome.value_from, "value_to": outcome.value_to, "currency": outcome.currency,
        "agreed_on": outcome.agreed_on, "sectors": [], **more,
    }  # fmt: skip


def test_it_is_confirmed_once_every_party_confirmed() -> None:
    outcome = make_outcome()
    first, second = outcome.parties.all()
    assert not confirm_outcome(first, FIELDS, by=signer_of(first.exhibitor))
    outcome.refresh_from_db()
    assert outcome.state == "prepared"
    assert confirm_outcome(second, FIELDS, by=signer_of(second.exhibitor))
    outcome.refresh_from_db()
    assert outcome.state == "confirmed"
    assert confirm_outcome(second, (), by=signer_of(second.exhibitor))  # once more changes nothing
    second.refresh_from_db()
    assert second.consent == list(FIELDS)


@pytest.mark.parametrize("role", ["booth_staff", "lead_only"])
def test_booth_staff_and_leads_only_members_confirm_nothing(role: str) -> None:
    outcome = make_outcome()
    party = outcome.parties.first()
    assert party is not None
    with pytest.raises(IllegalChange):
        confirm_outcome(party, FIELDS, by=make_signer(party.exhibitor, role))


def test_nobody_confirms_for_another_party() -> None:
    outcome = make_outcome()
    first, second = outcome.parties.all()
    with pytest.raises(IllegalChange):
        confirm_outcome(first, FIELDS, by=signer_of(second.exhibitor))
    with pytest.raises(IllegalChange):
        confirm_outcome(first, FIELDS, by=organiser_of(outcome.edition))


def test_a_text_that_changed_meanwhile_is_not_confirmed_unseen() -> None:
    outcome = make_outcome()
    party = outcome.parties.first()
    assert party is not None
    read = outcome.version
    save_facts(outcome, _facts(outcome, title={"en": "Another"}), by=signer_of(party.exhibitor))
    with pytest.raises(EditedMeanwhile):
        confirm_outcome(party, FIELDS, by=signer_of(party.exhibitor), version=read)


def test_a_change_is_confirmed_anew_by_all_and_the_public_record_stays_until_then() -> None:
    outcome = make_published()
    firm = outcome.parties.first().exhibitor  # type: ignore[union-attr]
    old = outcome.title["en"]
    save_facts(outcome, _facts(outcome, title={"en": "Corrected"}), by=signer_of(firm))
    assert outcome.state == "prepared"
    assert not outcome.parties.filter(confirmed_at__isnull=False).exists()
    assert outcome.is_public
    assert outcome.public is not None
    assert outcome.public.content["title"]["en"] == old
    by = organiser_of(outcome.edition)
    publish_outcome(verify_outcome(confirm_all(outcome), by=by), by=by)
    assert outcome.public.number == 2
    assert outcome.public.content["title"] == {"en": "Corrected"}
    assert [version.number for version in outcome.versions.all()] == [1, 2]


def test_a_field_is_public_only_when_every_party_agreed() -> None:
    outcome = make_outcome()
    first, second = outcome.parties.all()
    confirm_outcome(first, FIELDS, by=signer_of(first.exhibitor))
    confirm_outcome(second, [f for f in FIELDS if f != "value"], by=signer_of(second.exhibitor))
    by = organiser_of(outcome.edition)
    outcome.refresh_from_db()
    content = publish_outcome(verify_outcome(outcome, by=by), by=by).public.content  # type: ignore[union-attr]
    assert "value" not in content
    assert content["held"] == ["value"]
    assert "1000" not in str(content)
    assert {"names", "countries", "day"} <= set(content)


def test_what_a_party_takes_back_leaves_the_public_record_at_once() -> None:
    outcome = make_published()
    party = outcome.parties.first()
    assert party is not None
    change_consent(party, ["summary"], by=signer_of(party.exhibitor))
    outcome.refresh_from_db()
    assert outcome.public is not None
    assert set(outcome.public.content) & set(FIELDS) == {"summary"}
    change_consent(party, FIELDS, by=signer_of(party.exhibitor))
    outcome.refresh_from_db()
    assert outcome.public.number == 3
    assert "names" in outcome.public.content


def test_it_is_taken_back_also_while_a_change_is_prepared() -> None:
    outcome = make_published()
    party = outcome.parties.first()
    assert party is not None
    by = signer_of(party.exhibitor)
    save_facts(outcome, _facts(outcome, title={"en": "Not yet public"}), by=by)
    party = outcome.parties.get(pk=party.pk)
    change_consent(party, ["day"], by=by)
    outcome.refresh_from_db()
    assert outcome.public is not None
    assert outcome.public.content["title"]["en"] != "Not yet public"
    assert set(outcome.public.content) & set(FIELDS) == {"day"}


def test_confirming_with_less_takes_it_off_the_public_record_at_once() -> None:
    outcome = make_published(value_from="777777")
    first, second = outcome.parties.all()
    save_facts(outcome, _facts(outcome, title={"en": "Not yet public"}), by=signer_of(first.exhibitor))
    confirm_outcome(first, FIELDS, by=signer_of(first.exhibitor))
    outcome.refresh_from_db()
    assert outcome.public is not None
    assert outcome.public.number == 1  # nothing to take off
    confirm_outcome(second, [f for f in FIELDS if f != "value"], by=signer_of(second.exhibitor))
    outcome.refresh_from_db()
    assert "value" not in outcome.public.content
    assert outcome.public.content["held"] == ["value"]
    assert outcome.public.content["title"]["en"] != "Not yet public"
    assert "names" in outcome.public.content
    change_consent(second, FIELDS, by=signer_of(second.exhibitor))
    outcome.refresh_from_db()
    assert "value" not in outcome.public.content  # until the change is published


def test_what_is_public_against_a_partys_word_goes_when_it_says_so_again() -> None:
    outcome = make_published(value_from="777777")
    party = outcome.parties.first()
    assert party is not None
    less = [f for f in FIELDS if f != "value"]
    outcome.parties.filter(pk=party.pk).update(consent=less)  # as it was left by an earlier fault
    party.refresh_from_db()
    change_consent(party, less, by=signer_of(party.exhibitor))
    outcome.refresh_from_db()
    assert outcome.public is not None
    assert "value" not in outcome.public.content


def test_a_party_of_a_draft_does_not_narrow_what_is_public() -> None:
    outcome = make_published()
    by = signer_of(outcome.parties.first().exhibitor)  # type: ignore[union-attr]
    third = make_firm(outcome.edition)
    party = add_party(outcome, NewParty(exhibitor=third), by=by)
    change_consent(party, ["day"], by=signer_of(third))
    confirm_outcome(party, [], by=signer_of(third))
    outcome.refresh_from_db()
    assert outcome.public is not None
    assert outcome.public.number == 1
    assert set(FIELDS) - set(outcome.public.content) == set()


def test_the_organiser_sends_back_with_words_and_parties_confirm_again() -> None:
    outcome = confirm_all(make_outcome())
    by = organiser_of(outcome.edition)
    with pytest.raises(Refused):
        send_back(outcome, "  ", by=by)
    send_back(outcome, "The scan cannot be read.", by=by)
    assert (outcome.state, outcome.sent_back) == ("prepared", "The scan cannot be read.")
    assert confirm_all(outcome).state == "confirmed"
    assert outcome.sent_back == ""


def test_only_the_organiser_verifies_and_publishes() -> None:
    outcome = confirm_all(make_outcome())
    firm = outcome.parties.first().exhibitor  # type: ignore[union-attr]
    with pytest.raises(IllegalChange):
        verify_outcome(outcome, by=signer_of(firm))
    with pytest.raises(IllegalChange):
        publish_outcome(outcome, by=organiser_of(outcome.edition))  # not verified yet


def test_a_refusal_says_why_and_tells_the_others(django_capture_on_commit_callbacks: Any) -> None:
    outcome = make_outcome()
    first, second = outcome.parties.all()
    reader = signer_of(first.exhibitor)
    with pytest.raises(Refused):
        refuse_outcome(second, "", by=signer_of(second.exhibitor))
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        refuse_outcome(second, "The amount is wrong.", by=signer_of(second.exhibitor))
    assert any(
        reader.email in letter.to and "The amount is wrong." in str(letter.body) for letter in mail.outbox
    )


def test_withdrawing_needs_a_reason_and_stays_in_the_chain() -> None:
    outcome = make_published()
    by = organiser_of(outcome.edition)
    with pytest.raises(Refused):
        withdraw_outcome(outcome, {"en": " "}, by=by)
    withdraw_outcome(outcome, {"en": "The contract was void.", "zh": "合同无效。"}, by=by)
    assert not outcome.is_public
    kinds = ChainEntry.objects.filter(code=outcome.code).order_by("number").values_list("kind", flat=True)
    assert list(kinds) == ["outcome.published", "outcome.withdrawn"]
    with pytest.raises(Refused):
        save_facts(outcome, _facts(outcome), by=by)
    with pytest.raises(IllegalChange):
        publish_outcome(outcome, by=by)


def test_the_chain_holds_digests_and_no_field() -> None:
    outcome = make_published(title={"en": "Secret garden"})
    entry = ChainEntry.objects.get(code=outcome.code)
    assert outcome.public is not None
    assert outcome.public.digest in entry.content
    assert "Secret garden" not in entry.content
    assert outcome.public.digest == digest_of(outcome.public.content)


def test_a_party_takes_back_only_what_was_never_public() -> None:
    fresh, shown = make_outcome(), make_published()
    take_back(fresh, "A mistake", by=signer_of(fresh.parties.first().exhibitor))  # type: ignore[union-attr]
    assert fresh.state == "withdrawn"
    with pytest.raises(Refused):
        take_back(shown, "", by=signer_of(shown.parties.first().exhibitor))  # type: ignore[union-attr]


def test_many_are_published_each_by_itself() -> None:
    by_edition = make_outcome()
    by = organiser_of(by_edition.edition)
    ready = [verify_outcome(confirm_all(make_outcome(by_edition.edition)), by=by) for _ in range(2)]
    done, left = publish_many([*ready, by_edition], by=by)
    assert (done, left) == (2, [by_edition.code])


def test_countries_and_delegations_follow_the_parties() -> None:
    from tests.factories.fair import make_delegation

    outcome = make_outcome()
    delegation = make_delegation(outcome.edition)
    firm = make_firm(outcome.edition, country="PT", delegation=delegation)
    by = signer_of(outcome.parties.first().exhibitor)  # type: ignore[union-attr]
    party = add_party(outcome, NewParty(exhibitor=firm), by=by)
    outcome.refresh_from_db()
    assert outcome.countries == ["CN", "KE", "PT"]
    assert list(outcome.delegations.all()) == [delegation]
    with pytest.raises(Refused):
        add_party(outcome, NewParty(exhibitor=firm), by=by)
    remove_party(party, by=by)
    outcome.refresh_from_db()
    assert outcome.countries == ["CN", "KE"]


def test_a_body_by_name_confirms_with_its_persons_account() -> None:
    outcome = make_outcome()
    by = signer_of(outcome.parties.first().exhibitor)  # type: ignore[union-attr]
    with pytest.raises(Refused):
        add_party(outcome, NewParty(name={"en": "Health Board"}), by=by)
    party = add_party(
        outcome, NewParty(name={"en": "Health Board"}, country="CN", email="Ann@Board.example"), by=by
    )
    ann = make_user("ann@board.example")
    confirm_outcome(party, FIELDS, by=ann)
    party.refresh_from_db()
    assert party.confirmed_by == ann


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"value_from": "-1"}, "value_from"),
        ({"value_from": "NaN"}, "value_from"),
        ({"value_from": "1e400"}, "value_from"),
        ({"value_from": "1.234"}, "value_from"),
        ({"value_from": "99999999999999"}, "value_from"),
        ({"value_from": ""}, "value_from"),
        ({"currency": "XXX"}, "currency"),
        ({"currency": "dollars"}, "currency"),
        ({"worth": "range", "value_to": "1"}, "value_to"),
        ({"title": {}}, "title"),
    ],
)
def test_facts_that_cannot_be_are_refused_at_their_field(wrong: dict[str, Any], field: str) -> None:
    outcome = make_outcome()
    by = signer_of(outcome.parties.first().exhibitor)  # type: ignore[union-attr]
    with pytest.raises(Refused) as refused:
        save_facts(outcome, _facts(outcome) | wrong, by=by)
    assert refused.value.field == field


def test_a_link_is_an_address() -> None:
    outcome = make_outcome()
    by = signer_of(outcome.parties.first().exhibitor)  # type: ignore[union-attr]
    for wrong in ("javascript:alert(1)", "no address", "ftp://a.example/x"):
        with pytest.raises(Refused):
            add_link(outcome, "Paper", wrong, by=by)
    assert add_link(outcome, "Paper", "https://a.example/x", by=by).name == "Paper"


def test_every_change_of_state_leaves_a_row_in_the_log() -> None:
    outcome = make_published()
    withdraw_outcome(outcome, {"en": "Void."}, by=organiser_of(outcome.edition))
    events = set(AuditEntry.objects.filter(edition_id=outcome.edition_id).values_list("event", flat=True))
    assert {
        f"outcomes.outcome.{name}" for name in ("prepared", "confirmed", "verified", "published", "withdrawn")
    } <= events


def test_an_account_that_goes_leaves_the_record_of_the_organisations() -> None:
    outcome = make_outcome()
    by = signer_of(outcome.parties.first().exhibitor)  # type: ignore[union-attr]
    party = add_party(outcome, NewParty(name={"en": "Board"}, email="ann@board.example"), by=by)
    ann = make_user("ann@board.example")
    confirm_outcome(party, FIELDS, by=ann)
    ann.delete()
    party.refresh_from_db()
    assert (party.email, party.confirmed_by_id, party.name) == ("", None, {"en": "Board"})
    assert "ann@" not in party.key
    assert party.confirmed_at is not None
    assert timezone.now() - party.confirmed_at < timedelta(minutes=5)


def test_a_value_held_back_since_is_not_found_by_trying() -> None:
    outcome = make_published(value_from="777000")
    assert outcome.public is not None
    before = outcome.public
    party = outcome.parties.first()
    assert party is not None
    change_consent(party, [f for f in FIELDS if f != "value"], by=signer_of(party.exhibitor))
    outcome.refresh_from_db()
    now = outcome.public.content
    guess = {**now, "held": [], "value": before.content["value"]}
    assert digest_of(guess) != before.digest  # each version has a salt of its own
    assert now["salt"] != before.content["salt"]
    address = f"/en/{outcome.edition.slug}/outcomes/{outcome.code}"
    assert before.digest[:16] in Client().get(f"{address}/").text
    plain = without_salt(before.content)  # as versions were written before there were salts
    OutcomeVersion.objects.filter(pk=before.pk).update(content=plain, digest=digest_of(plain))
    assert digest_of(plain)[:16] not in Client().get(f"{address}/").text
    assert Client().get(f"{address}.json").json()["record"] == now


def test_the_same_record_is_not_published_twice() -> None:
    outcome = make_published()
    by = organiser_of(outcome.edition)
    party = outcome.parties.first()
    assert party is not None
    save_facts(outcome, _facts(outcome), by=signer_of(party.exhibitor))
    day = outcome.parties.values_list("confirmed_at", flat=True)
    assert list(day) == [None, None]
    publish_outcome(verify_outcome(confirm_all(outcome), by=by), by=by)
    assert outcome.versions.count() == 1
