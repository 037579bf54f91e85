"""What allauth's views do not put into their pages: sample accounts, a passkey's options, browsers' names."""

import json
from typing import Any

from django import template
from django.template.context import Context

from everfair.web.visitor import demo
from everfair.web.visitor.browsers import browser_name

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


@register.filter
def without_placeholder(field: Any) -> Any:
    """A bound field whose placeholder only repeated the label: allauth gives every field one."""
    field.field.widget.attrs.pop("placeholder", None)
    return field


register.filter("browser", browser_name)
