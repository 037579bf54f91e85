"""Registers the HTML face, for its templates, static files and template tags."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "everfair.web"
    label = "web"
