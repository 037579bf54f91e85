"""Addresses of the visitor pages."""

from django.urls import URLPattern

app_name = "visitor"
urlpatterns: list[URLPattern] = []
