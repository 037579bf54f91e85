"""Keeps sessions in a person's own programme."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from everfair.base.refusals import Refused
from everfair.programme.models import Bookmark, Session


def set_bookmark(session: Session, on: bool, *, by: Any) -> bool:
    """Put a public session into the person's programme, or take it out. Twice is as good as once. Whether it changed."""
    if not on:
        deleted, _rows = Bookmark.objects.filter(session=session, user=by).delete()
        return bool(deleted)
    if not session.is_public:
        raise Refused(_("Only sessions that are announced can be kept."))
    with transaction.atomic():
        _bookmark, is_new = Bookmark.objects.get_or_create(session=session, user=by)
    return is_new
