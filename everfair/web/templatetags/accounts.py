"""What allauth's views do not put into their pages: sample accounts, a passkey's options, browsers' names."""

import json
from typing import Any

from django import template
from django.template.context import Context

from everfair.web.visitor import demo

register = template.Library()

BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox", "Firefox"), ("MicroMessenger", "WeChat"),
            ("Chrome", "Chrome"), ("Safari", "Safari"))  # fmt: skip
SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
           ("Mac OS", "macOS"), ("HarmonyOS", "HarmonyOS"), ("Linux", "Linux"))  # fmt: skip


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


@register.filter
def browser(user_agent: str) -> str:
    """ "Firefox, Windows" from a user agent's long name; its beginning where neither is known."""
    known = [next((name for mark, name in marks if mark in user_agent), "") for marks in (BROWSERS, SYSTEMS)]
    return ", ".join(name for name in known if name) or user_agent[:60]
