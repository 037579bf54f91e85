"""Registers the conversations room."""

from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    name = "everfair.conversations"
    label = "conversations"
    default_auto_field = "django.db.models.BigAutoField"
