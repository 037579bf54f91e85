"""Who may change synonyms: the edition's administrators. What may be found is decided by what is indexed."""

from typing import Any

from django.http import Http404

from everfair.fair import access as fair_access
from everfair.fair.models import Edition
from everfair.search.models import SynonymGroup


def can_edit_synonyms(user: Any, edition: Edition) -> bool:
    """Administrators of the edition."""
    return fair_access.may(user, "administer", edition)


def get_synonyms_for(user: Any, edition: Edition, pk: int) -> SynonymGroup:
    """One group of the edition, for its administrators; Http404 otherwise."""
    group = SynonymGroup.objects.filter(edition=edition, pk=pk).first()
    if group is None or not can_edit_synonyms(user, edition):
        raise Http404
    return group
