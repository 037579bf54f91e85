"""A letter as a value, and how it is rendered: one text, from which the HTML follows. No sending here.

`mail/<template>.subject.txt` and `mail/<template>.txt` are required. `mail/<template>.html` is used where it
exists; otherwise the text's paragraphs become HTML: one that is only an address becomes a link,
one that is only a code is set large.
"""

import re
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings
from django.template import Context, TemplateDoesNotExist
from django.template.loader import get_template, render_to_string
from django.utils import translation

from everfair.base.languages import CONTENT_TO_INTERFACE, direction

_URL = re.compile(r"https?://\S+")
_CODE = re.compile(r"[A-Z0-9]{3,}(-[A-Z0-9]{3,})*")


@dataclass(frozen=True)
class Letter:
    """One letter to one person, ready to leave."""

    to: str
    subject: str
    text: str
    html: str
    template: str
    reply_to: str | None = None
    unsubscribe: str | None = None  # address that ends such letters

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of the text; `kind` is "text", "link" or "code"."""

    kind: str
    text: str


def render(
    to: str,
    template: str,
    context: dict[str, object],
    language: str,
    *,
    reply_to: str | None = None,
    unsubscribe: str | None = None,
) -> Letter:
    """The letter in `language`; an unknown language is written in English."""
    lang = language if language in CONTENT_TO_INTERFACE else "en"
    values = {**context, "to": to, "lang": lang, "dir": direction(lang), "base_url": settings.BASE_URL}
    with translation.override(CONTENT_TO_INTERFACE[lang]):
        subject = " ".join(_plain(f"mail/{template}.subject.txt", values).split())
        text = _tidy(_plain(f"mail/{template}.txt", values))
        html = _html(template, {**values, "subject": subject, "paragraphs": paragraphs(text)})
    return Letter(
        to=to,
        subject=subject,
        text=text,
        html=html,
        template=template,
        reply_to=reply_to,
        unsubscribe=unsubscribe,
    )


def paragraphs(text: str) -> list[Paragraph]:
    """The text's paragraphs, each with its kind."""
    found = []
    for block in re.split(r"\n{2,}", text.strip()):
        kind = "link" if _URL.fullmatch(block) else "code" if _CODE.fullmatch(block) else "text"
        found.append(Paragraph(kind, block))
    return found


def _plain(name: str, values: dict[str, Any]) -> str:
    """A text template without HTML escaping: “A & B” stays “A & B”."""
    template: Any = get_template(name)
    return str(template.template.render(Context(values, autoescape=False)))


def _html(template: str, values: dict[str, Any]) -> str:
    try:
        return render_to_string(f"mail/{template}.html", values)
    except TemplateDoesNotExist:
        return render_to_string("mail/plain.html", values)


def _tidy(text: str) -> str:
    """No spaces at line ends, at most one empty line in a row, one line break at the end."""
    lines = "\n".join(line.rstrip() for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines).strip() + "\n"
