"""Addresses of the identities, below `/api/`."""

from django.urls import path

from api.views import endpoint
from identity import api

app_name = "identity"
urlpatterns = [path("proofs", endpoint(POST=api.proofs))]
