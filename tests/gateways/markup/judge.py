"""An independent judge of cleaned HTML: reads it with another parser and lists what should not be there."""

from html.parser import HTMLParser

MAY_STAY = {"p", "br", "hr", "ul", "ol", "li", "h3", "h4", "em", "strong", "b", "i", "s", "del", "sub", "sup"}
MAY_STAY |= {"code", "pre", "blockquote", "a", "dl", "dt", "dd"}
MAY_STAY |= {"table", "thead", "tbody", "tfoot", "tr", "th", "td", "caption"}
ATTRIBUTES = {
    "a": {"href", "rel"},
    "th": {"colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
    "ol": {"start"},
}


class _Judge(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in MAY_STAY:
            self.faults.append(f"<{tag}>")
        for name, value in attrs:
            if name not in ATTRIBUTES.get(tag, set()):
                self.faults.append(f"{tag}.{name}")
            if name == "href" and not (value or "").lower().startswith(("https://", "http://", "mailto:")):
                self.faults.append(f"href {value!r}")
        if tag == "a" and dict(attrs).get("rel") != "noopener nofollow ugc":
            self.faults.append("a without rel")

    def handle_comment(self, data: str) -> None:
        self.faults.append(f"comment {data!r}")

    def handle_decl(self, decl: str) -> None:
        self.faults.append(f"declaration {decl!r}")

    def handle_pi(self, data: str) -> None:
        self.faults.append(f"instruction {data!r}")


def faults(html: str) -> list[str]:
    """What in `html` should not be there; empty for clean HTML."""
    judge = _Judge()
    judge.feed(html)
    judge.close()
    return judge.faults
