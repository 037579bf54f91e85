"""Markup into plain words: for search, cards and mails. First sentences in Latin and Chinese."""

import html
import re

from .clean import clean_html
from .render import to_html

_LOOKS_LIKE_HTML = re.compile(
    r"</[a-zA-Z][a-zA-Z0-9]*\s*>|<(?:p|br|div|span|ul|ol|li|h[1-6]|img|hr|table|a)\b[^<>]*>|<!--"
    r"|&(?:[a-z]{2,8}|#\d{2,5});",
    re.IGNORECASE,
)
_BREAK = re.compile(
    r"<(?:br|hr)>|</?(?:p|ul|ol|h3|h4|blockquote|pre|table|tr|dl|caption)(?: [^<>]*)?>|</(?:li|d[td])>"
)
_CELL = re.compile(r"</t[hd]>")
_TAG = re.compile(r"<[^<>]*>")

_CLOSING = "”’」』）)]\"'»"
_SENTENCE_END = re.compile(rf"[。！？!?…]+[{re.escape(_CLOSING)}]*|\.+[{re.escape(_CLOSING)}]*(?=\s|$)|\n")
_LAST_WORD = re.compile(r"[A-Za-z](?:[A-Za-z.]*[A-Za-z])?\Z")
_SHORT_FORMS = frozenset(
    {
        "e.g", "i.e", "etc", "vs", "mr", "mrs", "ms", "dr", "prof", "st", "no", "nos", "inc", "ltd", "co",
        "corp", "llc", "plc", "u.s", "u.k", "u.n", "e.u", "approx", "est", "fig", "jan", "feb", "mar",
        "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "z.b", "bzw", "ca", "usw",
    }
)  # fmt: skip


def to_text(markup: str) -> str:
    """The words of HTML or Markdown, one line per paragraph, item or row; told apart by content.

    Not safe to put in a page as it is: `<` comes out as `<`. Raises MarkupTooLong.
    """
    safe = clean_html(markup) if _LOOKS_LIKE_HTML.search(markup) else to_html(markup)
    text = _TAG.sub("", _CELL.sub(" ", _BREAK.sub("\n", safe.replace("\n", " "))))
    lines = (" ".join(line.split()) for line in html.unescape(text).split("\n"))
    return "\n".join(line for line in lines if line)


def first_sentence(text: str, limit: int) -> str:
    """The first sentence of plain `text`, at most `limit` characters; if longer, cut at a word and "…"."""
    if limit < 1:
        return ""
    text = text.strip()
    for end in _SENTENCE_END.finditer(text):
        if not _is_short_form(text[: end.start()], end[0]):
            text = text[: end.end()].strip()
            break
    return text if len(text) <= limit else _cut(text, limit)


def _is_short_form(before: str, mark: str) -> bool:
    """Whether this full stop ends an abbreviation or an initial and not a sentence."""
    if not mark.startswith(".") or len(mark) > 1:
        return False
    if before.strip().isdigit():  # "1. Planning"
        return True
    found = _LAST_WORD.search(before[-20:])
    word = found[0].lower() if found else ""
    # "Acme Ltd. plans": the sentence may also end there; a longer card is the smaller harm
    return word in _SHORT_FORMS or len(word) == 1


def _cut(text: str, limit: int) -> str:
    kept = text[: limit - 1]
    is_inside_word = text[limit - 1 : limit].isalnum() and kept[-1:].isalnum()
    if is_inside_word and not _is_cjk(kept[-1]) and not _is_cjk(text[limit - 1]):
        start = max(kept.rfind(space) for space in " \u3000\n,，;；")
        if start > limit // 2:
            kept = kept[:start]
    return kept.rstrip(" \u3000,，;；:：、-–—") + "…"


def _is_cjk(letter: str) -> bool:
    return "\u2e80" <= letter <= "\u9fff" or "\uac00" <= letter <= "\ud7af" or letter >= "\U00020000"
