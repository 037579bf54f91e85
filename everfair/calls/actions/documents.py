"""A document shown in a call: checked, kept for who is in the call alone, told to everybody inside."""

from datetime import datetime
from typing import IO, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from everfair.base.refusals import Refused
from everfair.calls.actions.guards import lock_call, record
from everfair.calls.models import CallPerson, SharedDocument
from everfair.calls.queries.facts import document_fact, topic_of
from everfair.conversations.actions.files import keep_files
from everfair.gateways import live

MOST_DOCUMENTS = 20  # in one call


def show_document(
    person: CallPerson, name: str, source: IO[bytes], *, by: Any, now: datetime | None = None
) -> SharedDocument:
    """Everybody inside may open it. Refused for who is outside, for files that are not what they say, for too many."""
    now = now or timezone.now()
    if person.state != CallPerson.State.IN:
        raise Refused(_("You are not in this call."))
    (kept,) = keep_files([(name, source)], by=by, now=now)
    with transaction.atomic():
        call = lock_call(person.call)
        if call.documents.count() >= MOST_DOCUMENTS:
            raise Refused(
                _("%(most)d documents are in this call already. Send this one in the conversation.")
                % {"most": MOST_DOCUMENTS}
            )
        kept.file.save()
        made = SharedDocument.objects.create(call=call, file=kept.file, name=kept.name, by=by, at=now)
        live.publish(topic_of(call), document_fact(made), key=f"d{made.pk}")
        record("document.shown", call, by)
    return made
