"""The embedding gateway against a real server on this machine: answers, delays, refusals, nonsense, and addresses it must not ask."""

import socket
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from everfair.gateways.embedding import (
    EmbeddingAway,
    EmbeddingRefused,
    HttpEmbedding,
    NullEmbedding,
    TextsRefused,
    get_embedder,
)
from tests.gateways.embedding.encoder import (
    Encoder,
    breaks_off,
    closed_port,
    fails,
    hangs,
    says,
    serving,
    trickles,
    truncated,
)


def letters(text: str) -> list[float]:
    """How often a, b and c stand in a text, and a one."""
    return [float(text.count(sign)) for sign in "abc"] + [1.0]


@pytest.fixture
def encoder() -> Iterator[Encoder]:
    with serving(letters) as one:
        yield one


def asking(encoder: Encoder, **given: Any) -> tuple[HttpEmbedding, list[float]]:
    """An embedder that notes its pauses instead of making them."""
    pauses: list[float] = []
    return HttpEmbedding(encoder.url, "letters", sleep=pauses.append, **given), pauses


def test_vectors_come_in_the_order_of_the_texts_and_have_length_one(encoder: Encoder) -> None:
    embedder, _pauses = asking(encoder, key="secret")
    found = embedder.embed(["aaa", "b", "abc"])
    expected = np.array([letters(text) for text in ("aaa", "b", "abc")])
    expected /= np.linalg.norm(expected, axis=1, keepdims=True)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, atol=1e-6)
    assert encoder.asked == [{"model": "letters", "input": ["aaa", "b", "abc"]}]
    assert encoder.keys == ["Bearer secret"]
    assert "secret" not in repr(embedder)


def test_many_texts_go_in_parts_and_long_ones_are_cut(encoder: Encoder) -> None:
    embedder, _pauses = asking(encoder, batch=2, longest=10)
    assert embedder.embed(["a" * 50, "b", "c", "ab", "bc"]).shape == (5, 4)
    assert [len(one["input"]) for one in encoder.asked] == [2, 2, 1]
    assert encoder.texts[0] == "a" * 10


def test_texts_that_say_nothing_are_not_sent(encoder: Encoder) -> None:
    embedder, _pauses = asking(encoder)
    found = embedder.embed(["", "a", "  !? ", "😀", "\ud800b"])
    assert np.any(found != 0, axis=1).tolist() == [False, True, False, False, True]
    assert encoder.texts == ["a", "b"]
    assert embedder.embed([]).shape == (0, 0)
    assert len(encoder.asked) == 1


def test_no_address_no_encoder(settings: Any) -> None:
    settings.EMBEDDING_URL = ""
    none = get_embedder()
    assert isinstance(none, NullEmbedding)
    assert not none.is_on
    assert none.embed(["a", "b"]).shape == (2, 0)


def test_the_settings_reach_the_encoder(encoder: Encoder, settings: Any) -> None:
    settings.EMBEDDING_URL, settings.EMBEDDING_MODEL, settings.EMBEDDING_KEY = encoder.url, "m", "k"
    settings.EMBEDDING_DIMENSIONS = 4
    embedder = get_embedder()
    assert (embedder.name, embedder.is_on) == ("m/4", True)
    assert embedder.embed(["a"]).shape == (1, 4)
    assert encoder.asked == [{"model": "m", "input": ["a"], "dimensions": 4}]


def test_busy_is_asked_again_after_the_time_it_names(encoder: Encoder) -> None:
    embedder, pauses = asking(encoder)
    encoder.misbehave = [fails(429, Retry_After="7"), fails(500)]
    assert embedder.embed(["a"]).shape == (1, 4)
    assert pauses[0] == 7.0
    assert 1.6 <= pauses[1] <= 2.4
    assert len(encoder.asked) == 3


def test_who_asks_for_much_patience_is_away(encoder: Encoder) -> None:
    embedder, pauses = asking(encoder)
    encoder.misbehave = [fails(429, Retry_After="600")]
    with pytest.raises(EmbeddingAway) as told:
        embedder.embed(["a"])
    assert told.value.wait == 600
    assert pauses == []


