"""Every setting is read loudly: what cannot be meant stops the start with one sentence."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from everfair.config import environment as env
from everfair.config.environment import BadSetting, DatabaseAddress
from tests.config.installation import Installation


def refusal(read: Callable[..., Any], *arguments: Any, **environ: str) -> str:
    with pytest.raises(BadSetting) as caught:
        read("X_TEST", *arguments, environ=environ)
    assert isinstance(caught.value, SystemExit)  # the process ends with the sentence, without a traceback
    return str(caught.value)


@pytest.fixture(autouse=True)
def _leave_no_names() -> Any:
    yield
    env.DOCUMENTED.pop("X_TEST", None)


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("1", True),
        ("true", True),
        ("YES", True),
        ("On", True),
        ("0", False),
        ("false", False),
        ("No", False),
        ("off", False),
    ],
)
def test_booleans(value: str, found: bool) -> None:
    assert env.boolean("X_TEST", not found, environ={"X_TEST": value}) is found


@pytest.mark.parametrize("value", ["", "maybe", "2", "tru"])
def test_a_boolean_that_is_none(value: str) -> None:
    assert refusal(env.boolean, True, X_TEST=value) == f"X_TEST is “{value}”. It must be true or false."


def test_defaults_where_nothing_is_set() -> None:
    assert env.boolean("X_TEST", True, environ={}) is True
    assert env.number("X_TEST", 4, environ={}) == 4
    assert env.text("X_TEST", "a", environ={}) == "a"
    assert env.words("X_TEST", "a, b,", environ={}) == ["a", "b"]
    assert env.database("X_TEST", "sqlite:////x", environ={}) == DatabaseAddress("sqlite", "/x")


@pytest.mark.parametrize("value", ["", "four", "4.5", "1e3", "0x10"])
def test_a_number_that_is_none(value: str) -> None:
    assert "It must be a whole number" in refusal(env.number, 4, X_TEST=value)


@pytest.mark.parametrize(
    ("value", "fits"), [("0", False), ("1", True), ("64", True), ("65", False), ("-1", False)]
)
def test_numbers_have_limits(value: str, fits: bool) -> None:
    def read(name: str, environ: dict[str, str]) -> int:
        return env.number(name, 4, least=1, most=64, environ=environ)

    if fits:
        assert read("X_TEST", {"X_TEST": value}) == int(value)
    else:
        assert refusal(read, X_TEST=value) == f"X_TEST is {value}. It must lie between 1 and 64."


def test_a_word_that_is_not_among_those_known() -> None:
    def read(name: str, environ: dict[str, str]) -> str:
        return env.text(name, "a", among=("a", "b"), environ=environ)

    assert read("X_TEST", {"X_TEST": "b"}) == "b"
    assert refusal(read, X_TEST="c") == "X_TEST is “c”. It must be one of: a, b."


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    kept = tmp_path / "secret"
    kept.write_text("hush\n", encoding="utf-8")
    assert env.text("X_TEST", environ={"X_TEST_FILE": str(kept)}) == "hush"
    assert env.number("X_TEST", 1, environ={"X_TEST_FILE": str(_file(tmp_path, "7"))}) == 7


def _file(folder: Path, content: str) -> Path:
    path = folder / "content"
    path.write_text(content, encoding="utf-8")
    return path


def test_both_the_setting_and_its_file(tmp_path: Path) -> None:
    told = {"X_TEST": "a", "X_TEST_FILE": str(_file(tmp_path, "b"))}
    assert refusal(env.text, "", **told) == "Both X_TEST and X_TEST_FILE are set. Keep one of them."


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    missing = refusal(env.text, "", X_TEST_FILE=str(tmp_path / "nowhere"))
    assert "X_TEST_FILE names" in missing
    assert "cannot be read" in missing
    assert "cannot be read" in refusal(env.text, "", X_TEST_FILE=str(tmp_path))
    (tmp_path / "bytes").write_bytes(b"\xff\xfe\x00")
    assert "not a text in UTF-8" in refusal(env.text, "", X_TEST_FILE=str(tmp_path / "bytes"))


@pytest.mark.parametrize(
    ("value", "address"),
    [
        ("sqlite:////data/fair.sqlite3", DatabaseAddress("sqlite", "/data/fair.sqlite3")),
        ("sqlite:///var/a%20b.sqlite3", DatabaseAddress("sqlite", "var/a b.sqlite3")),
        ("postgres://u@h/n", DatabaseAddress("postgresql", "n", "u", "", "h", "")),
        (
            "postgresql://u:p%40ss@[::1]:5433/n",
            DatabaseAddress("postgresql", "n", "u", "p@ss", "::1", "5433"),
        ),
        ("postgresql:///n", DatabaseAddress("postgresql", "n")),
    ],
)
def test_addresses_of_databases(value: str, address: DatabaseAddress) -> None:
    assert env.database("X_TEST", "", environ={"X_TEST": value}) == address


@pytest.mark.parametrize(
    "value",
    ["", "mysql://u@h/n", "postgresql://u@h", "postgresql://u@h/", "sqlite://", "sqlite:///", "fair.sqlite3",
     "postgresql://u@h:many/n", "postgresql://u@h:99999/n", "postgresql://u@[::1/n"],
)  # fmt: skip
def test_an_address_that_is_none(value: str) -> None:
    assert "Write sqlite:///path/to/file or postgresql://" in refusal(
        env.database, "sqlite:////x", X_TEST=value
    )


def test_a_refusal_does_not_show_the_password() -> None:
    said = refusal(env.database, "", X_TEST="postgresql://wei:secret-word@h:many/n")
    assert "wei" in said
    assert "secret-word" not in said


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("EVERFAIR_PORT", "http"),
        ("EVERFAIR_THREADS", "0"),
        ("EVERFAIR_DEMO", "maybe"),
        ("EVERFAIR_SEARCH_ENGINE", "lucene"),
        ("EVERFAIR_DATABASE_URL", "mysql://h/n"),
        ("EVERFAIR_SECRET_KEY_FILE", "/nowhere/secret"),
    ],
)
def test_a_wrong_setting_stops_the_command_with_one_sentence(
    empty: Installation, name: str, value: str
) -> None:
    empty.settings[name] = value
    done = empty.run("doctor")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert re.search(rf"\b{name}\b", done.stderr)


def test_a_secret_key_is_made_once_and_only_its_owner_may_read_it(empty: Installation) -> None:
    read = "from django.conf import settings; print(settings.SECRET_KEY)"
    first, second = empty.python(read), empty.python(read)
    assert first == second
    assert len(first.strip()) > 50
    assert (empty.folder / "secret-key").stat().st_mode & 0o777 == 0o600


def test_settings_that_mean_something_only_together() -> None:
    env.all_or_none("TURN", {"X_ONE": "", "X_TWO": []})
    env.all_or_none("TURN", {"X_ONE": "a", "X_TWO": ["b"]})
    with pytest.raises(BadSetting, match=r"TURN needs X_TWO as well. Set all of X_ONE, X_TWO, or none."):
        env.all_or_none("TURN", {"X_ONE": "a", "X_TWO": []})


@pytest.mark.parametrize(
    ("begin", "rest", "good", "bad"),
    [
        ("https?://", env.WEB, "http://127.0.0.1:8088/janus", "127.0.0.1:8088"),
        ("https?://", env.WEB, "https://a.example", "https://a.example?x=1"),
        ("wss?://", env.WEB, "wss://[2001:db8::1]:443/janus", "https://a.example"),
        ("wss?://", env.WEB, "ws://a.example/", "wss://user:secret@a.example/"),
        ("turns?:", env.RELAY, "turn:a.example:3478?transport=udp", "turn://a.example"),
        ("turns?:", env.RELAY, "turns:a.example", "turn:a.example:99999"),
        ("stuns?:", env.RELAY, "stun:[2001:db8::1]:3478", "turn:a.example"),
    ],
)
def test_addresses_of_servers(begin: str, rest: str, good: str, bad: str) -> None:
    env.addresses("X_TEST", ["", good], begin, rest, "example")
    with pytest.raises(BadSetting, match="Write it like example") as caught:
        env.addresses("X_TEST", [good, bad], begin, rest, "example")
    assert "secret" not in str(caught.value)
