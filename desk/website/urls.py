"""Addresses of the demo page and the widget, at the root."""

from django.urls import URLPattern

app_name = "website"
urlpatterns: list[URLPattern] = []
