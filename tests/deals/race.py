"""An inquiry is sent from many tabs at once; colleagues move one card, or begin with one visitor, at the same moment."""

import json
from collections.abc import Callable
from typing import Any

from tests.prepared import make_tables
from tests.programme.seat_race import at_once


def send_race(tabs: int) -> dict[str, Any]:
    """The same inquiry to three firms from as many tabs; the edition has no stages yet."""
    from everfair.conversations.models import Message
    from everfair.deals.actions.inquiries import choose_firms
    from everfair.deals.actions.sending import send_inquiry
    from everfair.deals.models import DealStage, Inquiry, Negotiation
    from everfair.people.models import User
    from tests.factories.deals import make_inquiry
    from tests.factories.exhibition import make_exhibitor

    firms = [make_exhibitor()]
    firms += [make_exhibitor(firms[0].edition) for _ in range(2)]
    inquiry = make_inquiry(firms[0].edition, state="draft")
    choose_firms(inquiry, by=inquiry.by, add=firms)

    def send() -> str:
        user = User.objects.get(pk=inquiry.by_id)
        return str(len(send_inquiry(Inquiry.objects.get(pk=inquiry.pk), by=user)))

    said = at_once([send for _ in range(tabs)])
    return {
        "said": said, "negotiations": Negotiation.objects.count(), "messages": Message.objects.count(),
        "stages": DealStage.objects.count(), "chosen": inquiry.chosen.count(),
    }  # fmt: skip


def move_race(people: int) -> dict[str, Any]:
    """As many colleagues move one card, each from the page they opened at the same time; others move a card of their own."""
    from everfair.base.refusals import EditedMeanwhile
    from everfair.deals.actions.negotiations import move_negotiation
    from everfair.deals.actions.stages import stages_of
    from everfair.deals.models import Negotiation
    from tests.factories.deals import make_inquiry, make_negotiation
    from tests.factories.exhibition import make_exhibitor

    firm = make_exhibitor()
    stages = stages_of(firm.edition)
    rows = [
        make_negotiation(make_inquiry(firm.edition), firm, stage=stages[0], has_conversation=False)
        for _ in range(people + 1)
    ]

    def move(number: int) -> Callable[[], str]:
        def deed() -> str:
            row = Negotiation.objects.select_related("firm").get(pk=rows[0 if number % 2 else number + 1].pk)
            try:
                move_negotiation(row, stages[1], by=None, version=1)
            except EditedMeanwhile:
                return "stale"
            return "moved"

        return deed

    said = at_once([move(number) for number in range(people)])
    column = Negotiation.objects.filter(stage=stages[1]).order_by("place", "-pk")
    return {"said": said, "places": list(column.values_list("place", flat=True)), "people": people}


def begin_race(colleagues: int, most: int) -> dict[str, Any]:
    """Colleagues of a firm begin a negotiation from one lead at once; then each from a lead of their own, past the day's most."""
    from everfair.base.refusals import Refused
    from everfair.conversations.models import Conversation, Message
    from everfair.deals.actions.beginning import begin_negotiation
    from everfair.deals.models import Negotiation
    from everfair.deals.queries import begin
    from everfair.exhibition.models import Exhibitor
    from everfair.people.models import User
    from tests.factories.conversations import make_colleague
    from tests.factories.leads import make_booth, make_lead
    from tests.factories.people import make_user

    firm = make_booth()
    people = [make_colleague(firm) for _ in range(colleagues)]
    leads = [make_lead(firm, agrees=True, user=make_user()) for _ in range(colleagues + 1)]
    values = {
        "title": "Cold storage", "text": "As we said.", "language": "en", "expected": None, "currency": "", "step": "",
        "on": None, "is_shared": False,
    }  # fmt: skip

    def press(number: int, lead: Any) -> Callable[[], str]:
        def deed() -> str:
            by, row = User.objects.get(pk=people[number].pk), Exhibitor.objects.get(pk=firm.pk)
            try:
                made, is_new = begin_negotiation(row, "lead", lead.code, values, by=by)
            except Refused as error:
                return "refused" if "within a day" in str(error) else str(error)
            return f"new {made.pk}" if is_new else f"held {made.pk}"

        return deed

    said = at_once([press(number, leads[0]) for number in range(colleagues)])
    rows = Negotiation.objects.filter(firm=firm)
    talks = Conversation.objects.filter(parties__exhibitor=firm)
    once = (rows.count(), talks.count(), Message.objects.filter(conversation__in=talks).count())
    begin.MOST_A_DAY = most
    many = at_once([press(number, leads[number + 1]) for number in range(colleagues)])
    return {
        "said": said, "once": once, "many": [one.split()[0] for one in many], "most": most,
        "count": rows.count(), "messages": Message.objects.filter(conversation__in=talks).count(),
    }  # fmt: skip


def note_race(people: int) -> dict[str, Any]:
    """Colleagues save another text for one note, each from the page they opened at the same time."""
    from everfair.base.refusals import EditedMeanwhile
    from everfair.deals.access import Stand
    from everfair.deals.actions.notes import write_note
    from everfair.deals.models import Negotiation, NegotiationNote
    from tests.factories.deals import make_negotiation

    held = make_negotiation(has_conversation=False)
    note = write_note(Stand(held, "firm"), None, "first", by=None, is_shared=False)

    def write(number: int) -> Callable[[], str]:
        def deed() -> str:
            stand = Stand(Negotiation.objects.get(pk=held.pk), "firm")
            row = NegotiationNote.objects.get(pk=note.pk)
            try:
                write_note(stand, row, f"by {number}", by=None, is_shared=False, version=1)
            except EditedMeanwhile:
                return "stale"
            return f"by {number}"

        return deed

    said = at_once([write(number) for number in range(people)])
    note.refresh_from_db()
    return {"said": said, "text": note.text, "version": note.version}


def main() -> None:
    import django

    django.setup()
    make_tables()
    print(
        json.dumps(
            {"send": send_race(6), "move": move_race(6), "begin": begin_race(6, 3), "note": note_race(5)}
        )
    )


if __name__ == "__main__":
    main()
