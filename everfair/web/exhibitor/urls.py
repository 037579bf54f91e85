"""Addresses of the exhibitor pages."""

from django.urls import URLPattern

app_name = "exhibitor"
urlpatterns: list[URLPattern] = []
