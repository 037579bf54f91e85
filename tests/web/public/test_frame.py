"""The edition kept in memory: gone when it becomes a draft, also while somebody is reading it."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404

from everfair.base.models import Change
from everfair.fair import access
from everfair.fair.models import Edition
from everfair.web.public import frame
from tests.factories.fair import make_edition

pytestmark = pytest.mark.django_db


def test_an_edition_that_became_a_draft_while_it_was_read_is_not_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    edition = make_edition()
    read = access.get_edition_for

    def read_slowly(user: object, slug: str) -> Edition:
        found = read(user, slug)
        Edition.objects.filter(pk=edition.pk).update(phase="draft")
        frame._note([Change(topic="fair.edition", key=edition.pk, edition_id=edition.pk)])
        return found

    monkeypatch.setattr(access, "get_edition_for", read_slowly)
    frame.edition_for(AnonymousUser(), edition.slug)
    monkeypatch.setattr(access, "get_edition_for", read)
    with pytest.raises(Http404):
        frame.edition_for(AnonymousUser(), edition.slug)
