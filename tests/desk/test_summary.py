"""What a ticket is about, in the words that were used."""

from __future__ import annotations

import pytest
from django.test import Client

from closing.ending import Ending
from closing.models import Outcome
from conversations.models import Conversation, Message, Sender, TurnState
from conversations.store import add, add_customer_message, locked
from employees.models import Employee
from summary.summary import as_text, shortened, summary_of
from tickets.models import Reason, Ticket, Wish
from tickets.services import close, open_ticket, reply, request_human, take_over
from understanding.models import Understanding

SOLVED = Ending(Outcome.SOLVED)


def said(
    conversation: Conversation, text: str, intent: str = "", answer: str = "", payload: str = ""
) -> Message:
    message, _ = add_customer_message(conversation.pk, text[:64], text)
    message.payload = payload
    message.turn_state = TurnState.ANSWERED if answer else TurnState.FOR_EMPLOYEE
    message.save()
    if intent:
        Understanding.objects.create(message=message, intent=intent)
    if answer:
        with locked(conversation.pk) as current:
            add(current, Sender.ASSISTANT, answer, in_reply_to=message)
    return message


def test_the_latest_subject_in_the_customers_words_and_those_before_it(conversation: Conversation) -> None:
    said(conversation, "Hoe kan ik betalen?", "payment_methods", "U betaalt met iDEAL.")
    said(
        conversation,
        "Mijn koffiezetter lekt, kan dat onder garantie?",
        "warranty_repair",
        "Wat is uw bestelnummer?",
    )
    said(conversation, "400123456", "inform", "Wat is uw postcode?")
    said(conversation, "Ik wil een mens spreken graag", "talk_to_human")
    summary = summary_of(request_human(conversation))
    assert summary.wants[0] == "“Mijn koffiezetter lekt, kan dat onder garantie?”"
    assert "Eerder in dit gesprek" in summary.wants[1]
    assert any("de assistent antwoordde “U betaalt met iDEAL.”" in line for line in summary.tried)
    assert any("de assistent vroeg “Wat is uw bestelnummer?”" in line for line in summary.tried)
    assert summary.open == ["Nog niet beantwoord: “Ik wil een mens spreken graag”"]


def test_without_the_assistants_understanding_the_longest_tale_counts(conversation: Conversation) -> None:
    said(conversation, "hallo")
    said(conversation, "Mijn pakket is zoek en de bezorger belt niet terug.")
    said(conversation, "ja")
    assert summary_of(request_human(conversation)).wants == [
        "“Mijn pakket is zoek en de bezorger belt niet terug.”"
    ]


def test_what_goes_on_about_the_same_is_not_what_the_customer_wants(conversation: Conversation) -> None:
    said(conversation, "Mijn koffiezetapparaat lekt sinds de reparatie, wat nu?")
    said(conversation, "Ik heb er ook nog een foto van gemaakt.")
    summary = summary_of(request_human(conversation))
    assert summary.wants == ["“Mijn koffiezetapparaat lekt sinds de reparatie, wat nu?”"]
    assert "Ik heb er ook nog een foto" in summary.open[0]


@pytest.mark.parametrize("intent", ["", "delivery_problem"])
def test_an_answer_to_an_employee_is_not_what_the_customer_wants(
    conversation: Conversation, sanne: Employee, intent: str
) -> None:
    said(conversation, "Mijn koffiezetapparaat lekt sinds de reparatie, wat nu?", "warranty_repair")
    ticket = take_over(request_human(conversation).pk, sanne)
    reply(ticket.pk, sanne, "Sinds wanneer lekt het?", "a")
    said(conversation, "Sinds vanochtend, er ligt een plas.", intent)
    assert summary_of(ticket).wants == ["“Mijn koffiezetapparaat lekt sinds de reparatie, wat nu?”"]


def test_what_is_told_to_an_employee_first_is_what_the_customer_wants(
    conversation: Conversation, sanne: Employee
) -> None:
    ticket = take_over(request_human(conversation).pk, sanne)
    reply(ticket.pk, sanne, "Waar gaat het om?", "a")
    said(conversation, "Mijn koffiezetapparaat lekt nu weer.")
    assert summary_of(ticket).wants == ["“Mijn koffiezetapparaat lekt nu weer.”"]


def test_a_customer_who_said_nothing_yet(conversation: Conversation) -> None:
    summary = summary_of(request_human(conversation))
    assert summary.wants == ["De klant heeft nog niet verteld waar het om gaat."]
    assert (summary.tried, summary.open) == ([], [])


