"""Registering one person: places, approval, the waiting list, numbers of a firm and a delegation, once per address."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from everfair.base.models import AuditEntry
from everfair.base.refusals import EditedMeanwhile, Refused
from everfair.registration.actions.consents import give_consent, save_consents, withdraw_consent
from everfair.registration.actions.deciding import approve, cancel, decline, readmit
from everfair.registration.actions.registering import OWN, register, save_registration
from everfair.registration.models import Badge, Registration
from everfair.registration.queries.registrations import has_consent, own_file, registrations_of
from tests.factories.fair import make_delegation, make_edition
from tests.factories.people import make_organisation, make_user
from tests.factories.registration import make_kind, make_registration

pytestmark = pytest.mark.django_db

QUESTIONS: list[dict[str, Any]] = [
    {
        "code": "role", "label": {"en": "Your part", "zh": "您的角色"}, "kind": "choice", "is_required": True,
        "options": [{"code": "buy", "label": {"en": "Buying", "zh": "采购"}},
                    {"code": "look", "label": {"en": "Looking", "zh": "了解"}}],
    },
    {"code": "staff", "label": {"en": "People", "zh": "人数"}, "kind": "number"},
]  # fmt: skip


def enter(kind: Any, name: str = "Ada", email: str = "ada@example.org", **more: Any) -> Registration:
    ways = {key: more.pop(key) for key in ("source", "consents", "by", "delegation", "now") if key in more}
    values = {"name": name, "email": email, **more}
    return register(kind.edition, kind, values, **{"by": None, **ways})


def test_an_open_kind_approves_at_once_gives_a_badge_and_writes(
    django_capture_on_commit_callbacks: Any,
) -> None:
    kind = make_kind()
    with django_capture_on_commit_callbacks(execute=True):
        row = enter(kind, name=" Ada \n Lin ", email="Ada@Example.org", language="zh", consents=["news"])
    kind.refresh_from_db()
    assert (row.name, row.email, row.state, kind.expected) == ("Ada Lin", "ada@example.org", "approved", 1)
    assert Badge.objects.get(registration=row).state == "valid"
    assert row.consents.get().purpose == "news"
    assert row.consents.get().wording
    assert AuditEntry.objects.filter(event="registration.registration.registered").count() == 1
    assert has_consent(row, "news")
    assert not has_consent(row, "contact")


def test_approval_is_asked_for_where_the_kind_needs_it() -> None:
    kind = make_kind(needs_approval=True)
    row = enter(kind)
    assert row.state == "requested"
    assert not row.badges.exists()
    approve(row, by=None)
    kind.refresh_from_db()
    assert (row.state, kind.expected, row.badges.count()) == ("approved", 1, 1)


def test_a_full_kind_puts_people_on_a_list_that_moves_up_by_itself() -> None:
    kind = make_kind(capacity=1)
    first, second, third = (enter(kind, f"P{n}", f"p{n}@example.org") for n in range(3))
    assert [first.state, second.state, third.state] == ["approved", "waiting", "waiting"]
    cancel(first, by=None, role="person")
    second.refresh_from_db()
    third.refresh_from_db()
    kind.refresh_from_db()
    assert (second.state, third.state, kind.expected) == ("approved", "waiting", 1)
    assert second.badges.filter(state="valid").count() == 1
    assert not first.badges.filter(state="valid").exists()


def test_approving_into_a_full_kind_puts_on_the_list_and_then_refuses() -> None:
    kind = make_kind(capacity=1, needs_approval=True)
    first, second = enter(kind, "A", "a@example.org"), enter(kind, "B", "b@example.org")
    approve(first, by=None)
    approve(second, by=None)
    assert second.state == "waiting"
    with pytest.raises(Refused, match="All 1 places"):
        approve(second, by=None)


def test_the_same_address_twice_is_refused_and_allowed_again_after_cancelling() -> None:
    kind = make_kind()
    row = enter(kind)
    with pytest.raises(Refused, match="already") as refused:
        enter(kind, "Other", "ADA@example.org")
    assert refused.value.field == "email"
    cancel(row, by=None)
    again = enter(kind)
    assert again.state == "approved"
    with pytest.raises(Refused, match="already"):
        readmit(row, by=None)


def test_a_firm_has_its_number_and_frees_one_by_cancelling() -> None:
    kind = make_kind(per_firm=1)
    firm = make_organisation(name={"en": "Jade"})
    row = enter(kind, organisation=firm, source="firm")
    assert row.organisation_name == "Jade"
    with pytest.raises(Refused, match="A firm may have 1 people") as refused:
        enter(kind, "B", "b@example.org", organisation_name="jade")
    assert refused.value.field == "organisation_name"
    cancel(row, by=None)
    assert enter(kind, "B", "b@example.org", organisation_name="jade").state == "approved"


def test_a_delegation_has_its_number_and_only_kinds_meant_for_it() -> None:
    edition = make_edition()
    kind, other = make_kind(edition, is_open=False, per_delegation=1), make_kind(edition)
    delegation = make_delegation(edition)
    enter(kind, source="group", delegation=delegation)
    with pytest.raises(Refused, match="may have 1 people"):
        enter(kind, "B", "b@example.org", source="group", delegation=delegation)
    with pytest.raises(Refused, match="bring nobody"):
        enter(other, "B", "b@example.org", source="group", delegation=delegation)


@pytest.mark.parametrize(
    ("rules", "sentence"),
    [
        ({"is_open": False}, "by invitation only"),
        ({"opens_at": timezone.now() + timedelta(days=1)}, "not begun"),
        ({"closes_at": timezone.now() - timedelta(days=1)}, "is closed"),
    ],
)
def test_closed_kinds_say_why(rules: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        enter(make_kind(**rules))


def test_answers_are_checked_by_the_questions() -> None:
    kind = make_kind(questions=QUESTIONS)
    with pytest.raises(Refused) as refused:
        enter(kind)
    assert refused.value.field == "q_role"
    with pytest.raises(Refused) as refused:
        enter(kind, answers={"role": "steal"})
    assert refused.value.field == "q_role"
    with pytest.raises(Refused) as refused:
        enter(kind, answers={"role": "buy", "staff": "many"})
    assert refused.value.field == "q_staff"
    row = enter(kind, answers={"role": "采购", "staff": "1,200", "unknown": "x"})
    assert row.answers == {"role": "buy", "staff": 1200}


def test_a_declined_person_reads_why_and_may_be_readmitted(django_capture_on_commit_callbacks: Any) -> None:
    kind = make_kind(needs_approval=True)
    row = enter(kind)
    with pytest.raises(Refused):
        decline(row, by=None, reason=" ")
    with django_capture_on_commit_callbacks(execute=True):
        decline(row, by=None, reason="The hall is for the trade only.")
    assert row.reason == "The hall is for the trade only."
    readmit(row, by=None)
    assert row.state == "requested"


def test_saving_compares_versions_and_keeps_to_what_the_person_may_change() -> None:
    row = make_registration()
    saved = save_registration(
        row, {"name": "New", "email": "x@example.org", "watch": "vip"}, by=None, only=OWN
    )
    assert (saved.name, saved.email, saved.watch) == ("New", row.email, "")
    with pytest.raises(EditedMeanwhile):
        save_registration(row, {"name": "Late"}, by=None, version=1)


def test_consents_are_kept_with_wording_and_withdrawn_by_a_date() -> None:
    row = make_registration()
    give_consent(row, "contact", by=None)
    give_consent(row, "contact", by=None)
    assert row.consents.count() == 1
    assert "e-mail address" in row.consents.get().wording
    withdraw_consent(row, "contact", by=None)
    assert not has_consent(row, "contact")
    assert row.consents.get().withdrawn_at is not None
    save_consents(row, {"news", "contact"}, by=None)
    assert has_consent(row, "contact")
    assert has_consent(row, "news")
    assert row.consents.count() == 3
    assert [one["purpose"] for one in own_file(row)["consents"]].count("contact") == 2


def test_registrations_of_a_person_go_by_account_and_proven_address() -> None:
    user, stranger = make_user("lin@example.org"), make_user()
    kind = make_kind()
    own = enter(kind, "Lin", "lin@example.org")
    enter(kind, "Wu", "wu@example.org")
    assert list(registrations_of(user)) == [own]
    assert not registrations_of(stranger).exists()
    user.emailaddress_set.update(verified=False)
    assert not registrations_of(user).exists()
    mail.outbox.clear()
