"""Cards that every address book reads: escaped, folded, nothing smuggled in."""

from datetime import UTC, datetime

from everfair.gateways.vcards import Card, vcard, vcards


def test_a_card_holds_what_is_known_and_nothing_else() -> None:
    text = vcard(
        Card(
            key="k3m9", name="李娜", second_name="Li Na", organisation="Qinglan, Ltd; Beijing",
            email="li@example.org", country="CN", changed_at=datetime(2026, 9, 4, 8, 0, tzinfo=UTC),
        )
    )  # fmt: skip
    assert text.split("\r\n") == [
        "BEGIN:VCARD",
        "VERSION:3.0",
        "UID:k3m9",
        "FN:李娜",
        "N:李娜;;;;",
        "NICKNAME:Li Na",
        "ORG:Qinglan\\, Ltd\\; Beijing",
        "EMAIL;TYPE=INTERNET:li@example.org",
        "ADR;TYPE=WORK:;;;;;;CN",
        "REV:2026-09-04T08:00:00Z",
        "END:VCARD",
        "",
    ]


def test_what_somebody_typed_cannot_become_a_field() -> None:
    text = vcard(Card(key="a", name="Eve\r\nEMAIL:eve@evil.example\x00", note="a\\b\nEND:VCARD"))
    assert "\r\nEMAIL" not in text
    assert text.count("\r\nEND:VCARD\r\n") == 1
    assert "FN:Eve\\nEMAIL:eve@evil.example\r\n" in text
    assert "NOTE:a\\\\b\\nEND:VCARD\r\n" in text


def test_long_lines_are_folded_between_characters() -> None:
    name = "服务贸易" * 40
    written = vcards([Card(key="a", name=name)])
    assert all(len(line) <= 75 for line in written.split(b"\r\n"))
    assert f"FN:{name}\r\n" in written.decode().replace("\r\n ", "")
