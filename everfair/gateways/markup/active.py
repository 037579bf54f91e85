"""Finds markup that does something: scripts, handlers, frames. For foreign text that is handed on as it came."""

import re
from html.parser import HTMLParser

from .plain import _LOOKS_LIKE_HTML

_QUIET_TAGS = frozenset(
    {
        "a", "abbr", "address", "article", "aside", "b", "blockquote", "br", "caption", "center", "cite",
        "code", "col", "colgroup", "dd", "del", "details", "dfn", "div", "dl", "dt", "em", "figcaption",
        "figure", "font", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "i", "img", "ins",
        "kbd", "li", "main", "mark", "nav", "ol", "p", "picture", "pre", "q", "rp", "rt", "ruby", "s",
        "samp", "section", "small", "span", "strike", "strong", "sub", "summary", "sup", "table", "tbody",
        "td", "tfoot", "th", "thead", "time", "tr", "tt", "u", "ul", "var", "wbr",
    }
)  # fmt: skip
_ADDRESSES = frozenset({"href", "src", "cite", "srcset", "background", "longdesc", "data", "action"})
_ACTIVE_ADDRESS = re.compile(r"(?:javascript|vbscript|data|blob|file)\s*:", re.IGNORECASE)
_TRICK = re.compile(
    r"<\s*/?\s*(?:script|iframe|object|embed|svg|math|style|link|meta|base|form)\b", re.IGNORECASE
)


def looks_like_html(text: str) -> bool:
    """Whether the text is HTML and not plain words or Markdown."""
    return bool(_LOOKS_LIKE_HTML.search(text))


def is_active(text: str) -> bool:
    """Whether the text holds markup that runs, loads or asks for something: then hand on only its cleaned form."""
    if _TRICK.search(text):
        return True
    if "<" not in text:
        return False
    finder = _Finder()
    finder.feed(text)
    finder.close()
    return finder.found


class _Finder(HTMLParser):
    """Notes the first thing that is not quiet. Words in angle brackets that are no tag are quiet."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if attrs and tag not in _QUIET_TAGS:
            self.found = True
        for name, value in attrs:
            plain = re.sub(r"[\x00-\x20]+", "", value or "")
            if name.startswith("on") and value is not None:
                self.found = True
            if name in ("style", "srcdoc", "formaction"):
                self.found = True
            if name in _ADDRESSES and _ACTIVE_ADDRESS.match(plain):
                self.found = True
