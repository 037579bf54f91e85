"""The harness itself: where a machine allows no network for Janus, or a package is missing, a sentence says what to do."""

import subprocess
from typing import Any

import pytest

from tools import services_of_calls
from tools.services_of_calls import CABLE, NotHere, janus, network, turn


def test_no_network_may_be_made_here(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []

    def refuse(words: list[str], **_: Any) -> "subprocess.CompletedProcess[str]":
        asked.append(words)
        return subprocess.CompletedProcess(words, 2, "[]", "RTNETLINK answers: Operation not permitted")

    monkeypatch.setattr(services_of_calls.subprocess, "run", refuse)
    with pytest.raises(NotHere, match=r"ip link add v0 type veth.*Operation not permitted"), network():
        pytest.fail("there is no network")
    if len(asked) > 1:  # root
        assert asked[-1][:3] == ["ip", "link", "del"]


def test_cables_of_this_or_another_run_are_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def told(*names: str) -> bool:
        listed = ", ".join(f'{{"ifname": "{name}", "addr_info": [{{"local": "x"}}]}}' for name in names)
        done = subprocess.CompletedProcess([], 0, f"[{listed}]", "")
        monkeypatch.setattr(services_of_calls.subprocess, "run", lambda *_, **__: done)
        return services_of_calls._has_network()

    assert not told("lo")
    assert not told("lo", f"{CABLE}12a")
    assert told("lo", "eth0")


@pytest.mark.parametrize(("start", "package"), [(janus, "janus"), (turn, "coturn")])
def test_a_package_is_missing(monkeypatch: pytest.MonkeyPatch, start: Any, package: str) -> None:
    monkeypatch.setattr(services_of_calls, "find_program", lambda name: None)
    with pytest.raises(NotHere, match=f"apt-get install {package}"), start():
        pytest.fail("nothing can have started")
