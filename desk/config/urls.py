"""Addresses of the desk."""

from django.urls import include, path, re_path

from api.description import openapi
from api.views import endpoint, unknown
from channels.webhook import webhook

urlpatterns = [
    path("", include("health.urls")),
    path("api/", include("channels.urls")),
    path("api/", include("tickets.urls")),
    path("api/", include("organisation.urls")),
    path("api/", include("identity.urls")),
    path("api/openapi.json", endpoint(GET=openapi)),
    re_path(r"^api/", unknown),
    path("webhooks/<slug:name>", webhook),
    path("balie/", include("console.urls")),
    path("", include("website.urls")),
]
