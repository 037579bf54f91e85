"""Parties confirm at the same moment from many browsers; many agreements are completed at once; one challenge is answered twice."""

import json
from collections.abc import Callable
from typing import Any

from tests.prepared import make_tables
from tests.programme.seat_race import at_once


def confirm_race(agreements: int, browsers: int) -> dict[str, Any]:
    """For each agreement both parties confirm, the firm's from as many browsers of different colleagues, all at once."""
    from everfair.agreements.models import Agreement, AgreementParty, ChainEntry
    from everfair.agreements.queries.chain import verify
    from everfair.base.models import AuditEntry
    from tests.factories.agreements import make_agreement, signer_of
    from tests.factories.people import make_membership

    deeds: list[Callable[[], str]] = []
    for _number in range(agreements):
        made = make_agreement()
        one, two = made.parties.order_by("position")
        people = [make_membership(organisation=two.exhibitor.organisation).user for _ in range(browsers)]  # type: ignore[union-attr]
        deeds.append(_confirming(made.pk, one.pk, signer_of(one).pk))
        deeds += [_confirming(made.pk, two.pk, person.pk) for person in people]
    answers = at_once(deeds)
    return {
        "answers": answers,
        "states": sorted(Agreement.objects.values_list("state", flat=True)),
        "numbers": sorted(ChainEntry.objects.values_list("number", flat=True)),
        "confirmed": AgreementParty.objects.exclude(confirmed_at=None).count(),
        "steps": AuditEntry.objects.filter(event="agreements.agreement.confirmed").count(),
        "differences": [str(one) for one in verify().differences],
    }


def _confirming(agreement: int, party: int, person: int) -> Callable[[], str]:
    def deed() -> str:
        from everfair.agreements.actions.confirming import confirm
        from everfair.agreements.actions.proving import Proof
        from everfair.agreements.models import Agreement, AgreementParty
        from everfair.people.models import User

        row = Agreement.objects.get(pk=agreement)
        own = AgreementParty.objects.get(pk=party)
        by = User.objects.get(pk=person)
        return confirm(row, own, Proof("totp", by.pk, own.pk, row.digest), by=by).code

    return deed


def answer_race(tabs: int) -> list[str]:
    """One passkey's answer is posted from many tabs at once."""
    from allauth.core import context
    from django.test import RequestFactory

    from everfair.agreements.actions import proving
    from everfair.agreements.models import Agreement, AgreementParty
    from everfair.people.models import User
    from tests.factories.agreements import SoftPasskey, make_agreement, signer_of

    made = make_agreement()
    party = made.parties.order_by("position")[0]
    person = signer_of(party)
    key = SoftPasskey(person, "localhost")
    request = RequestFactory(SERVER_NAME="localhost").post("/", secure=True)
    with context.request_context(request):
        answer = key.answer(proving.ask_for_passkey(made, party, by=person, session="one"))

    def deed() -> str:
        with context.request_context(request):
            return proving.prove_by_passkey(
                Agreement.objects.get(pk=made.pk), AgreementParty.objects.get(pk=party.pk), answer,
                by=User.objects.get(pk=person.pk), session="one",
            ).kind  # fmt: skip

    return at_once([deed] * tabs)


def reopen_race(times: int) -> dict[str, Any]:
    """The firm called it agreed; it opens the negotiation again while the last party confirms the agreement."""
    from everfair.agreements.models import Agreement
    from everfair.deals.access import Stand
    from everfair.deals.actions.negotiations import end_negotiation, reopen_negotiation
    from everfair.deals.models import Negotiation
    from everfair.people.models import User
    from tests.factories.agreements import confirm_for, make_agreement, signer_of

    def reopening(held: int, person: int) -> Callable[[], str]:
        def deed() -> str:
            row = Negotiation.objects.get(pk=held)
            return str(reopen_negotiation(Stand(row, "firm"), by=User.objects.get(pk=person)).state)

        return deed

    deeds, made = [], []
    for _number in range(times):
        agreement = make_agreement()
        assert agreement.negotiation is not None
        made.append(agreement.negotiation.pk)
        one, two = agreement.parties.order_by("position")
        confirm_for(agreement, one)
        seller = signer_of(two)
        end_negotiation(Stand(agreement.negotiation, "firm"), "won", by=seller)
        deeds += [
            _confirming(agreement.pk, two.pk, seller.pk),
            reopening(agreement.negotiation.pk, seller.pk),
        ]
    answers = at_once(deeds)
    return {
        "answers": answers,
        "agreements": sorted(Agreement.objects.filter(negotiation__in=made).values_list("state", flat=True)),
        "negotiations": sorted(Negotiation.objects.filter(pk__in=made).values_list("state", flat=True)),
    }


def file_race(times: int) -> dict[str, Any]:
    """The same document is taken off one draft while it is put to another: the row that is left has its bytes."""
    import io

    from everfair.agreements.actions.drafting import add_files, remove_file
    from everfair.agreements.models import Agreement, AgreementFile
    from everfair.gateways.storage.store import get_store
    from tests.factories.agreements import make_agreement

    def adding(key: int, data: bytes) -> Callable[[], str]:
        return lambda: str(
            len(add_files(Agreement.objects.get(pk=key), [("a.pdf", io.BytesIO(data))], by=None))
        )

    def removing(key: int) -> Callable[[], str]:
        def deed() -> str:
            row = AgreementFile.objects.select_related("file", "agreement").get(pk=key)
            remove_file(row.agreement, row)
            return "removed"

        return deed

    deeds, others = [], []
    for number in range(times):
        data = b"%%PDF-1.7\n1 0 obj\n<</N %d>>\nendobj\nstartxref\n9\n%%%%EOF" % number
        one, other = make_agreement(state="draft"), make_agreement(state="draft")
        held = add_files(one, [("a.pdf", io.BytesIO(data))], by=None)[0]
        deeds += [adding(other.pk, data), removing(held.pk)]
        others.append(other.pk)
    answers = at_once(deeds)
    rows = AgreementFile.objects.filter(agreement__in=others)
    return {"answers": answers, "kept": [get_store().exists(row.sha256) for row in rows]}


def same_person_race(times: int) -> dict[str, Any]:
    """Somebody owns both firms and confirms for both at the same moment."""
    from everfair.agreements.actions import drafting, offering
    from everfair.agreements.models import AgreementParty
    from tests.factories.agreements import make_terms
    from tests.factories.exhibition import make_exhibitor
    from tests.factories.people import make_membership, make_user

    deeds, made = [], []
    for _number in range(times):
        one = make_exhibitor()
        other, me = make_exhibitor(one.edition), make_user()
        make_membership(me, one.organisation, "owner")
        make_membership(me, other.organisation, "owner")
        row = drafting.make_of_firm(one, make_terms(), by=me)
        drafting.add_firms(row, [other], by=me)
        made.append(offering.offer(row, by=me).pk)
        deeds += [_confirming(row.pk, party.pk, me.pk) for party in row.parties.all()]
    answers = at_once(deeds)
    held = AgreementParty.objects.filter(agreement__in=made).exclude(confirmed_at=None)
    return {"answers": answers, "confirmed": held.count(), "times": times}


def main() -> None:
    import django

    django.setup()
    make_tables()
    print(
        json.dumps(
            {
                "confirm": confirm_race(2, 3),
                "answer": answer_race(4),
                "reopen": reopen_race(2),
                "file": file_race(3),
                "same": same_person_race(2),
            }
        )
    )


if __name__ == "__main__":
    main()
