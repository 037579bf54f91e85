"""Markdown as people write it into safe HTML. Cleaning is clean.py's work and always comes last."""

from functools import lru_cache

from markdown_it import MarkdownIt

from .clean import LONGEST, MarkupTooLong, clean_rendered


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True, "maxNesting": 20})
    return parser.enable(["table", "strikethrough"])


def to_html(markdown: str) -> str:
    """Paragraphs, lists, headings (h3, h4), emphasis, links, tables; HTML in the text is shown, not obeyed.

    Safe to put in a page as it is. Raises MarkupTooLong.
    """
    if len(markdown) > LONGEST:
        raise MarkupTooLong
    return clean_rendered(_parser().render(markdown))
