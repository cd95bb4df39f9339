"""Addresses of the employees' console, below `/balie/`."""

from django.urls import path

from console.views import account, actions, auth, live, tickets

app_name = "console"
urlpatterns = [
    path("", tickets.ticket_list, name="tickets"),
    path("inloggen/", auth.LogIn.as_view(), name="login"),
    path("uitloggen/", auth.LogOut.as_view(), name="logout"),
    path("account/", account.account, name="account"),
    path("wachtend/", tickets.waiting_counter, name="counter"),
    path("nieuws/", live.news, name="news"),
    path("tickets/<str:number>/", tickets.ticket_detail, name="ticket"),
    path("tickets/<str:number>/berichten/", tickets.ticket_messages, name="messages"),
    path("tickets/<str:number>/stand/", tickets.ticket_panel, name="panel"),
    path("tickets/<str:number>/gegevens/", tickets.ticket_facts, name="facts"),
    path("tickets/<str:number>/overnemen/", actions.take, name="take"),
    path("tickets/<str:number>/antwoorden/", actions.reply, name="reply"),
    path("tickets/<str:number>/teruggeven/", actions.hand_back, name="hand_back"),
    path("tickets/<str:number>/sluiten/", actions.close, name="close"),
]
