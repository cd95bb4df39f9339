"""Addresses of the desk."""

from django.urls import include, path

urlpatterns = [
    path("balie/", include("console.urls")),
    path("", include("website.urls")),
]
