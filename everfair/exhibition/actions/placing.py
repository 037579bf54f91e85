"""The organiser gives a firm its area, place and delegation, all or nothing."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from everfair.exhibition.actions.booth import claim_place, release_place, save_booth
from everfair.exhibition.actions.recruiting import assign_delegation
from everfair.exhibition.models import Exhibitor


@transaction.atomic
def stand(exhibitor: Exhibitor, values: Mapping[str, Any], *, by: Any) -> Exhibitor:
    """`values`: area, place (brings its area along), delegation; a key that is missing changes nothing.

    Raises Refused when another firm holds the place, a quota is full, or a public booth would lose its area.
    """
    if "delegation" in values:
        assign_delegation(exhibitor, values["delegation"], by=by)
    place = values.get("place")
    if place is not None and place.pk != exhibitor.place_id:
        return claim_place(exhibitor, place, by=by)
    if "place" in values and place is None and exhibitor.place_id is not None:
        release_place(exhibitor, by=by)
    if "area" in values and values["area"] != exhibitor.area:
        save_booth(exhibitor, {"area": values["area"]}, by=by, version=None)
    return exhibitor
