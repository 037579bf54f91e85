"""Tells open pages what changed at places, once it is committed: numbers to everybody, who came to the booth's team."""

from collections.abc import Iterable
from functools import partial

from django.db import transaction
from django.utils import timezone

from everfair.exhibition.models import Exhibitor
from everfair.fair.models import Edition
from everfair.gateways import live
from everfair.presence.models import BOOTH, FAIR, HALLS, area_place
from everfair.presence.queries.facts import (
    crowd_of,
    here_topic,
    place_fact,
    team_fact,
    team_topic,
)


def tell_after(edition: Edition, places: Iterable[str]) -> None:
    """After commit: what is read then holds what others committed meanwhile, too."""
    names = frozenset(places) - {FAIR}
    if names:
        transaction.on_commit(partial(tell_places, edition, names))


def tell_places(edition: Edition, places: Iterable[str]) -> None:
    """The places as they now are; a booth's also in its area, all of them on the plan, a booth's to its team."""
    names = set(places)
    codes = [name.removeprefix(BOOTH) for name in names if name.startswith(BOOTH)]
    booths = list(Exhibitor.objects.filter(edition=edition, code__in=codes).select_related("area"))
    names |= {area_place(booth.area.code) for booth in booths if booth.area is not None} | {HALLS}
    crowd = crowd_of(edition)
    for name in names:
        live.publish(here_topic(edition.slug, name), place_fact(crowd, name), key="here")
    now = timezone.now()
    for booth in booths:
        booth.edition = edition
        # not kept: names are not handed out again to who comes back later, their page is drawn anew
        live.publish(team_topic(booth), team_fact(booth, now), key="who", keep=False)
