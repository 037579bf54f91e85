"""Safe HTML into Markdown, the form in which booths keep their texts. Works on the few tags that cleaning
leaves."""

import re
from html.parser import HTMLParser

from everfair.gateways.markup import clean_html

_SPECIAL = re.compile(r"([\\`*\[\]<])")
_AT_LINE_START = re.compile(r"^(\s*\d*)(?:(?<=\d)([.)])(?=\s)|(?<!\d)([#>+-]))", re.MULTILINE)
_MARKS = {"strong": "**", "b": "**", "em": "*", "i": "*", "del": "~~", "s": "~~"}
_BLOCKS = frozenset(
    {"p", "h3", "h4", "blockquote", "ul", "ol", "table", "dl", "pre", "caption", "dt", "dd", "tr", "hr"}
)


def html_to_markdown(html: str) -> str:
    """The text of foreign HTML as Markdown; pictures, scripts, forms and styles are gone, outside links stay.

    Raises MarkupTooLong.
    """
    writer = _Writer()
    writer.feed(clean_html(html))
    writer.close()
    return writer.result()


class _Writer(HTMLParser):
    """Collects lines; lists and quotations are prefixes of the lines inside them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = []
        self.text = ""
        self.lists: list[tuple[str, int]] = []  # kind of list and number of its last item
        self.bullet = ""  # what the next line of a list item begins with
        self.quoted = 0
        self.heading = ""
        self.links: list[tuple[str, int]] = []
        self.marks: list[tuple[str, int]] = []
        self.cells: list[str] | None = None
        self.rows = 0
        self.preformatted: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.preformatted is not None:
            return
        if tag in _BLOCKS and self.cells is None:
            self._end_line()
        if tag in ("ul", "ol"):
            if not self.lists:
                self._blank_line()
            start = next((int(value) for name, value in attrs if name == "start" and value), 1)
            self.lists.append((tag, start - 1))
        elif tag == "li":
            self._begin_item()
        elif tag in ("h3", "h4"):
            self.heading = "### " if tag == "h3" else "#### "
        elif tag == "blockquote":
            self._blank_line()
            self.quoted += 1
        elif tag == "pre":
            self.preformatted = []
        elif tag == "br":
            self.text = self.text.rstrip() + ("\n" if self.cells is None and not self.heading else " ")
        elif tag == "hr":
            self._blank_line()
            self.lines.append("---")
            self._blank_line()
        elif tag == "table":
            self._blank_line()
            self.rows = 0
        elif tag == "tr":
            self.cells = []
        elif tag == "a":
            self.links.append(
                (next((value or "" for name, value in attrs if name == "href"), ""), len(self.text))
            )
        elif tag in _MARKS:
            self.marks.append((tag, len(self.text)))
        elif tag == "code":
            self.text += "`"

    def handle_endtag(self, tag: str) -> None:
        if tag == "pre":
            self._end_preformatted()
        elif self.preformatted is not None:
            return
        elif tag in ("td", "th") and self.cells is not None:
            self.cells.append(" ".join(self.text.split()).replace("|", "\\|"))
            self.text = ""
        elif tag == "tr" and self.cells is not None:
            self._end_row()
        elif tag == "a" and self.links:
            address, start = self.links.pop()
            words = " ".join(self.text[start:].split())
            safe = address.replace(" ", "%20").replace("(", "%28").replace(")", "%29")
            self.text = self.text[:start] + (f"[{words}]({safe})" if words and safe else words)
        elif tag in _MARKS and self.marks:
            self._end_mark()
        elif tag == "code":
            self.text += "`"
        elif tag in ("ul", "ol"):
            self._end_line()
            self.lists = self.lists[:-1]
            self.bullet = ""
            if not self.lists:
                self._blank_line()
        elif tag == "blockquote":
            self._end_line()
            self.quoted = max(0, self.quoted - 1)
            self._blank_line()
        elif tag in _BLOCKS or tag == "li":
            self._end_line()
            if tag in ("p", "h3", "h4", "table", "dd") and not self.lists:
                self._blank_line()

    def handle_data(self, data: str) -> None:
        if self.preformatted is not None:
            self.preformatted.append(data)
            return
        plain = re.sub(r"\s+", " ", data)
        if not self.text or self.text.endswith("\n"):
            plain = plain.lstrip()
        if self.text.endswith(" "):
            plain = plain.lstrip(" ")
        in_code = self.text.count("`") - self.text.count("\\`")
        self.text += plain if in_code % 2 else _SPECIAL.sub(r"\\\1", plain)

    def result(self) -> str:
        """The whole Markdown text."""
        self._end_line()
        return re.sub(r"\n{3,}", "\n\n", "\n".join(self.lines)).strip()

    def _begin_item(self) -> None:
        self._end_line()
        kind, number = self.lists[-1] if self.lists else ("ul", 0)
        if self.lists:
            self.lists[-1] = (kind, number + 1)
        self.bullet = f"{number + 1}. " if kind == "ol" else "- "

    def _end_mark(self) -> None:
        tag, start = self.marks.pop()
        inside, mark = self.text[start:], _MARKS[tag]
        words = inside.strip()
        if words and "\n" not in words:
            head = inside[: len(inside) - len(inside.lstrip())]
            tail = inside[len(inside.rstrip()) :]
            inside = f"{head}{mark}{words}{mark}{tail}"
        self.text = self.text[:start] + inside

    def _end_line(self) -> None:
        words, self.text = self.text.strip(), ""
        self.links.clear()
        self.marks.clear()
        if not words:
            return
        quote = "> " * self.quoted
        indent = "   " * max(0, len(self.lists) - 1)
        inner = indent + ("   " if self.lists else "")
        words = self.heading + _AT_LINE_START.sub(r"\1\\\2\3", words)
        first = f"{quote}{indent}{self.bullet}" if self.bullet else f"{quote}{inner}"
        if self.lists and not self.bullet:
            self._blank_line()  # a further paragraph of the same item
        self.bullet, self.heading = "", ""
        for place, line in enumerate(words.split("\n")):
            self.lines.append((first if place == 0 else f"{quote}{inner}") + line.strip())

    def _end_row(self) -> None:
        cells = self.cells or []
        self.cells, self.text = None, ""
        if not any(cells):
            return
        self.lines.append(f"| {' | '.join(cells)} |")
        if self.rows == 0:
            self.lines.append("|" + " --- |" * len(cells))
        self.rows += 1

    def _end_preformatted(self) -> None:
        content = "".join(self.preformatted or []).strip("\n").replace("```", "'''")
        self.preformatted = None
        self._blank_line()
        self.lines += ["```", *content.split("\n"), "```"]
        self._blank_line()

    def _blank_line(self) -> None:
        if self.lines and self.lines[-1]:
            self.lines.append("")
