"""A firm says that it can help, and takes its word back; whoever looks for something reads it."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from everfair.base.refusals import Refused
from everfair.base.texts import clean_text, has_a_letter
from everfair.exhibition.models import Exhibitor
from everfair.matchmaking import notices
from everfair.matchmaking.access import needs_for_firm
from everfair.matchmaking.actions.guards import announce, lock_need, record
from everfair.matchmaking.forms.need_values import guess_language, is_language
from everfair.matchmaking.models import Need, NeedAnswer

LONGEST = 4000


def answer_need(
    need: Need,
    exhibitor: Exhibitor,
    message: str,
    *,
    by: Any,
    language: str = "",
    now: datetime | None = None,
) -> NeedAnswer:
    """The firm's word that it can help; the buyer is told. One answer of a firm to a need at a time.

    Refused when the need is not open to this firm, is its own, or the firm's booth is not public.
    """
    text = _clean(message)
    with transaction.atomic():
        row = lock_need(need)
        _require_answerable(row, exhibitor)
        code = language if language and is_language(language) else guess_language(text, "en")
        try:
            with transaction.atomic():
                answer = NeedAnswer.objects.create(
                    need=row, exhibitor=exhibitor, message=text, language=code[:10],
                    by=by if getattr(by, "pk", None) else None, at=now or timezone.now(),
                )  # fmt: skip
        except IntegrityError as error:
            raise Refused(
                _("Your firm has answered already. Take that answer back to write another.")
            ) from error
        record("answered", row, by, after={"firm": str(exhibitor)})
        notices.tell_answered(answer)
        announce(row, "answered")
    return answer


def _clean(message: str) -> str:
    text = clean_text(message)
    if not text or not has_a_letter(text):
        raise Refused(_("Say in a sentence or two what you can do for them."), field="message")
    if len(text) > LONGEST:
        raise Refused(
            _("Your answer has %(count)d characters; at most %(limit)d fit.")
            % {"count": len(text), "limit": LONGEST},
            field="message",
        )
    return text


def _require_answerable(row: Need, exhibitor: Exhibitor) -> None:
    if row.seeker is not None and row.seeker.exhibitor_id == exhibitor.pk:
        raise Refused(_("This is your own need."))
    if not needs_for_firm(exhibitor).filter(pk=row.pk).exists():
        raise Refused(_("This need is not open any more. Nothing was sent."))
    if exhibitor.state != Exhibitor.State.PUBLISHED:
        raise Refused(_("Open your booth first: the buyer looks at it when they read your answer."))


def withdraw_answer(answer: NeedAnswer, *, by: Any, now: datetime | None = None) -> NeedAnswer:
    """Take the firm's answer back. The buyer sees it no longer; the firm may answer again."""
    with transaction.atomic():
        need = lock_need(answer.need)
        row = NeedAnswer.objects.select_for_update(of=("self",)).select_related("exhibitor").get(pk=answer.pk)
        if row.withdrawn_at is not None:
            raise Refused(_("This answer was taken back already."))
        row.withdrawn_at = now or timezone.now()
        row.save(update_fields=["withdrawn_at"])
        record("answer_withdrawn", need, by, after={"firm": str(row.exhibitor)})
        announce(need, "changed")
    answer.withdrawn_at = row.withdrawn_at
    return answer


def see_answers(need: Need, *, by: Any, now: datetime | None = None) -> int:
    """The buyer has looked at the answers; how many were new."""
    fresh = need.answers.filter(seen_at=None, withdrawn_at=None)
    return fresh.update(seen_at=now or timezone.now())
