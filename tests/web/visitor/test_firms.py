"""Pages of firms: what is typed stays, errors stand beside fields, rights need proof, links work once."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image

from everfair.people import actions, queries
from everfair.people.models import Membership, Organisation
from tests.factories.exhibition import make_exhibitor
from tests.factories.fair import make_delegation, make_team_member
from tests.factories.people import PASSWORD, make_membership, make_organisation, make_user

pytestmark = pytest.mark.django_db
SignedIn = Callable[..., Client]


def firm_values(**extra: Any) -> dict[str, Any]:
    return {"name_en": "Quill", "name_zh": "翎", "country": "KE", "website": "quill.example", **extra}


def picture(name: str = "logo.png") -> SimpleUploadedFile:
    data = io.BytesIO()
    Image.new("RGB", (300, 200), "#c23b22").save(data, "PNG")
    return SimpleUploadedFile(name, data.getvalue(), content_type="image/png")


def test_a_firm_is_made_and_owned(signed_in: SignedIn) -> None:
    person = make_user()
    answer = signed_in(person).post("/en/my/firms/new/", firm_values(logo=picture()))
    firm = Organisation.objects.get()
    assert answer.headers["Location"] == f"/en/my/firms/{firm.code}/people/"
    assert firm.name == {"en": "Quill", "zh": "翎"}
    assert firm.website == "https://quill.example"
    assert firm.logo is not None
    assert firm.memberships.get().role == "owner"


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"name_en": "", "name_zh": " "}, "name_en", "at least one language"),
        ({"website": "javascript:alert(1)"}, "website", "no web address"),
        ({"country": "Narnia"}, "country", "Select a valid choice"),
        ({"name_en": "x" * 201}, "name_en", "at most 200"),
    ],
)
def test_an_error_stands_beside_its_field_and_the_rest_stays(
    signed_in: SignedIn, typed: dict[str, str], field: str, sentence: str
) -> None:
    page = signed_in(make_user()).post("/en/my/firms/new/", firm_values(description_en="We sail.", **typed))
    text = page.content.decode()
    assert page.status_code == 200
    assert not Organisation.objects.exists()
    assert sentence in text.split(f'id="id_{field}_error">')[1].split("</p>")[0]
    assert "We sail.</textarea>" in text
    assert 'aria-invalid="true"' in text


def test_a_file_that_is_no_picture_is_refused_beside_the_logo(signed_in: SignedIn) -> None:
    wrong = SimpleUploadedFile("logo.png", b"%PDF-1.7 not a picture")
    page = signed_in(make_user()).post("/en/my/firms/new/", firm_values(logo=wrong))
    assert 'id="id_logo_error"' in page.content.decode()
    assert not Organisation.objects.exists()


def test_two_people_editing_lose_nothing(signed_in: SignedIn) -> None:
    owner = make_membership(make_user(name="Amina"))
    firm, other = owner.organisation, make_membership(organisation=owner.organisation, role="editor").user
    stamp = queries.stamp_of(firm)
    address = f"/en/my/firms/{firm.code}/"
    signed_in(owner.user).post(address, firm_values(name_en="Amina's", stamp=stamp))
    page = signed_in(other).post(address, firm_values(name_en="Other's", stamp=stamp))
    text = page.content.decode()
    firm.refresh_from_db()
    assert firm.name["en"] == "Amina's"
    assert "Amina saved this firm while you were editing" in text
    assert 'value="Other&#x27;s"' in text
    assert "<dd>Amina&#x27;s</dd>" in text
    fresh = queries.stamp_of(firm)
    assert f'name="stamp" value="{fresh}"' in text
    assert signed_in(other).post(address, firm_values(name_en="Other's", stamp=fresh)).status_code == 302


def test_booth_staff_read_and_do_not_write(signed_in: SignedIn) -> None:
    member = make_membership(role="booth_staff")
    client, address = signed_in(member.user), f"/en/my/firms/{member.organisation.code}/"
    page = client.get(address)
    assert b"Ask one of them" in page.content
    assert b"<form" not in page.content.split(b"<main")[1].split(b"</main")[0]
    assert client.post(address, firm_values()).status_code == 404
    assert client.post(f"{address}people/", {"email": "a@example.org", "role": "owner"}).status_code == 404
    assert client.get(f"{address}people.csv").status_code == 404


def test_an_invitation_asks_for_proof_first(signed_in: SignedIn) -> None:
    owner = make_membership()
    client = signed_in(owner.user, proven=False)
    address = f"/en/my/firms/{owner.organisation.code}/people/"
    typed = {"email": "new@example.org", "role": "editor", "language": "zh"}
    answer = client.post(address, typed)
    assert answer.headers["Location"].startswith("/en/account/reauthenticate/")
    assert mail.outbox == []
    assert signed_in(owner.user).post(address, typed).headers["Location"] == address
    assert mail.outbox[0].to == ["new@example.org"]
    assert "/zh/my/invitations/" in mail.outbox[0].body


def test_a_refused_invitation_says_so_beside_the_address(signed_in: SignedIn) -> None:
    owner = make_membership()
    address = f"/en/my/firms/{owner.organisation.code}/people/"
    typed = {"email": owner.user.email, "role": "editor", "language": "en"}
    text = signed_in(owner.user).post(address, typed).content.decode()
    assert "already belongs" in text.split('id="id_email_error">')[1].split("</p>")[0]
    assert f'value="{owner.user.email}"' in text


def test_what_was_typed_outlives_the_proof(signed_in: SignedIn) -> None:
    owner = make_membership()
    client, address = signed_in(owner.user, proven=False), f"/en/my/firms/{owner.organisation.code}/people/"
    text = client.post(address, {"email": "no address", "role": "editor", "language": "en"}).content.decode()
    assert 'value="no address"' in text, "said before any proof is asked"
    asked = client.post(address, {"email": owner.user.email, "role": "editor", "language": "en"})
    proof = {"password": PASSWORD, "next": address}
    text = client.post(asked.headers["Location"], proof).content.decode()
    form = text.split('name="email"')[0].rpartition("<form")[2]
    assert f'action="{address}"' in form, "sent again from the proof's page, it arrives where it belongs"


def test_the_last_owner_who_leaves_is_told_why_not(signed_in: SignedIn) -> None:
    owner = make_membership()
    address = f"/en/my/firms/{owner.organisation.code}/people/"
    page = signed_in(owner.user).post(f"{address}{owner.pk}/remove/", follow=True)
    assert b"needs an owner" in page.content
    assert Membership.objects.filter(pk=owner.pk).exists()


def test_a_member_may_leave_but_remove_nobody(signed_in: SignedIn) -> None:
    owner = make_membership()
    member = make_membership(organisation=owner.organisation, role="editor")
    client, address = signed_in(member.user), f"/en/my/firms/{owner.organisation.code}/people/"
    assert client.post(f"{address}{owner.pk}/remove/").status_code == 404
    assert client.post(f"{address}{member.pk}/role/", {"role": "owner"}).status_code == 404
    assert client.post(f"{address}{member.pk}/remove/").headers["Location"] == "/en/my/"
    assert not Membership.objects.filter(pk=member.pk).exists()


def test_members_of_another_firm_are_not_reached_through_ones_own(signed_in: SignedIn) -> None:
    owner, stranger = make_membership(), make_membership()
    address = f"/en/my/firms/{owner.organisation.code}/people/{stranger.pk}/"
    client = signed_in(owner.user)
    assert client.post(f"{address}remove/").status_code == 404
    assert client.post(f"{address}role/", {"role": "lead_only"}).status_code == 404
    invitation = actions.invite(
        stranger.organisation, "x@example.org", "editor", by=stranger.user, language="en"
    )
    base = f"/en/my/firms/{owner.organisation.code}/invitations/{invitation.pk}/"
    assert client.post(f"{base}withdraw/").status_code == 404
    assert client.post(f"{base}again/").status_code == 404


def test_the_members_file_holds_the_list_and_no_formula(signed_in: SignedIn) -> None:
    owner = make_membership(make_user(name="=cmd|' /C calc'!A0"))
    answer = signed_in(owner.user).get(f"/en/my/firms/{owner.organisation.code}/people.csv")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    assert lines[0] == "Person,E-mail address,Role,Since,Language,Time zone"
    assert owner.user.email in lines[1]
    assert not lines[1].startswith("=")
    assert "attachment" in answer.headers["Content-Disposition"]


def test_my_fair_leads_to_desks_booths_and_firms(signed_in: SignedIn) -> None:
    owner = make_membership()
    booth = make_exhibitor(organisation=owner.organisation)
    edition = make_team_member(user=owner.user).edition
    delegation = make_delegation(user=owner.user)
    text = signed_in(owner.user).get("/zh/my/").content.decode()
    for address in (
        f"/zh/desk/{edition.slug}/",
        f"/zh/desk/delegations/{delegation.code}/",
        f"/zh/booth-desk/{booth.code}/",
        f"/zh/{booth.edition.slug}/booths/{booth.address}/",
        f"/zh/my/firms/{owner.organisation.code}/",
    ):
        assert f'href="{address}"' in text, address


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_lists_search_and_say_what_to_do_when_empty(signed_in: SignedIn, lang: str) -> None:
    person = make_user()
    client = signed_in(person)
    assert f"/{lang}/my/firms/new/" in client.get(f"/{lang}/my/firms/").content.decode()
    firm = make_organisation(name={"en": "Blue Crane", "zh": "蓝鹤审计"})
    make_membership(person, firm)
    make_membership(person, make_organisation(name={"en": "Quill"}))
    found = client.get(f"/{lang}/my/firms/", {"q": "鹤"}).content.decode()
    assert firm.code in found
    assert "Quill" not in found
    assert f'href="/{lang}/my/firms/"' in client.get(f"/{lang}/my/firms/", {"q": "nothing"}).content.decode()


def test_lists_cost_the_same_for_one_and_for_many(signed_in: SignedIn) -> None:
    owner = make_membership()
    client = signed_in(owner.user)
    pages = ["/en/my/", "/en/my/firms/", f"/en/my/firms/{owner.organisation.code}/people/"]

    def one_more(number: int) -> None:
        firm = make_membership(owner.user).organisation
        make_exhibitor(organisation=firm)
        member = make_membership(organisation=owner.organisation, role="editor").user
        actions.invite(owner.organisation, f"p{number}@example.org", "editor", by=member, language="en")
        inviting = make_membership()
        actions.invite(inviting.organisation, owner.user.email, "editor", by=inviting.user, language="en")
        make_team_member(user=owner.user)
        make_delegation(user=owner.user)

    def cost() -> list[int]:
        counted = []
        for page in pages:
            with CaptureQueriesContext(connection) as queries_made:
                assert client.get(page).status_code == 200
            counted.append(len(queries_made))
        return counted

    one_more(1)
    cost()  # what is read once and kept
    with_one = cost()
    one_more(2)
    one_more(3)
    assert cost() == with_one


class TestInvitations:
    """The page a mailed link opens."""

    @pytest.fixture
    def owner(self) -> Membership:
        return make_membership(make_user(name="Amina"))

    def invited(self, owner: Membership, email: str, **extra: Any) -> str:
        actions.invite(owner.organisation, email, "editor", by=owner.user, language="en", **extra)
        return mail.outbox[-1].body.split("http://127.0.0.1:8000")[1].split()[0]

    def test_a_stranger_sees_who_invites_and_both_ways_in(self, owner: Membership, client: Client) -> None:
        address = self.invited(owner, "new@example.org")
        text = client.get(address).content.decode()
        assert "Amina invites you" in text
        assert f"/en/account/signup/?next={address}" in text
        assert f"/en/account/login/?next={address}" in text

    def test_joining_needs_a_person(self, owner: Membership, client: Client) -> None:
        address = self.invited(owner, "new@example.org")
        assert client.post(address).headers["Location"] == f"/en/account/login/?next={address}"
        assert owner.organisation.memberships.count() == 1

    def test_an_existing_person_joins_once(self, owner: Membership, signed_in: SignedIn) -> None:
        person = make_user()
        address, client = self.invited(owner, person.email), signed_in(person)
        assert b"was sent to" not in client.get(address).content
        assert client.post(address).headers["Location"] == "/en/my/"
        over = client.get(address)
        assert over.status_code == 410
        assert b"has been used" in over.content
        assert client.post(address).status_code == 410

    def test_another_address_is_pointed_out(self, owner: Membership, signed_in: SignedIn) -> None:
        address = self.invited(owner, "work@example.org")
        text = signed_in(make_user("private@example.org")).get(address).content.decode()
        assert "sent to work@example.org; you are signed in as private@example.org" in text

    @pytest.mark.parametrize("method", ["get", "post"])
    def test_an_expired_link_says_whom_to_ask(
        self, owner: Membership, signed_in: SignedIn, method: str
    ) -> None:
        address = self.invited(owner, "late@example.org", now=timezone.now() - timedelta(days=15))
        over = getattr(signed_in(make_user()), method)(address)
        assert over.status_code == 410
        assert b"It was sent by Amina" in over.content
        assert owner.organisation.memberships.count() == 1

    def test_it_is_listed_under_my_fair_and_joined_there(
        self, owner: Membership, signed_in: SignedIn
    ) -> None:
        person, stranger = make_user(), make_user()
        self.invited(owner, person.email)
        pk = owner.organisation.invitations.get().pk
        assert signed_in(stranger).post(f"/en/my/invitations/{pk}/join/").status_code == 404
        client = signed_in(person)
        assert f"/en/my/invitations/{pk}/join/" in client.get("/en/my/").content.decode()
        client.post(f"/en/my/invitations/{pk}/join/")
        assert Membership.objects.get(user=person).organisation == owner.organisation

    def test_an_unverified_address_claims_nothing(self, owner: Membership, signed_in: SignedIn) -> None:
        person = make_user()
        person.emailaddress_set.update(verified=False)  # type: ignore[attr-defined]
        self.invited(owner, person.email)
        pk = owner.organisation.invitations.get().pk
        assert signed_in(person).post(f"/en/my/invitations/{pk}/join/").status_code == 404