@pytest.mark.parametrize("nonsense", ["soon", "-3", "Wed, 99 Foo 2026", "9" * 400])
def test_nonsense_in_retry_after_does_no_harm(encoder: Encoder, nonsense: str) -> None:
    embedder, pauses = asking(encoder, tries=2)
    encoder.misbehave = [fails(503, Retry_After=nonsense)]
    if nonsense.isdecimal():
        with pytest.raises(EmbeddingAway):
            embedder.embed(["a"])
    else:
        embedder.embed(["a"])
        assert pauses[0] < 1.5


@pytest.mark.parametrize("how", [fails(500), fails(502), breaks_off])
def test_an_encoder_that_stays_away_is_said_to_be(encoder: Encoder, how: Any) -> None:
    embedder, pauses = asking(encoder)
    encoder.always = how
    with pytest.raises(EmbeddingAway):
        embedder.embed(["a"])
    assert len(encoder.asked) == 3
    assert len(pauses) == 2


@pytest.mark.parametrize("how", [hangs, trickles])
def test_nobody_waits_for_ever(encoder: Encoder, how: Any) -> None:
    embedder, _pauses = asking(encoder, timeout=0.3, tries=1)
    encoder.always = how
    with pytest.raises(EmbeddingAway, match=r"0\.3 seconds"):
        embedder.embed(["a"])


def test_nobody_there() -> None:
    embedder = HttpEmbedding(f"http://127.0.0.1:{closed_port()}/", "m", tries=1)
    with pytest.raises(EmbeddingAway, match="cannot be reached"):
        embedder.embed(["a"])


def row(values: Any, index: int = 0) -> dict[str, Any]:
    return {"index": index, "embedding": values}


@pytest.mark.parametrize(
    "how",
    [
        truncated,
        says([]),
        says({"data": None}),
        says({"data": [1]}),
        says({"data": []}),
        says({"data": [row([1.0]), row([1.0], 1)]}),
        says({"data": [row([1.0], 5)]}),
        says({"data": [row([])]}),
        says({"data": [row("AAAA")]}),
        says({"data": [row([[1.0]])]}),
        says({"data": [row(["1"])]}),
        says({"data": [row([True, False])]}),
        says({"data": [row([0.0, 0.0])]}),
        says({"data": [row([float("nan"), 1.0])]}),
        says({"data": [row([float("inf"), 1.0])]}),
        says({"data": [row([10**400, 1.0])]}),
        says({"data": [row([1.0] * 9000)]}),
        lambda _e, to, _t: to.wfile.write(b"SSH-2.0-OpenSSH\r\n"),
    ],
)
def test_an_answer_of_another_shape_is_refused(encoder: Encoder, how: Any) -> None:
    embedder, _pauses = asking(encoder, tries=1)
    encoder.always = how
    with pytest.raises((EmbeddingRefused, EmbeddingAway)):
        embedder.embed(["a"])


def test_vectors_of_different_lengths_are_refused_within_and_between_questions(encoder: Encoder) -> None:
    embedder, _pauses = asking(encoder, batch=1)
    encoder.misbehave = [says({"data": [row([1.0, 2.0])]})]
    with pytest.raises(EmbeddingRefused, match="different lengths"):
        embedder.embed(["a", "b"])
    both, _pauses = asking(encoder)
    encoder.misbehave = [says({"data": [row([1.0, 2.0]), row([1.0], 1)]})]
    with pytest.raises(EmbeddingRefused, match="different lengths"):
        both.embed(["a", "b"])


def test_another_number_of_numbers_than_asked_for_is_refused(encoder: Encoder) -> None:
    embedder, _pauses = asking(encoder, dimensions=8)
    with pytest.raises(EmbeddingRefused, match="8 were asked for"):
        embedder.embed(["a"])


def test_an_answer_too_large_is_not_read_to_its_end(encoder: Encoder, monkeypatch: Any) -> None:
    monkeypatch.setattr("everfair.gateways.embedding.http_embedding.MOST_BYTES", 1000)
    embedder, _pauses = asking(encoder)
    encoder.always = fails(200, "x" * 2_000_000)
    with pytest.raises(EmbeddingRefused, match="more than"):
        embedder.embed(["a"])


