"""Text with markup from people and pages: into safe HTML, into plain words. No translating here."""

from .clean import LONGEST, MarkupTooLong, clean_html
from .plain import first_sentence, to_text
from .render import to_html

__all__ = ["LONGEST", "MarkupTooLong", "clean_html", "first_sentence", "to_html", "to_text"]
