"""One letter that came in (RFC 5322), taken apart: whom it reached, its words, what hangs on it. What it means is others' work."""

import codecs
import hashlib
import re
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import getaddresses
from html.parser import HTMLParser

REACHED = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "To", "Cc")
MOST_PARTS = 200
_SIGNATURES = ("application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature")
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "ks_c_5601-1987": "cp949"}
_GUESSES = ("utf-8", "gb18030")


class NoLetter(ValueError):
    """What came is no letter."""


@dataclass(frozen=True)
class Attachment:
    """A file as it came: name in any script, bytes unchecked."""

    name: str
    data: bytes


@dataclass(frozen=True)
class Incoming:
    """A letter. `reached`: addresses it was delivered to, the envelope's first; `digest` names it, sent twice or not."""

    sender: str
    reached: list[str]
    text: str
    digest: str
    is_automatic: bool
    attachments: list[Attachment] = field(default_factory=list)


def read_letter(raw: bytes) -> Incoming:
    """Take a letter apart. Raises NoLetter for bytes without headers; damaged parts are read as far as they go."""
    try:
        found = message_from_bytes(raw, policy=policy.default)
    except (
        MessageError,
        ValueError,
        IndexError,
        AttributeError,
    ) as error:  # the parser trips over some headers
        raise NoLetter("this is no letter") from error
    if not isinstance(found, EmailMessage) or not found.keys():
        raise NoLetter("this is no letter")
    text, attachments = _parts(found)
    number = _header(found, "Message-ID").strip()
    return Incoming(
        sender=next((address for _name, address in getaddresses([_header(found, "From")]) if address), ""),
        reached=[address for name in REACHED for address in _addresses(found, name)],
        text=text,
        digest=hashlib.sha256(number.encode() if number else raw).hexdigest(),
        is_automatic=_is_automatic(found),
        attachments=attachments,
    )


def _header(letter: EmailMessage, name: str) -> str:
    try:
        return str(letter.get(name, ""))
    except (MessageError, ValueError, IndexError, AttributeError, TypeError):  # headers nobody should write
        return ""


def _addresses(letter: EmailMessage, name: str) -> list[str]:
    try:
        lines = [str(one) for one in letter.get_all(name, [])]
    except (MessageError, ValueError, IndexError, AttributeError, TypeError):
        return []
    return [address for _shown, address in getaddresses(lines) if "@" in address]


def _is_automatic(letter: EmailMessage) -> bool:
    """RFC 3834, and what is sent that does not know it: lists, holiday notes, reports of a mail server."""
    if _header(letter, "Auto-Submitted").split(";")[0].strip().lower() not in ("", "no"):
        return True
    if _header(letter, "Precedence").strip().lower() in ("bulk", "junk", "list", "auto_reply"):
        return True
    if any(letter.get(name) is not None for name in ("X-Autoreply", "X-Autorespond", "List-Id", "X-Loop")):
        return True
    if _header(letter, "X-Auto-Response-Suppress") and not _header(letter, "In-Reply-To"):
        return True
    if letter.get("Return-Path") is not None and _header(letter, "Return-Path").strip() in ("", "<>"):
        return True
    return letter.get_content_type() in ("multipart/report", "message/delivery-status")


def _parts(letter: EmailMessage) -> tuple[str, list[Attachment]]:
    """The first plain text, else the first HTML as text; every other part with a name is a file."""
    plain, markup, attachments = "", "", []
    related = {
        id(one)
        for whole in letter.walk()
        if whole.get_content_type() == "multipart/related"
        for one in whole.iter_parts()
    }
    for place, part in enumerate(letter.walk()):
        if place >= MOST_PARTS:
            raise NoLetter("this letter has too many parts")
        kind = part.get_content_type()
        if part.is_multipart() or kind in _SIGNATURES:
            continue
        name = _name_of(part)
        is_file = part.get_content_disposition() == "attachment" or (name and not kind.startswith("text/"))
        if is_file:
            if id(part) not in related or part.get_content_disposition() == "attachment":
                attachments.append(Attachment(name or "file", _bytes_of(part)))
        elif kind == "text/plain" and not plain:
            plain = _unwrapped(_words_of(part), part)
        elif kind == "text/html" and not markup:
            markup = _words_of(part)
    return plain.strip() or _told(markup), attachments


def _name_of(part: EmailMessage) -> str:
    try:
        name = part.get_filename() or ""
        return str(make_header(decode_header(name))) if "=?" in name else name
    except (MessageError, ValueError, LookupError, IndexError, AttributeError, TypeError):
        return "file"


def _bytes_of(part: EmailMessage) -> bytes:
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def _words_of(part: EmailMessage) -> str:
    """In its own charset; Chinese programs say the narrow name and write the wide set."""
    data = _bytes_of(part)
    named = (part.get_content_charset() or "").lower()
    for charset in (_WIDER.get(named, named), *_GUESSES):
        try:
            return data.decode(charset) if charset and codecs.lookup(charset) else data.decode("utf-8")
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode("utf-8", "replace")


def _unwrapped(text: str, part: EmailMessage) -> str:
    """format=flowed: a line that ends in a space goes on in the next (RFC 3676)."""
    if str(part.get_param("format", "")).lower() != "flowed":
        return text
    return re.sub(r"(?<!\n--) \r?\n(?!>|-- )", " ", text)


def _told(markup: str) -> str:
    if not markup:
        return ""
    teller = _Teller()
    teller.feed(markup)
    teller.close()
    return teller.text()


class _Teller(HTMLParser):
    """The words of an HTML letter by lines; what it quotes begins with ">"."""

    _LINES = frozenset({"p", "div", "br", "tr", "li", "h1", "h2", "h3", "h4", "hr", "table", "ul", "ol"})
    _SILENT = frozenset({"style", "script", "head", "title"})
    _EMPTY = frozenset({"br", "hr", "img", "meta", "link", "input", "col"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines = [""]
        self.quotes: list[str] = []
        self.silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begins a line, a quote, or what nobody reads."""
        if tag in self._SILENT:
            self.silent.append(tag)
        if tag in self._LINES or tag == "blockquote":
            self._break()
        if self.quotes and tag == self.quotes[0] and tag not in self._EMPTY:
            self.quotes.append(tag)
        is_quote = tag == "blockquote" or (tag == "div" and "gmail_quote" in (dict(attrs).get("class") or ""))
        if is_quote and not self.quotes:
            self.quotes.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Ends them."""
        if tag in self._SILENT and self.silent:
            self.silent.pop()
        if tag in self._LINES or tag == "blockquote":
            self._break()
        if self.quotes and tag == self.quotes[0]:
            self.quotes.pop()

    def handle_data(self, data: str) -> None:
        """Words."""
        if self.silent:
            return
        said = re.sub(r"\s+", " ", data)
        if not self.lines[-1]:
            said = said.lstrip()
            self.lines[-1] = "> " if self.quotes and said else ""
        self.lines[-1] += said

    def _break(self) -> None:
        if self.lines[-1]:
            self.lines.append("")

    def text(self) -> str:
        """All lines."""
        return "\n".join(line.rstrip() for line in self.lines).strip()