@pytest.mark.parametrize(
    ("how", "kind", "said"),
    [
        (fails(401), EmbeddingRefused, "EVERFAIR_EMBEDDING_KEY"),
        (fails(404), EmbeddingRefused, "EVERFAIR_EMBEDDING_MODEL"),
        (fails(413), TextsRefused, "413"),
        (fails(400, "input is too long"), TextsRefused, "too long"),
        (fails(307, Location="http://127.0.0.1:1/"), EmbeddingRefused, "leads elsewhere"),
    ],
)
def test_what_will_not_change_is_not_asked_again(encoder: Encoder, how: Any, kind: Any, said: str) -> None:
    embedder, pauses = asking(encoder)
    encoder.always = how
    with pytest.raises(kind, match=said):
        embedder.embed(["a"])
    assert len(encoder.asked) == 1
    assert pauses == []


@pytest.mark.parametrize(
    "url",
    ["", "ftp://a.example/", "embeddings", "http:///v1", "http://a.example:port/", "https://u:p@a.example/"],
)
def test_what_is_no_address_is_said_to_be_none(url: str) -> None:
    with pytest.raises(EmbeddingRefused, match="EVERFAIR_EMBEDDING_URL"):
        HttpEmbedding(url, "m").embed(["a"])


def test_a_key_that_cannot_be_sent_is_refused(encoder: Encoder) -> None:
    embedder, _pauses = asking(encoder, key="one\ntwo")
    with pytest.raises(EmbeddingRefused, match="EVERFAIR_EMBEDDING_KEY") as told:
        embedder.embed(["a"])
    assert "one" not in str(told.value).split("holds")[1]
    assert encoder.asked == []


def resolves_to(monkeypatch: pytest.MonkeyPatch, *numbers: str) -> list[Any]:
    """The encoder's name stands for these; connections are noted, not made."""
    made: list[Any] = []

    def connects(to: Any, *_arguments: Any) -> Any:
        made.append(to)
        raise ConnectionRefusedError("refused")

    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (number, 443)) for number in numbers]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: found)
    monkeypatch.setattr(socket, "create_connection", connects)
    return made


INSIDE = [
    "10.0.0.4",
    "192.168.1.1",
    "169.254.169.254",
    "0.0.0.0",
    "fd00::1",
    "fe80::1%eth0",
    "::ffff:10.0.0.4",
    "100.64.0.1",
]


@pytest.mark.parametrize("number", INSIDE)
def test_inside_networks_are_not_asked_without_leave(monkeypatch: pytest.MonkeyPatch, number: str) -> None:
    made = resolves_to(monkeypatch, number)
    with pytest.raises(EmbeddingRefused, match="EVERFAIR_EMBEDDING_INSIDE"):
        HttpEmbedding("https://encoder.example/", "m", tries=1).embed(["a"])
    assert made == []
    with pytest.raises(EmbeddingAway):
        HttpEmbedding("https://encoder.example/", "m", tries=1, is_inside_allowed=True).embed(["a"])
    assert [to[0] for to in made] == [number]


def test_one_inside_address_among_several_is_enough_to_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    made = resolves_to(monkeypatch, "93.184.216.34", "10.0.0.4")
    with pytest.raises(EmbeddingRefused):
        HttpEmbedding("https://encoder.example/", "m", tries=1).embed(["a"])
    assert made == []


def test_texts_do_not_cross_the_world_unprotected(monkeypatch: pytest.MonkeyPatch) -> None:
    made = resolves_to(monkeypatch, "93.184.216.34")
    with pytest.raises(EmbeddingRefused, match="https"):
        HttpEmbedding("http://encoder.example/", "m", tries=1).embed(["a"])
    assert made == []
    with pytest.raises(EmbeddingAway):
        HttpEmbedding("https://encoder.example/", "m", tries=1).embed(["a"])
    assert made == [("93.184.216.34", 443)]
