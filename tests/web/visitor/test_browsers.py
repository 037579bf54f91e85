"""Names of browsers, for the list of sessions and for new passkeys."""

import pytest

from everfair.web.visitor.browsers import browser_name


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0",
            "Firefox, Windows",
        ),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) AppleWebKit/605 Version/17.4 Safari/605",
            "Safari, macOS",
        ),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17 Safari/604", "Safari, iPhone"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/128.0 Mobile Safari/537.36 Edg/128.0", "Edge, Android"),
        (
            "Mozilla/5.0 (Linux; Android 14) Chrome/107 Mobile Safari/537 MicroMessenger/8.0",
            "WeChat, Android",
        ),
        ("curl/8.5.0", "curl/8.5.0"),
        ("", ""),
    ],
)
def test_a_browser_has_a_name_people_know(agent: str, name: str) -> None:
    assert browser_name(agent) == name