def test_the_customers_own_description_goes_first(conversation: Conversation) -> None:
    said(conversation, "Mijn pakket is zoek", "delivery_problem", "Wat vervelend.")
    ticket = request_human(conversation)
    ticket.description = "Pakket van maandag is niet gekomen."
    assert summary_of(ticket).wants == ["“Pakket van maandag is niet gekomen.”"]


def test_pressed_buttons_are_not_the_customers_words(conversation: Conversation) -> None:
    said(conversation, "Ja, dat wil ik heel graag", payload="/affirm")
    assert "nog niet verteld" in summary_of(request_human(conversation)).wants[0]


def test_what_was_tried_with_identity_and_failures(conversation: Conversation) -> None:
    ticket = request_human(conversation)
    ticket.verified = {"customer_number": "K100001"}
    assert summary_of(ticket).tried == ["De gegevens van de klant zijn gecontroleerd."]
    ticket.verified, ticket.reason = None, Reason.VERIFICATION_FAILED
    assert summary_of(ticket).tried == ["Het controleren van de gegevens is niet gelukt."]
    ticket.reason = Reason.ASSISTANT_UNAVAILABLE
    assert summary_of(ticket).tried == ["De assistent was niet bereikbaar."]


@pytest.mark.parametrize(
    ("wish", "words"), [(Wish.CALL_BACK, "gebeld worden"), (Wish.EMAIL, "antwoord per e-mail")]
)
def test_the_wish_is_open(conversation: Conversation, wish: Wish, words: str) -> None:
    ticket = request_human(conversation)
    ticket.wish = wish
    assert words in summary_of(ticket).open[0]


def test_it_follows_what_the_customer_adds(conversation: Conversation) -> None:
    ticket = request_human(conversation)
    before = summary_of(ticket)
    said(conversation, "Het gaat om mijn kapotte lamp van vorige week.")
    after = summary_of(ticket)
    assert after.wants == ["“Het gaat om mijn kapotte lamp van vorige week.”"]
    assert after.version != before.version


def test_an_earlier_ticket_is_not_told_again(conversation: Conversation, sanne: Employee) -> None:
    said(conversation, "Mijn factuur klopt helemaal niet.", "invoice_dispute")
    first, _ = open_ticket(conversation, Reason.REQUESTED, key="1")
    take_over(first.pk, sanne)
    close(first.pk, sanne, SOLVED)
    said(conversation, "Nu is mijn pakket zoek geraakt.", "delivery_problem")
    second = Ticket.objects.create(conversation=conversation, reason=Reason.REQUESTED)
    assert summary_of(second).wants == ["“Nu is mijn pakket zoek geraakt.”"]
    assert summary_of(Ticket.objects.get(pk=first.pk)).wants == ["“Mijn factuur klopt helemaal niet.”"]


def test_it_is_masked(conversation: Conversation) -> None:
    said(conversation, "Mijn IBAN is NL91ABNA0417164300, stort het daar op.")
    text = as_text(request_human(conversation))
    assert "NL91" not in text
    assert "[IBAN]" in text


def test_it_is_never_longer_than_needed(conversation: Conversation) -> None:
    for number in range(30):
        said(
            conversation,
            f"Zin {number}: " + "en dan gebeurde er nog iets. " * 30,
            "complaint",
            "Dat spijt mij. " * 60,
        )
    text = as_text(request_human(conversation))
    assert len(text) < 1200


def test_two_queries_whatever_was_said(
    conversation: Conversation, django_assert_max_num_queries: object
) -> None:
    for number in range(30):
        said(conversation, f"Bericht {number} over mijn bestelling", "track_order", "Onderweg.")
    ticket = request_human(conversation)
    with django_assert_max_num_queries(2):  # type: ignore[operator]
        summary_of(ticket)


def test_whole_sentences_as_far_as_they_fit() -> None:
    assert shortened("Een. Twee! Drie?", 12) == "Een. Twee! …"
    assert shortened("aaaa bbbb cccc", 10) == "aaaa…"
    assert shortened(" a \n b ") == "a b"


def test_the_page_asks_only_for_what_changed(page: Client, conversation: Conversation) -> None:
    said(conversation, "Mijn <b>pakket</b> is al weken zoek.")
    ticket = request_human(conversation)
    content = page.get(f"/balie/tickets/{ticket.number}/").content.decode()
    assert "Mijn &lt;b&gt;pakket" in content
    version = summary_of(ticket).version
    address = f"/balie/tickets/{ticket.number}/samenvatting/"
    assert page.get(address, {"versie": version}).status_code == 204
    assert page.get(address, {"versie": "oud"}).status_code == 200
