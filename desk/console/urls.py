"""Addresses of the employees' console, below `/balie/`."""

from django.urls import path

from console.views import account, actions, auth, closing, live, manage, tickets
from employees.views import accounts, password
from lists import views as lists
from outbox import views as outbox

app_name = "console"
urlpatterns = [
    path("", tickets.ticket_list, name="tickets"),
    path("inloggen/", auth.LogIn.as_view(), name="login"),
    path("uitloggen/", auth.LogOut.as_view(), name="logout"),
    path("account/", account.account, name="account"),
    path("account/wachtwoord/", password.password, name="password"),
    path("beheer/", manage.manage, name="manage"),
    path("beheer/accounts/", accounts.account_list, name="accounts"),
    path("beheer/accounts/nieuw/", accounts.new_account, name="account_new"),
    path("beheer/accounts/<int:pk>/", accounts.account, name="account_edit"),
    path("beheer/accounts/<int:pk>/actief/", accounts.switch, name="account_switch"),
    path("beheer/accounts/<int:pk>/wachtwoord/", accounts.reset_password, name="account_password"),
    path("beheer/accounts/<int:pk>/blokkade/", accounts.unlock, name="account_unlock"),
    path("beheer/lijsten/<slug:slug>/", lists.entries, name="list"),
    path("beheer/lijsten/<slug:slug>/<int:pk>/", lists.entry, name="list_entry"),
    path("beheer/lijsten/<slug:slug>/<int:pk>/actief/", lists.switch, name="list_switch"),
    path("beheer/bezorging/", outbox.deliveries, name="deliveries"),
    path("beheer/bezorging/opnieuw/", outbox.retry, name="deliveries_retry"),
    path("beheer/bezorging/overslaan/", outbox.skip, name="deliveries_skip"),
    path("wachtend/", tickets.waiting_counter, name="counter"),
    path("nieuws/", live.news, name="news"),
    path("tickets/<str:number>/", tickets.ticket_detail, name="ticket"),
    path("tickets/<str:number>/berichten/", tickets.ticket_messages, name="messages"),
    path("tickets/<str:number>/stand/", tickets.ticket_panel, name="panel"),
    path("tickets/<str:number>/gegevens/", tickets.ticket_facts, name="facts"),
    path("tickets/<str:number>/bezorging/", outbox.ticket_deliveries, name="ticket_deliveries"),
    path("tickets/<str:number>/overnemen/", actions.take, name="take"),
    path("tickets/<str:number>/antwoorden/", actions.reply, name="reply"),
    path("tickets/<str:number>/teruggeven/", closing.hand_back, name="hand_back"),
    path("tickets/<str:number>/sluiten/", closing.close, name="close"),
]
