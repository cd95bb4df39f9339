"""Addresses of the desk."""

from django.urls import include, path, re_path

from api.views import unknown

urlpatterns = [
    path("", include("health.urls")),
    path("api/", include("channels.urls")),
    path("api/", include("tickets.urls")),
    re_path(r"^api/", unknown),
    path("balie/", include("console.urls")),
    path("", include("website.urls")),
]
