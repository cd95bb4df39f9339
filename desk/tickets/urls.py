"""Addresses of the ticket API, below `/api/`."""

from django.urls import path

from api.views import endpoint
from tickets import api

app_name = "tickets"
urlpatterns = [
    path("tickets", endpoint(GET=api.tickets_of_conversation, POST=api.open_ticket)),
    path("tickets/<str:number>", endpoint(GET=api.ticket_by_number, PATCH=api.change_ticket)),
    path("tickets/<str:number>/status", endpoint(POST=api.ticket_status)),
    path("callback-slots", endpoint(GET=api.callback_slots)),
]
