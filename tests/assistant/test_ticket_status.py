"""The status of a ticket: of the own one at once, of another one only with something that is on it."""

from __future__ import annotations

import pytest


@pytest.fixture
def other_number(customer, desk) -> str:
    """A ticket of another conversation, with a phone number and a postcode on it."""
    customer().says('/talk_to_human{"phone": "+31612345678", "postcode": "3511 AB"}')
    (ticket,) = desk.tickets.values()
    return ticket["number"]


def asks_about(number: str) -> str:
    return f'/ticket_status{{"ticket_number": "{number}"}}'


def test_customer_hears_the_status_of_the_own_ticket(customer, desk):
    conversation = customer()
    conversation.says("/talk_to_human")
    (ticket,) = desk.tickets.values()
    assert f"Ticket {ticket['number']} wacht op een medewerker" in conversation.hears("/ticket_status")


@pytest.mark.parametrize(
    "proof", ['/inform{"phone": "+31612345678"}', '/inform{"postcode": "3511 AB"}'], ids=["phone", "postcode"]
)
def test_customer_hears_the_status_of_a_ticket_from_another_conversation(customer, other_number, proof):
    conversation = customer()
    assert "telefoonnummer, e-mailadres of welke postcode" in conversation.hears(asks_about(other_number))
    answer = conversation.hears(proof)
    assert f"Ticket {other_number} wacht op een medewerker" in answer
    assert conversation.tracker.active_loop_name is None
    assert conversation.tracker.get_slot("ticket_proof") is None


def test_proof_in_the_question_itself_is_enough(customer, other_number):
    message = f'/ticket_status{{"ticket_number": "{other_number}", "postcode": "3511 AB"}}'
    assert "wacht op een medewerker" in customer().hears(message)


def test_without_a_number_the_number_is_asked_first(customer, other_number):
    conversation = customer()
    assert "Wat is uw ticketnummer" in conversation.hears("/ticket_status")
    assert "controleer eerst" in conversation.hears(asks_about(other_number))


def test_another_customers_ticket_stays_private_whether_it_exists_or_not(customer, desk, other_number):
    heard = []
    for number in (other_number, "T-999999"):
        stranger = customer()
        asked = stranger.hears(asks_about(number))
        heard.append((asked, stranger.hears('/inform{"postcode": "1000 AA"}')))
    assert heard[0] == heard[1]
    assert "wacht op een medewerker" not in heard[0][1]


def test_a_number_that_was_typed_wrong_can_be_mended(customer, other_number):
    conversation = customer()
    conversation.says(asks_about("T-999999"))
    conversation.says('/inform{"postcode": "3511 AB"}')
    conversation.says(f'/inform{{"ticket_number": "{other_number}"}}')
    assert "wacht op een medewerker" in conversation.hears('/inform{"postcode": "3511 AB"}')


def test_five_wrong_proofs_lock_the_check_and_lead_to_a_person(customer, desk, other_number):
    conversation = customer()
    conversation.says(asks_about(other_number))
    for attempt in range(5):
        assert len(desk.tickets) == 1, f"handed over after {attempt} tries"
        conversation.says(f'/inform{{"postcode": "100{attempt} AA"}}')
    ticket = list(desk.tickets.values())[-1]
    assert ticket["reason"] == "verification_failed"
    assert len(desk.tickets) == 2


def test_who_cannot_prove_it_gets_a_person(customer, desk, other_number):
    conversation = customer()
    conversation.says(asks_about(other_number))
    conversation.says("/deny")
    conversation.says("/deny")
    assert list(desk.tickets.values())[-1]["reason"] == "not_understood"


def test_a_desk_that_is_down_is_no_dead_end(customer, desk, other_number):
    conversation = customer()
    conversation.says(asks_about(other_number))
    desk.works = False
    answers = conversation.says('/inform{"postcode": "3511 AB"}')
    assert "085 000 12 34" in answers[0]["text"]
    assert any(answer.get("custom") == {"signal": "assistant_unavailable"} for answer in answers)


def test_a_human_request_instead_of_a_proof_gives_a_ticket(customer, desk, other_number):
    conversation = customer()
    conversation.says(asks_about(other_number))
    conversation.says("/talk_to_human")
    assert len(desk.tickets) == 2
