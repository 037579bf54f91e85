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
    r"^(>|On .{0,200}wrote:$|在.{0,200}写道[:：]?$|-{2,} ?(Original Message|原始邮件).*|_{10,}$|(From|发件人)[:：] .+)",
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
    """What the writer of an answer wrote, without the letter quoted below and the signature."""
    kept: list[str] = []
    for line in text.replace("\r\n", "\n").split("\n"):
        if _QUOTED.match(line.strip()) or _SIGNATURE.match(line):
            break
        kept.append(line)
    return "\n".join(kept).strip()


def _sign(body: str) -> str:
    key = b"everfair.conversations.reply:" + settings.SECRET_KEY.encode()
    return hmac.new(key, body.encode(), hashlib.sha256).hexdigest()[:SIGNS]
