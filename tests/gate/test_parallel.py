"""Several gates at the same moment: the last place is given once, nobody counts twice; a server killed in the middle."""

import json
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from everfair.gate.actions.scanning import forget_kept, take_scans
from everfair.gate.models import Presence, Scan, Zone
from tests.config.databases import a_database, tables_on_postgres
from tests.config.installation import HERE, Client, Installation
from tests.factories.gate import make_device, make_holder, make_zone, scan_of

NOW = datetime(2026, 9, 5, 2, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _fresh() -> None:
    forget_kept()


def at_once(jobs: list[Callable[[], Any]]) -> list[Any]:
    """What each job gave, or its error, all begun at the same moment, each with its own connection."""
    from django.db import connections

    gate, answers = threading.Barrier(len(jobs)), [None] * len(jobs)

    def run(index: int) -> None:
        try:
            gate.wait(timeout=20)
            answers[index] = jobs[index]()
        except Exception as error:  # the assertion shows it
            answers[index] = error  # type: ignore[call-overload]
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(jobs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return answers


def inside(zone: Zone) -> int:
    zone.refresh_from_db()
    assert zone.inside == Presence.objects.filter(zone=zone).count()
    return zone.inside


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_the_last_places_are_given_once_to_parallel_gates() -> None:
    zone = make_zone(most=5)
    devices = [make_device(zone)[0] for _ in range(8)]
    people = [[make_holder(zone.edition) for _ in range(3)] for _ in devices]

    def enter(device: Any, badges: list[Any]) -> list[str]:
        return [
            take_scans(device, [scan_of(badge, zone, number, NOW)], NOW)[0]["verdict"]
            for number, badge in enumerate(badges, 1)
        ]

    answers = at_once(
        [lambda d=device, b=badges: enter(d, b) for device, badges in zip(devices, people, strict=True)]
    )
    verdicts = [one for answer in answers for one in answer]
    assert sorted(verdicts) == ["admitted"] * 5 + ["refused"] * 19
    assert inside(zone) == 5


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_the_same_badge_at_eight_gates_at_once_is_let_in_once() -> None:
    zone = make_zone()
    devices = [make_device(zone)[0] for _ in range(8)]
    badge = make_holder(zone.edition)
    answers = at_once(
        [lambda d=device: take_scans(d, [scan_of(badge, zone, 1, NOW)], NOW) for device in devices]
    )
    assert sorted(one[0]["verdict"] for one in answers) == ["admitted"] + ["refused"] * 7
    assert {one[0]["reason"] for one in answers} == {"", "inside"}
    assert inside(zone) == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_the_same_sending_six_times_at_once_counts_once() -> None:
    zone, other = make_zone(), None
    other = make_zone(zone.edition)
    device = make_device(zone)[0]
    scans = [
        scan_of(make_holder(zone.edition), zone if n % 2 else other, n, NOW, offline=True, verdict="admitted")
        for n in range(1, 21)
    ]

    def send(turn: int) -> list[dict[str, Any]]:
        mixed = random.Random(turn).sample(scans, len(scans))
        return take_scans(device, mixed, NOW)

    answers = at_once([lambda t=turn: send(t) for turn in range(6)])
    assert all([one["verdict"] for one in answer] == ["admitted"] * 20 for answer in answers), answers
    assert Scan.objects.count() == 20
    assert (inside(zone), inside(other)) == (10, 10)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_coming_and_going_through_many_doors_at_once_leaves_an_exact_count() -> None:
    zone = make_zone(most=6)
    devices = [make_device(zone)[0] for _ in range(6)]
    people = [make_holder(zone.edition) for _ in range(10)]

    def keep_door(device: Any, seed: int) -> None:
        chance = random.Random(seed)
        for number in range(1, 16):
            way = chance.choice(["in", "in", "out"])
            scan = scan_of(chance.choice(people), zone, 2 * number, NOW, direction=way)
            take_scans(device, [scan], NOW)
            if chance.random() < 0.2:
                undo = {"number": 2 * number + 1, "at": scan["at"], "undo": 2 * number}
                take_scans(device, [undo], NOW)

    answers = at_once([lambda d=device, s=seed: keep_door(d, s) for seed, device in enumerate(devices)])
    assert answers == [None] * 6
    assert 0 <= inside(zone) <= 6
    assert Scan.objects.count() == 90


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def installation(request: Any, tmp_path: Path) -> Installation:
    """A real installation; on PostgreSQL with a database of its own."""
    settings = {"EVERFAIR_RATE_LIMITS": "false", "EVERFAIR_SEARCH_ENGINE": "null"}
    if request.param == "postgresql":
        settings["EVERFAIR_DATABASE_URL"] = a_database("everfair_gate", tables_on_postgres())
    return Installation(tmp_path, settings)


def program(installation: Installation, *words: str) -> Any:
    done = subprocess.run(
        [sys.executable, "-m", "tests.gate.big_gate", *words],
        env=installation.environment,
        cwd=HERE,
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def send(client: Client, secret: str, scans: list[dict[str, Any]]) -> list[dict[str, Any]]:
    body = json.dumps({"clock": round(time.time() * 1000), "scans": scans}).encode()
    answer = client.ask("POST", "/gate/door/scans", body, Authorization=f"Device {secret}")
    assert answer.status == 200, answer.text
    found: list[dict[str, Any]] = json.loads(answer.body)["answers"]
    return found


def queue(codes: list[str], **more: Any) -> list[dict[str, Any]]:
    now = round(time.time() * 1000)
    return [
        {"number": n, "at": now, "zone": "north", "code": code, **more} for n, code in enumerate(codes, 1)
    ]


@pytest.mark.slow
def test_parallel_requests_to_a_real_server_fill_a_zone_exactly(installation: Installation) -> None:
    world = program(installation, "60", "10", "25")
    codes, secrets = world["codes"], world["secrets"]
    with installation.serving() as server:

        def keep_door(index: int) -> list[str]:
            client = server.client()
            return [
                send(client, secrets[index], [scan])[0]["verdict"]
                for scan in queue(codes[index * 6 : index * 6 + 6])
            ]

        answers = at_once([lambda i=index: keep_door(i) for index in range(10)])
    verdicts = [one for answer in answers for one in answer]
    assert sorted(verdicts) == ["admitted"] * 25 + ["refused"] * 35
    found = program(installation, "result")
    assert (found["inside"], found["present"], len(found["scans"])) == (25, 25, 60)


@pytest.mark.slow
def test_a_server_killed_in_the_middle_loses_nothing_it_acknowledged(installation: Installation) -> None:
    world = program(installation, "400", "4", "0")
    secrets = world["secrets"]
    queues = [queue(world["codes"][n::4], offline=True, verdict="admitted") for n in range(4)]
    acknowledged: set[str] = set()
    begun = threading.Event()

    def hand_in(server: Any, index: int) -> None:
        client = server.client()
        for start in range(0, 100, 5):
            try:
                answers = send(client, secrets[index], queues[index][start : start + 5])
            except OSError:
                return
            device = secrets[index].partition("-")[0]
            acknowledged.update(f"{device}:{one['number']}" for one in answers)
            if len(acknowledged) >= 60:
                begun.set()

    with installation.serving() as server:
        threads = [threading.Thread(target=hand_in, args=(server, index)) for index in range(4)]
        for thread in threads:
            thread.start()
        assert begun.wait(30)
        server.process.kill()
        for thread in threads:
            thread.join(timeout=60)
    assert 60 <= len(acknowledged) < 400, "killed too early or too late to show anything"
    kept = set(program(installation, "result")["scans"])
    assert acknowledged <= kept
    with installation.serving() as server:
        for _again in range(2):
            for index in range(4):
                answers = send(server.client(), secrets[index], queues[index])
                assert {one["verdict"] for one in answers} == {"admitted"}
    found = program(installation, "result")
    assert len(found["scans"]) == len(set(found["scans"])) == 400
    assert (found["inside"], found["present"]) == (400, 400)
