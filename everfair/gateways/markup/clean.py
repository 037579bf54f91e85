"""HTML from strangers made harmless: a short list of what may stay, all else goes. No Markdown here."""

import re

import nh3
from django.utils.translation import gettext_lazy as _

from everfair.base.refusals import Refused

LONGEST = 200_000
"""Characters; nobody writes that much by hand."""

_TAGS = frozenset(
    {
        "p", "br", "hr", "ul", "ol", "li", "h1", "h2", "h3", "h4", "h5", "h6", "em", "strong", "b", "i",
        "s", "del", "sub", "sup", "code", "pre", "blockquote", "a", "table", "thead", "tbody", "tfoot",
        "tr", "th", "td", "caption", "dl", "dt", "dd",
    }
)  # fmt: skip
_WITH_CONTENT = frozenset(
    {
        "script", "style", "template", "iframe", "object", "embed", "noscript", "noembed", "noframes",
        "xmp", "svg", "math", "title", "textarea", "select", "option", "audio", "video", "canvas", "map",
    }
)  # fmt: skip
_ATTRIBUTES: dict[str, set[str]] = {
    "*": set(),
    "a": {"href"},
    "th": {"colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
    "ol": {"start"},
}
_SCHEMES = {"http", "https", "mailto"}
_REL = "noopener nofollow ugc"
_NUMBERS = frozenset({"colspan", "rowspan", "start"})
_DEEPEST = 400  # the parser's work grows with the square of the depth

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_HEADING = re.compile(r"<(/?)h([1-6])>")
_EMPTY = re.compile(r"<(p|li|h3|h4|em|strong|b|i|s|del|code|blockquote|ul|ol|a)(?: [^<>]*)?>\s*</\1>")
_LINK = re.compile(r"<a(?: [^<>]*)?>|</a>")
_VOID = frozenset(
    {"br", "hr", "img", "input", "meta", "link", "wbr", "col", "source", "area", "base", "track"}
)

_CLEANER = nh3.Cleaner(
    tags=set(_TAGS),
    clean_content_tags=set(_WITH_CONTENT),
    attributes=_ATTRIBUTES,
    attribute_filter=lambda tag, name, value: _attribute(name, value),
    url_schemes=_SCHEMES,
    url_relative="deny",
    link_rel=_REL,
    strip_comments=True,
)


class MarkupTooLong(Refused):
    """The text is longer than any description; nothing was made of it."""

    def __init__(self) -> None:
        super().__init__(_("The text is too long. Shorten it to less than 200,000 characters."))  # type: ignore[arg-type]


def clean_html(html: str) -> str:
    """`html` with nothing left but paragraphs, lists, headings (h3, h4), emphasis, tables and outside links.

    Safe to put in a page as it is; cleaning twice changes nothing. Raises MarkupTooLong.
    """
    if len(html) > LONGEST:
        raise MarkupTooLong
    return clean_rendered(html)


def clean_rendered(html: str) -> str:
    """As `clean_html`, for HTML of our own making, which may be longer than what it was made of."""
    if _depth(html) > _DEEPEST:
        # nobody writes this; the words are kept, the pile of tags is not worth its parsing
        html = re.sub(r"<[^<>]*>?", " ", html)
    cleaned = _CLEANER.clean(html.replace("\0", ""))
    return _without_empty(_with_lower_headings(_with_whole_links(cleaned))).strip()


def _attribute(name: str, value: str) -> str | None:
    if name in _NUMBERS:
        return value if re.fullmatch(r"[1-9]\d{0,2}", value) else None
    return value


def _depth(html: str) -> int:
    """How many tags may be open at once, at most: an upper bound without parsing."""
    still_open: dict[str, int] = {}
    now = deepest = 0
    for slash, name in _TAG.findall(html):
        tag = name.lower()
        if tag in _VOID:
            continue
        if not slash:
            still_open[tag] = still_open.get(tag, 0) + 1
            now += 1
            deepest = max(deepest, now)
        elif still_open.get(tag):
            still_open[tag] -= 1
            now -= 1
    return deepest


def _with_lower_headings(html: str) -> str:
    """The page has its own h1 and h2: the highest heading used becomes h3, all below it h4."""
    levels = [int(level) for _slash, level in _HEADING.findall(html)]
    if not levels:
        return html
    highest = min(levels)
    return _HEADING.sub(lambda tag: f"<{tag[1]}h{3 if int(tag[2]) == highest else 4}>", html)


def _with_whole_links(html: str) -> str:
    """Without links that lost their address and without links inside links; their words stay."""
    open_links: list[bool] = []

    def kept(found: re.Match[str]) -> str:
        tag = found[0]
        if tag == "</a>":
            return tag if open_links and open_links.pop() else ""
        open_links.append("href=" in tag and not any(open_links))
        return tag if open_links[-1] else ""

    return _LINK.sub(kept, html)


def _without_empty(html: str) -> str:
    """Without the empty paragraphs and links that removed pictures leave behind."""
    count = 1
    while count:
        html, count = _EMPTY.subn("", html)
    return html
