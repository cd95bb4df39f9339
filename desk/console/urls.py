"""Addresses of the employees' console, below `/balie/`."""

from django.urls import URLPattern

app_name = "console"
urlpatterns: list[URLPattern] = []
