"""What people type, made safe to keep: the ground's cleaning under this room's name. No rules of its own."""

from everfair.base.texts import clean_line, clean_line_words, clean_text, clean_text_words, has_a_letter

__all__ = ["clean_line", "clean_line_words", "clean_text", "clean_text_words", "has_a_letter"]
