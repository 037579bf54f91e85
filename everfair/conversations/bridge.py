"""Answers by mail: the token in the address a letter is answered to, and what of the answer is new. No mail is fetched here."""

import hashlib
import hmac
import re

from django.conf import settings

from everfair.conversations.models import Party
from everfair.people.models import User

SIGNS = 16  # hexadecimal digits: 64 bits, tried over mail
_TOKEN = re.compile(r"([0-9a-f]+)-([0-9a-f]+)-([0-9a-f]{16})")
# lines after which everything is quoted: "On … wrote:", "在 … 写道：", "-----Original Message-----", Outlook's "From:" block
_QUOTED = re.compile(
    r"^(>|(On|At|Le|El|Am) .{0,300}(wrote|écrit|escribió|schrieb)[^\n]{0,80}[:：]$|.{0,300}写道[:：]?$"
    r"|-{2,} ?(Original Message|Forwarded message|原始邮件|原邮件|回复的原邮件).*|_{10,}$|(From|发件人)[:：] ?.+)",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(r"^-- ?$")


def reply_token(party: Party, reader: User) -> str:
    """Names the party and the reader, signed with the installation's key: lower case, for mail servers fold it."""
    body = f"{party.pk:x}-{reader.pk:x}"
    return f"{body}-{_sign(body)}"


def read_token(token: str) -> tuple[int, int] | None:
    """(party, reader) of a token of ours; None for a forged one."""
    found = _TOKEN.fullmatch(token.strip().lower())
    if found is None:
        return None
    body = f"{found[1]}-{found[2]}"
    if not hmac.compare_digest(_sign(body), found[3]):
        return None
    return int(found[1], 16), int(found[2], 16)


def own_words(text: str) -> str:
    """What the writer of an answer wrote, without the letter quoted below and the signature.

    Who writes below the quote, or between its lines, is heard too: everything that is not quoted.
    """
    lines = text.replace("\r\n", "\n").split("\n")
    above: list[str] = []
    for place, line in enumerate(lines):
        if _begins_quote(line, lines[place + 1] if place + 1 < len(lines) else ""):
            break
        if _SIGNATURE.match(line):
            return "\n".join(above).strip()
        above.append(line)
    said = "\n".join(above).strip()
    return said or _below(lines)


def _begins_quote(line: str, following: str) -> bool:
    """Mail programs break "On … wrote:" where the line is full."""
    begin, rest = line.strip(), following.strip()
    if _QUOTED.match(begin):
        return True
    return (
        bool(rest)
        and begin.startswith(("On ", "At ", "在 ", "在"))
        and bool(_QUOTED.match(f"{begin} {rest}"))
    )


def _below(lines: list[str]) -> str:
    if not any(line.startswith(">") for line in lines):
        return ""  # a block without marks: nobody can tell where it ends
    kept: list[str] = []
    for line in lines:
        if _SIGNATURE.match(line):
            break
        if not _QUOTED.match(line.strip()):
            kept.append(line)
    return "\n".join(kept).strip()


def _sign(body: str) -> str:
    key = b"everfair.conversations.reply:" + settings.SECRET_KEY.encode()
    return hmac.new(key, body.encode(), hashlib.sha256).hexdigest()[:SIGNS]
