"""Addresses of the employees' console, below `/balie/`."""

from django.urls import path

from assignment import views as assignment
from audit import views as audit
from callbacks import views as callbacks
from canned import views as canned
from channels import views as channels
from console.views import account, actions, attention, auth, closing, figures, live, manage, tickets, work
from employees.views import accounts, password, second_factor
from feedback import views as feedback
from lists import views as lists
from outbox import views as outbox
from presence import views as presence
from suggestions import views as suggestions
from summary import views as summary
from turnlog import views as turnlog

app_name = "console"
urlpatterns = [
    path("", tickets.ticket_list, name="tickets"),
    path("inloggen/", auth.LogIn.as_view(), name="login"),
    path("inloggen/code/", auth.second_step, name="login_code"),
    path("uitloggen/", auth.LogOut.as_view(), name="logout"),
    path("account/", account.account, name="account"),
    path("account/wachtwoord/", password.password, name="password"),
    path("account/tweede-stap/", second_factor.second_factor, name="second_factor"),
    path("account/tweede-stap/instellen/", second_factor.start, name="second_factor_start"),
    path("account/tweede-stap/qr.svg", second_factor.qr, name="second_factor_qr"),
    path("account/tweede-stap/aanzetten/", second_factor.confirm, name="second_factor_confirm"),
    path("account/tweede-stap/herstelcodes/", second_factor.renew_codes, name="second_factor_codes"),
    path("account/tweede-stap/uitzetten/", second_factor.off, name="second_factor_off"),
    path("account/overal-uitloggen/", second_factor.end_sessions, name="end_sessions"),
    path("beheer/", manage.manage, name="manage"),
    path("beheer/accounts/", accounts.account_list, name="accounts"),
    path("beheer/accounts/nieuw/", accounts.new_account, name="account_new"),
    path("beheer/accounts/<int:pk>/", accounts.account, name="account_edit"),
    path("beheer/accounts/<int:pk>/actief/", accounts.switch, name="account_switch"),
    path("beheer/accounts/<int:pk>/wachtwoord/", accounts.reset_password, name="account_password"),
    path("beheer/accounts/<int:pk>/blokkade/", accounts.unlock, name="account_unlock"),
    path(
        "beheer/accounts/<int:pk>/tweede-stap/", accounts.remove_second_factor, name="account_second_factor"
    ),
    path("beheer/logboek/", audit.audit_log, name="audit"),
    path("beheer/logboek/bestand/", audit.audit_file, name="audit_file"),
    path("beheer/lijsten/<slug:slug>/", lists.entries, name="list"),
    path("beheer/lijsten/<slug:slug>/<int:pk>/", lists.entry, name="list_entry"),
    path("beheer/lijsten/<slug:slug>/<int:pk>/actief/", lists.switch, name="list_switch"),
    path("beheer/bezorging/", outbox.deliveries, name="deliveries"),
    path("beheer/bezorging/opnieuw/", outbox.retry, name="deliveries_retry"),
    path("beheer/bezorging/overslaan/", outbox.skip, name="deliveries_skip"),
    path("beheer/kanalen/", channels.undelivered, name="undelivered"),
    path("bijlagen/<int:pk>/", channels.attachment, name="attachment"),
    path("tickets/<str:number>/kanaal/", channels.ticket_channel, name="ticket_channel"),
    path("tickets/<str:number>/opnieuw/<int:pk>/", channels.send_again, name="send_again"),
    path("volgende/", assignment.next_ticket, name="next"),
    path("toegewezen/", assignment.given, name="given"),
    path("aanwezig/", presence.present, name="present"),
    path("aanwezig/keuze/", presence.choose, name="presence"),
    path("team/", presence.team, name="team"),
    path("terugbellen/", callbacks.call_list, name="calls"),
    path("tickets/<str:number>/gebeld/", callbacks.record, name="call"),
    path("wachtend/", tickets.waiting_counter, name="counter"),
    path("nieuws/", live.news, name="news"),
    path("beheer/snelteksten/", canned.canned_list, name="canned"),
    path("beheer/snelteksten/nieuw/", canned.edit, name="canned_new"),
    path("beheer/snelteksten/<int:pk>/", canned.edit, name="canned_edit"),
    path("beheer/snelteksten/<int:pk>/verwijderen/", canned.delete, name="canned_delete"),
    path("cijfers/", figures.figures, name="figures"),
    path("cijfers/te-voorkomen/", feedback.weekly, name="feedback"),
    path("assistent/", turnlog.turns, name="turns"),
    path("cijfers/<slug:table>.csv", figures.figures_file, name="figures_file"),
    path("tickets/<str:number>/", tickets.ticket_detail, name="ticket"),
    path("tickets/<str:number>/berichten/", tickets.ticket_messages, name="messages"),
    path("tickets/<str:number>/stand/", tickets.ticket_panel, name="panel"),
    path("tickets/<str:number>/gegevens/", tickets.ticket_facts, name="facts"),
    path("tickets/<str:number>/bezorging/", outbox.ticket_deliveries, name="ticket_deliveries"),
    path("tickets/<str:number>/snelteksten/", canned.options, name="canned_options"),
    path("tickets/<str:number>/samenvatting/", summary.summary, name="summary"),
    path("tickets/<str:number>/voorstellen/", suggestions.suggestions, name="suggestions"),
    path("tickets/<str:number>/aandacht/", attention.attention, name="attention"),
    path("tickets/<str:number>/gelezen/", attention.read, name="read"),
    path("tickets/<str:number>/typt/", attention.typing_now, name="typing"),
    path("tickets/<str:number>/overnemen/", actions.take, name="take"),
    path("tickets/<str:number>/prioriteit/", work.set_priority, name="priority"),
    path("tickets/<str:number>/labels/", work.tag, name="tag"),
    path("tickets/<str:number>/labels/<int:pk>/weg/", work.untag, name="untag"),
    path("tickets/<str:number>/notities/", work.note, name="note"),
    path("tickets/<str:number>/overdragen/", work.transfer, name="transfer"),
    path("tickets/<str:number>/uitstellen/", work.snooze, name="snooze"),
    path("tickets/<str:number>/verder/", work.wake, name="wake"),
    path("tickets/<str:number>/samenvoegen/", work.merge, name="merge"),
    path("tickets/<str:number>/antwoorden/", actions.reply, name="reply"),
    path("tickets/<str:number>/teruggeven/", closing.hand_back, name="hand_back"),
    path("tickets/<str:number>/sluiten/", closing.close, name="close"),
]
