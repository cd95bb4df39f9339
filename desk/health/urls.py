"""Addresses for operators."""

from django.urls import path

from api.views import async_endpoint, endpoint
from health import views

app_name = "health"
urlpatterns = [
    path("healthz", endpoint(GET=views.alive)),
    path("readyz", async_endpoint(GET=views.ready)),
    path("metrics", endpoint(GET=views.metrics)),
]
