"""Public codes: short, permanent, safe to read aloud. They are never made from a label and never reused."""

import re
import secrets
import unicodedata

ALPHABET = "23456789abcdefghjkmnpqrstvwxyz"  # no 0/o, 1/i/l, u
LENGTH = 8


def new_code(length: int = LENGTH) -> str:
    """A random code; with 8 characters of 30, two in a million rows meet with probability below one in 10^6 per row."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def slug(text: str, limit: int = 60) -> str:
    """Latin letters and digits of `text`, joined by hyphens; "" when it has none (Chinese, emoji)."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:limit].strip("-")


def address_part(text: str, code: str) -> str:
    """ "qinglan-cloud-k3m9x2ab": what stands in an address. Only the code after the last hyphen counts."""
    head = slug(text)
    return f"{head}-{code}" if head else code


def code_of(part: str) -> str:
    """The code in an address part, whatever slug stands before it."""
    return part.rsplit("-", 1)[-1]
