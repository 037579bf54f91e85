"""Two colleagues change one note: the slower one is told, and nothing is overwritten."""

import html

import pytest
from django.test import Client
from django.urls import reverse

from everfair.deals.access import Stand
from everfair.deals.actions.notes import write_note
from everfair.deals.models import NegotiationNote
from tests.factories.deals import make_negotiation
from tests.factories.people import make_membership, make_user
from tests.factories.quotations import seller_of

pytestmark = pytest.mark.django_db


def test_the_slower_colleague_is_told_and_keeps_what_was_typed() -> None:
    held = make_negotiation()
    seller = seller_of(held)
    mate = make_membership(make_user(), held.firm.organisation, "editor").user
    note = write_note(Stand(held, "firm"), None, "v0", by=seller, is_shared=False)
    one, two = Client(), Client()
    one.force_login(seller)
    two.force_login(mate)
    url = reverse("visitor:deals.note_write", args=[held.edition.slug, held.code])
    shown = one.get(reverse("visitor:deals.negotiation_show", args=[held.edition.slug, held.code]))
    assert 'name="version" value="1"' in shown.content.decode()
    typed = {"note": note.pk, "version": "1"}
    assert two.post(url, typed | {"text": "long text by mate"}).status_code == 302
    answer = one.post(url, typed | {"text": "v0 mended"})
    page = html.unescape(answer.content.decode())
    assert answer.status_code == 422
    assert "nothing was overwritten" in page
    assert "v0 mended" in page
    assert "long text by mate" in page
    assert NegotiationNote.objects.get().text == "long text by mate"
    one.post(url, typed | {"delete": "1"})
    assert NegotiationNote.objects.count() == 1, "nor deleted unread"
    assert one.post(url, {"note": note.pk, "version": "2", "text": "v0 mended"}).status_code == 302
    assert NegotiationNote.objects.get().text == "v0 mended"
