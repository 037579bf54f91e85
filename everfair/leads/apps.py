"""Registers the leads room."""

from django.apps import AppConfig


class LeadsConfig(AppConfig):
    name = "everfair.leads"
    label = "leads"
    default_auto_field = "django.db.models.BigAutoField"
