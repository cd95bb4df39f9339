"""Addresses of the organisation's facts, below `/api/`."""

from django.urls import path

from api.views import endpoint
from organisation import api

app_name = "organisation"
urlpatterns = [path("opening-hours", endpoint(GET=api.opening_hours))]
