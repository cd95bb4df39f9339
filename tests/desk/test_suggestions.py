"""Answers that an employee could give: from solved tickets, and the assistant's own."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.desk.fake_rasa import FakeRasa, Reply

from closing.ending import Ending
from closing.models import Outcome
from conversations.models import Conversation, Sender
from conversations.store import add_customer_message, begin
from employees.models import Employee
from organisation.loader import current
from suggestions.anonymous import without_personal_data
from suggestions.index import index_solved_tickets
from suggestions.models import SolvedTicket
from suggestions.search import nearest
from suggestions.words import stems
from tickets.models import Ticket
from tickets.services import close, reply, request_human, take_over

SOLVED = Ending(Outcome.SOLVED)


def solved(employee: Employee, question: str, answer: str, outcome: Outcome = Outcome.SOLVED) -> Ticket:
    """A ticket that was answered and closed."""
    conversation = begin("web")
    add_customer_message(conversation.pk, "a", question)
    ticket = take_over(request_human(conversation).pk, employee)
    reply(ticket.pk, employee, answer, "x")
    return close(ticket.pk, employee, Ending(outcome))


@pytest.fixture
def ticket(conversation: Conversation, sanne: Employee) -> Ticket:
    return take_over(request_human(conversation).pk, sanne)


# --- Words ----------------------------------------------------------------------------------------------------------


def test_forms_of_a_word_are_one_word() -> None:
    assert set(stems("retouren bestellingen")) == set(stems("Retour, bestelling!"))


def test_ordinary_words_numbers_and_masks_say_nothing() -> None:
    assert stems("Ik wil graag een medewerker spreken 400123456 [IBAN]") == {}


# --- Nearest --------------------------------------------------------------------------------------------------------


def test_the_nearest_solved_ticket_comes_first(ticket: Ticket, sanne: Employee) -> None:
    solved(sanne, "Mijn factuur klopt niet, er staat een bedrag dubbel op.", "Wij storten het bedrag terug.")
    coffee = solved(
        sanne, "Het koffiezetapparaat lekt water uit de onderkant.", "Vervang het rubber van het reservoir."
    )
    solved(sanne, "Het koffiezetapparaat past niet in mijn kast.", "U kunt het terugsturen.")
    index_solved_tickets()
    found = nearest("Er lekt water uit mijn koffiezetapparaat!", apart_from=ticket)
    assert found[0].ticket == coffee
    assert found[0].answer == "Vervang het rubber van het reservoir."
    assert "factuur" not in str([similar.question for similar in found])


def test_only_answered_closed_tickets_of_others_are_found(ticket: Ticket, sanne: Employee) -> None:
    question = "Het koffiezetapparaat lekt water."
    conversation = begin("web")
    add_customer_message(conversation.pk, "a", question)
    unanswered = take_over(request_human(conversation).pk, sanne)
    close(unanswered.pk, sanne, SOLVED)
    add_customer_message(ticket.conversation_id, "a", question)
    index_solved_tickets()
    assert nearest(question, apart_from=ticket) == []


def test_what_was_closed_without_a_solution_is_no_example(ticket: Ticket, sanne: Employee) -> None:
    solved(sanne, "Het koffiezetapparaat lekt water.", "Dat weten we niet.", Outcome.NOT_SOLVED)
    index_solved_tickets()
    assert nearest("Het koffiezetapparaat lekt water.", apart_from=ticket) == []


def test_a_ticket_that_is_opened_again_is_found_no_more(ticket: Ticket, sanne: Employee) -> None:
    question = "Het koffiezetapparaat lekt water."
    old = solved(sanne, question, "Vervang het rubber van het reservoir.")
    index_solved_tickets()
    Ticket.objects.filter(pk=old.pk).update(state="open", closed_at=None, employee=None)
    assert nearest(question, apart_from=ticket) == []
    index_solved_tickets()
    assert not SolvedTicket.objects.exists()


def test_indexing_again_changes_nothing(sanne: Employee) -> None:
    solved(sanne, "Het koffiezetapparaat lekt.", "Vervang het rubber.")
    assert (index_solved_tickets(), index_solved_tickets()) == (1, 0)


def test_a_search_costs_the_same_however_many_tickets(
    ticket: Ticket, sanne: Employee, django_assert_max_num_queries: object
) -> None:
    for number in range(12):
        solved(
            sanne,
            f"Het koffiezetapparaat lekt water, geval {number}",
            "Vervang het rubber van het reservoir.",
        )
    index_solved_tickets()
    with django_assert_max_num_queries(45):  # type: ignore[operator]
        assert len(nearest("mijn koffiezetapparaat lekt water", apart_from=ticket)) == 3


# --- Another customer's data ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Beste mevrouw De Vries, dank u.", "Beste mevrouw {naam}, dank u."),
        ("Dag Fatima, ik kijk even.", "Dag {naam}, ik kijk even."),
        (
            "Ik mail het naar jan.jansen@example.nl vandaag.",
            "Ik mail het naar {e-mailadres van de klant} vandaag.",
        ),
        ("Wij bellen u op 06-12345678.", "Wij bellen u op {telefoonnummer van de klant}."),
        ("Order 400123456 gaat naar 3511 AB 12.", "Order {nummer} gaat naar {postcode}."),
        ("Op 3 december of 4-12-2026 komt het.", "Op {datum} of {datum} komt het."),
        ("Volg pakket 3SABCD1234567 en T-100042.", "Volg pakket {nummer} en {nummer}."),
        ("U hebt 14 dagen bedenktijd en betaalt € 4,95.", "U hebt 14 dagen bedenktijd en betaalt € 4,95."),
    ],
)
def test_what_belongs_to_a_customer_becomes_a_placeholder(ticket: Ticket, text: str, expected: str) -> None:
    assert without_personal_data(text, ticket) == expected


def test_what_the_ticket_knows_is_taken_out_and_what_is_ours_stays(ticket: Ticket) -> None:
    ticket.entities = {"name": "Bakker"}
    text = f"Bel {current().phone} of mail {current().email}, Bakker."
    assert (
        without_personal_data(text, ticket) == f"Bel {current().phone} of mail {current().email}, {{nummer}}."
    )


# --- On the employee's page -----------------------------------------------------------------------------------------


def suggested(page: Client, ticket: Ticket, version: str = "") -> str:
    answer = page.get(f"/balie/tickets/{ticket.number}/voorstellen/", {"versie": version})
    return answer.content.decode()


def test_the_assistants_fixed_answer_is_offered_and_nothing_is_sent(
    page: Client,
    ticket: Ticket,
    rasa: FakeRasa,
) -> None:
    rasa.intents["betalen lukt niet"] = "payment_failed"
    add_customer_message(ticket.conversation_id, "a", "betalen lukt niet")
    content = suggested(page, ticket)
    assert "betal" in content
    assert content.count("data-insert=") == 1
    assert rasa.requests == []
    assert not ticket.conversation.messages.filter(sender=Sender.EMPLOYEE).exists()


def test_what_takes_a_form_is_named(page: Client, ticket: Ticket, rasa: FakeRasa) -> None:
    rasa.intents["waar is mijn bestelling"] = "track_order"
    add_customer_message(ticket.conversation_id, "a", "waar is mijn bestelling")
    content = suggested(page, ticket)
    assert "geen vast antwoord" in content
    assert "Waar is mijn bestelling?" in content
    assert "data-insert" not in content


def test_a_silent_assistant_is_told_and_earlier_tickets_still_help(
    page: Client,
    ticket: Ticket,
    rasa: FakeRasa,
    sanne: Employee,
) -> None:
    rasa.parse = lambda body: Reply({}, status=500)
    solved(sanne, "Het koffiezetapparaat lekt water.", "Vervang het rubber van het reservoir.")
    index_solved_tickets()
    add_customer_message(ticket.conversation_id, "a", "mijn koffiezetapparaat lekt")
    content = suggested(page, ticket)
    assert "niet bereikbaar, dus er is geen voorstel" in content
    assert "Vervang het rubber" in content


def test_only_who_has_the_conversation_gets_suggestions(
    page: Client,
    ticket: Ticket,
    rasa: FakeRasa,
    joris: Employee,
) -> None:
    add_customer_message(ticket.conversation_id, "a", "betalen lukt niet")
    Ticket.objects.filter(pk=ticket.pk).update(employee=joris)
    assert "Voorstellen" not in suggested(page, ticket)
    assert rasa.parsed == []


def test_the_page_asks_again_only_when_the_customer_wrote(
    page: Client,
    ticket: Ticket,
    rasa: FakeRasa,
) -> None:
    message, _ = add_customer_message(ticket.conversation_id, "a", "hallo")
    assert suggested(page, ticket, str(message.pk)) == ""
    assert suggested(page, ticket, "0") != ""
