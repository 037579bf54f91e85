"""What allauth's own views do not put into their pages: sample accounts, options of a passkey as an attribute."""

import json
from typing import Any

from django import template
from django.template.context import Context

from everfair.web.visitor import demo

register = template.Library()


@register.simple_tag(takes_context=True)
def demo_accounts(context: Context) -> list[demo.DemoAccount]:
    """The sample accounts this request may use with one click; none anywhere else."""
    request = context.get("request")
    return demo.accounts(request) if request is not None else []


@register.filter
def as_json(value: Any) -> str:
    """A value as JSON, to stand in a data- attribute (the template escapes it)."""
    return json.dumps(value)
