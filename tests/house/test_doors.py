"""Access by table: every address × every role, with the expected answer. An unlisted address fails."""

from collections.abc import Iterator
from copy import deepcopy
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.house.doors import (
    ROLES,
    Door,
    agreements,
    badges,
    calls,
    deals,
    exhibitor,
    gate,
    leads,
    matching,
    meetings_desks,
    meetings_runs,
    meetings_visitor,
    meetings_wishes,
    needs,
    organiser,
    outcomes,
    presence,
    programme_desks,
    programme_public,
    public,
    quotations,
    registration,
    room,
    schedules,
    stage,
    talk_desk,
    talk_files,
    talks,
    visitor,
)
from tests.house.world import World, make_world

DOORS: list[Door] = [
    *public.DOORS,
    *agreements.DOORS,
    *registration.DOORS,
    *room.DOORS,
    *badges.DOORS,
    *calls.DOORS,
    *deals.DOORS,
    *visitor.DOORS,
    *exhibitor.DOORS,
    *leads.DOORS,
    *gate.DOORS,
    *meetings_desks.DOORS,
    *meetings_runs.DOORS,
    *meetings_visitor.DOORS,
    *meetings_wishes.DOORS,
    *matching.DOORS,
    *needs.DOORS,
    *organiser.DOORS,
    *outcomes.DOORS,
    *presence.DOORS,
    *programme_desks.DOORS,
    *programme_public.DOORS,
    *quotations.DOORS,
    *schedules.DOORS,
    *stage.DOORS,
    *talks.DOORS,
    *talk_desk.DOORS,
    *talk_files.DOORS,
]
# Pages of allauth itself: its own rights, tested by its own suite and by the sign-in journeys.
FOREIGN_PREFIXES = ("account_", "mfa_", "usersessions_")


def _names(patterns: Any, prefix: str = "") -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inside = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from _names(pattern.url_patterns, inside)
        elif isinstance(pattern, URLPattern):
            yield f"{prefix}{pattern.name}"


def test_every_address_is_listed() -> None:
    listed = {door.name for door in DOORS}
    found = {name for name in _names(get_resolver().url_patterns) if not name.startswith(FOREIGN_PREFIXES)}
    assert found - listed == set(), "addresses without a door: add them to tests/house/doors/"
    assert listed - found == set(), "doors without an address"


@pytest.fixture(scope="module")
def made(django_db_setup: Any, django_db_blocker: Any) -> Iterator[tuple[World, dict[str, SimpleCookie]]]:
    """The world and everybody signed in: made once, taken back after the last door."""
    with django_db_blocker.unblock(), transaction.atomic():
        world = make_world()
        signed_in = {}
        for role in ROLES:
            client = Client()
            if world.people[role] is not None:
                client.force_login(world.people[role])
            signed_in[role] = client.cookies
        yield world, signed_in
        transaction.set_rollback(True)


@pytest.fixture
def world(made: tuple[World, object], settings: Any, tmp_path: Path) -> World:
    """This door's own copy: what a door changes in it is not seen by the next."""
    settings.SEARCH_DIR = tmp_path  # no index: the search page says that it is being put in order
    return deepcopy(made[0])


@pytest.mark.django_db  # each door in a savepoint inside the file's transaction
@pytest.mark.parametrize("door", DOORS, ids=lambda door: f"{door.method} {door.name}")
def test_door(door: Door, world: World, made: tuple[object, dict[str, SimpleCookie]]) -> None:
    wrong = []
    for role in ROLES:
        client = Client(raise_request_exception=False)
        client.cookies = deepcopy(made[1][role])
        address = reverse(door.name, kwargs=door.kwargs(world))
        response = getattr(client, door.method)(address, door.data(world))
        expected = getattr(door, role)
        if response.status_code != expected:
            wrong.append(
                f"{role}: {response.status_code}, expected {expected} ({response.headers.get('Location', '')})"
            )
    assert not wrong, f"{door.method} {door.name}: " + "; ".join(wrong)
