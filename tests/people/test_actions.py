"""What people can do with organisations, members, invitations and profiles."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from everfair.base.models import AuditEntry, Change
from everfair.base.refusals import EditedMeanwhile, Refused
from everfair.people import actions, queries, signals
from everfair.people.models import Invitation, Membership
from tests.factories.people import make_membership, make_organisation, make_user

pytestmark = pytest.mark.django_db


def secret_in(letter: Any) -> str:
    return str(letter.body).split("/invitations/")[1].split("/")[0]


def test_creating_a_firm_makes_its_first_owner() -> None:
    person = make_user()
    firm = actions.create_organisation(
        {"name": {"en": " Quill ", "zh": ""}, "country": "KE"}, by=person, owner=person
    )
    assert firm.name == {"en": "Quill"}
    assert list(firm.memberships.values_list("user_id", "role")) == [(person.pk, "owner")]
    assert set(AuditEntry.objects.values_list("event", flat=True)) == {
        "people.organisation.created",
        "people.membership.began",
    }
    assert Change.objects.filter(topic="people.organisation", key=firm.pk).count() == 1


def test_a_firm_without_a_name_is_refused_and_nothing_is_written() -> None:
    with pytest.raises(Refused) as refusal:
        actions.create_organisation({"name": {"en": "  "}}, by=None)
    assert refusal.value.field == "name"
    assert not AuditEntry.objects.exists()


def test_saving_tells_what_changed_and_announces_it(django_capture_on_commit_callbacks: Any) -> None:
    heard: list[int] = []

    def listen(sender: object, organisation_id: int, **kwargs: Any) -> None:
        heard.append(organisation_id)

    signals.organisation_saved.connect(listen)
    firm, person = make_organisation(country="KE"), make_user(name="Amina")
    try:
        with django_capture_on_commit_callbacks(execute=True):
            actions.save_organisation(firm, {"country": "CN"}, by=person)
            actions.save_organisation(firm, {"country": "CN"}, by=person)  # nothing new: nothing written
    finally:
        signals.organisation_saved.disconnect(listen)
    entry = AuditEntry.objects.get(event="people.organisation.saved")
    assert (entry.before, entry.after) == ({"country": "KE"}, {"country": "CN"})
    assert heard == [firm.pk]


def test_who_saves_second_overwrites_nothing() -> None:
    firm, first, second = make_organisation(), make_user(name="Amina"), make_user()
    stamp = queries.stamp_of(firm)
    actions.save_organisation(firm, {"website": "https://a.example"}, by=first, stamp=stamp)
    with pytest.raises(EditedMeanwhile, match="Amina"):
        actions.save_organisation(firm, {"website": "https://b.example"}, by=second, stamp=stamp)
    firm.refresh_from_db()
    assert firm.website == "https://a.example"


def test_a_logo_that_is_no_picture_is_refused_beside_its_field() -> None:
    firm = make_organisation()
    with pytest.raises(Refused) as refusal:
        actions.save_organisation(
            firm, {"logo_upload": SimpleUploadedFile("a.png", b"not a picture")}, by=None
        )
    assert refusal.value.field == "logo"
    firm.refresh_from_db()
    assert firm.logo is None


def test_an_invitation_carries_its_secret_in_the_letter_only() -> None:
    owner = make_user(name="Amina")
    firm = make_membership(owner).organisation
    invitation = actions.invite(firm, " New@Example.ORG ", "editor", by=owner, language="en")
    secret = secret_in(mail.outbox[0])
    assert mail.outbox[0].to == ["new@example.org"]
    assert mail.outbox[0].reply_to == [owner.email]
    assert secret not in str(Invitation.objects.values())
    assert queries.invitation_by_secret(secret) == invitation
    assert invitation.ends_at - invitation.sent_at == timedelta(days=14)


def test_a_secret_works_once() -> None:
    owner, newcomer, other = make_user(), make_user(), make_user()
    firm = make_membership(owner).organisation
    actions.invite(firm, newcomer.email, "booth_staff", by=owner, language="en")
    secret = secret_in(mail.outbox[0])
    assert actions.accept_invitation(secret, by=newcomer).role == "booth_staff"
    with pytest.raises(Refused, match="used already"):
        actions.accept_invitation(secret, by=other)
    assert not Membership.objects.filter(user=other).exists()


def test_the_owners_learn_who_came_in() -> None:
    owner, newcomer = make_user(language="zh"), make_user("private@example.org", name="Wei")
    firm = make_membership(owner).organisation
    actions.invite(firm, "work@example.org", "editor", by=owner, language="en")
    actions.accept_invitation(secret_in(mail.outbox[0]), by=newcomer)
    told = mail.outbox[-1]
    assert told.to == [owner.email]
    assert "private@example.org" in told.body
    assert "work@example.org" in told.body


def test_a_wrong_a_withdrawn_and_an_expired_secret_say_what_to_do() -> None:
    owner, newcomer = make_user(), make_user()
    firm = make_membership(owner).organisation
    with pytest.raises(Refused, match="newest letter"):
        actions.accept_invitation("wrong", by=newcomer)
    long_ago = timezone.now() - timedelta(days=15)
    late = actions.invite(firm, "late@example.org", "editor", by=owner, language="en", now=long_ago)
    late_secret = secret_in(mail.outbox[-1])
    with pytest.raises(Refused, match="expired"):
        actions.accept_invitation(late_secret, by=newcomer)
    actions.withdraw_invitation(late, by=owner)
    with pytest.raises(Refused, match="withdrawn"):
        actions.accept_invitation(late_secret, by=newcomer)
    assert not Membership.objects.filter(user=newcomer).exists()


def test_sending_again_ends_the_old_link() -> None:
    owner, newcomer = make_user(), make_user()
    firm = make_membership(owner).organisation
    sent_at = timezone.now()
    invitation = actions.invite(firm, newcomer.email, "editor", by=owner, language="en", now=sent_at)
    with pytest.raises(Refused, match="just been sent"):
        actions.send_invitation_again(invitation, by=owner, now=sent_at + timedelta(minutes=1))
    actions.send_invitation_again(invitation, by=owner, now=sent_at + timedelta(minutes=6))
    old, new = secret_in(mail.outbox[0]), secret_in(mail.outbox[1])
    with pytest.raises(Refused, match="unknown"):
        actions.accept_invitation(old, by=newcomer)
    assert actions.accept_invitation(new, by=newcomer).user == newcomer


def test_nobody_is_invited_twice_nor_who_is_there_already() -> None:
    owner = make_user()
    firm = make_membership(owner).organisation
    actions.invite(firm, "new@example.org", "editor", by=owner, language="en")
    for address in ("NEW@example.org", owner.email):
        with pytest.raises(Refused) as refusal:
            actions.invite(firm, address, "editor", by=owner, language="en")
        assert refusal.value.field == "email"
    assert len(mail.outbox) == 1


def test_a_member_who_accepts_an_invitation_keeps_the_role() -> None:
    owner = make_user()
    firm = make_membership(owner).organisation
    actions.invite(firm, "second@example.org", "lead_only", by=owner, language="en")
    assert actions.accept_invitation(secret_in(mail.outbox[0]), by=owner).role == "owner"


def test_invitations_are_limited_by_the_hour(settings: Any) -> None:
    settings.RATE_LIMITS_ON = True
    owner = make_user()
    firm = make_membership(owner).organisation
    for number in range(actions.MOST_INVITATIONS_AN_HOUR):
        actions.invite(firm, f"p{number}@example.org", "editor", by=owner, language="en")
    with pytest.raises(Refused, match="within an hour"):
        actions.invite(firm, "one-more@example.org", "editor", by=owner, language="en")
    later = timezone.now() + timedelta(hours=1, minutes=1)
    assert actions.invite(firm, "one-more@example.org", "editor", by=owner, language="en", now=later).pk


def test_the_last_owner_stays() -> None:
    owner = make_membership(role="owner")
    with pytest.raises(Refused, match="needs an owner"):
        actions.remove_member(owner, by=owner.user)
    with pytest.raises(Refused, match="needs an owner"):
        actions.change_role(owner, "editor", by=owner.user)
    second = make_membership(organisation=owner.organisation, role="editor")
    actions.change_role(second, "owner", by=owner.user)
    actions.remove_member(owner, by=owner.user)
    assert list(Membership.objects.values_list("user_id", "role")) == [(second.user_id, "owner")]


def test_a_changed_role_is_written_down_and_told() -> None:
    owner = make_membership(role="owner")
    member = make_membership(organisation=owner.organisation, role="editor")
    actions.change_role(member, "lead_only", by=owner.user)
    entry = AuditEntry.objects.get(event="people.membership.role_changed")
    assert (entry.before, entry.after, entry.by_id) == (
        {"role": "editor"},
        {"role": "lead_only"},
        owner.user_id,
    )
    assert mail.outbox[-1].to == [member.user.email]
    with pytest.raises(Refused):
        actions.change_role(member, "emperor", by=owner.user)


def test_who_is_removed_is_told_and_who_leaves_is_not() -> None:
    owner = make_membership(role="owner")
    removed, leaver = (make_membership(organisation=owner.organisation, role="editor") for _ in range(2))
    actions.remove_member(leaver, by=leaver.user)
    assert mail.outbox == []
    actions.remove_member(removed, by=owner.user)
    assert [letter.to for letter in mail.outbox] == [[removed.user.email]]
    with pytest.raises(Refused, match="no longer belongs"):
        actions.remove_member(removed, by=owner.user)


def test_a_profile_keeps_what_is_not_named() -> None:
    person = make_user(name="Amina", time_zone="Africa/Nairobi")
    actions.save_profile(person, {"language": "zh", "is_superuser": True})
    person.refresh_from_db()
    assert (person.name, person.language, person.time_zone) == ("Amina", "zh", "Africa/Nairobi")
    assert not person.is_superuser
