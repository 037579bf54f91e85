"""Marking what was searched for in a text, and cutting an extract around it. Escaping is the page's work."""

from collections.abc import Sequence

from everfair.engines.text.analyse import tokens
from everfair.engines.text.types import Needles, Phrase, Snippet, Span, Token
from everfair.engines.text.typos import is_within_one_edit

_NEARBY = 24  # characters a cut may move to fall between words


def highlight(text: str, language: str, needles: Needles) -> tuple[Span, ...]:
    """Stretches of `text` that match, in order, not overlapping; touching ones are one."""
    if not needles.phrases and not needles.near:
        return ()
    return tuple(_merged(_matches(tokens(text, language), needles), text))


def _matches(found: Sequence[Token], needles: Needles) -> list[Span]:
    first_terms: dict[str, list[Phrase]] = {}
    for phrase in needles.phrases:
        if phrase:
            first_terms.setdefault(phrase[0], []).append(phrase)
    main = [token for token in found if token.kind == "word"]
    spans = [
        Span(token.start, token.end)
        for token in found
        if token.kind == "part" and any(len(p) == 1 for p in first_terms.get(token.term, ()))
    ]
    for i, token in enumerate(main):
        for phrase in first_terms.get(token.term, ()):
            window = main[i : i + len(phrase)]
            if tuple(t.term for t in window) == phrase:
                spans.append(Span(token.start, window[-1].end))
        if (token.spelling,) in needles.phrases or _is_near(token, needles):
            spans.append(Span(token.start, token.end))
    return spans


def _is_near(token: Token, needles: Needles) -> bool:
    return bool(token.spelling) and any(is_within_one_edit(token.spelling, near) for near in needles.near)


def _merged(spans: list[Span], text: str) -> list[Span]:
    """Overlapping and neighbouring spans as one; only white space may stand between neighbours."""
    merged: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.start, s.end)):
        if merged and (span.start <= merged[-1].end or text[merged[-1].end : span.start].isspace()):
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return merged


def snippet(text: str, language: str, needles: Needles, width: int = 160) -> Snippet:
    """About `width` characters of `text` where most matches are, with the matches' spans in the extract."""
    spans = highlight(text, language, needles)
    if len(text) <= width:
        return Snippet(text, spans)
    start = _best_start(spans, width)
    start = _after_space(text, max(0, min(start, len(text) - width)))
    end = _before_space(text, min(len(text), start + width))
    inside = tuple(Span(s.start - start, min(s.end, end) - start) for s in spans if start <= s.start < end)
    return Snippet(text[start:end], inside, start > 0, end < len(text))


def _best_start(spans: Sequence[Span], width: int) -> int:
    """Where a window holds most marked characters; a little room is left before the first of them."""
    best, most = 0, 0
    for i, first in enumerate(spans):
        held = 0
        for span in spans[i:]:
            if span.end > first.start + width:
                break
            held += span.end - span.start
        if held > most:
            best, most = first.start, held
    return best - width // 5 if best > width // 2 else 0


def _after_space(text: str, at: int) -> int:
    for i in range(at, min(at + _NEARBY, len(text))):
        if at == 0 or text[i - 1].isspace() or text[i - 1] in "，。；、,;.":
            return i
    return at


def _before_space(text: str, at: int) -> int:
    if at >= len(text):
        return len(text)
    for i in range(at, max(at - _NEARBY, 0), -1):
        if text[i].isspace() or text[i - 1] in "，。；、":
            return i
    return at
