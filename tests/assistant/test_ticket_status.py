"""The status of a ticket is told in its own conversation only."""

from __future__ import annotations


def test_customer_hears_the_status_of_the_own_ticket(customer, desk):
    conversation = customer()
    conversation.says("/talk_to_human")
    (ticket,) = desk.tickets.values()
    assert f"Ticket {ticket['number']} wacht op een medewerker" in conversation.hears("/ticket_status")


def test_another_customers_ticket_stays_private_whether_it_exists_or_not(customer, desk):
    customer().says("/talk_to_human")
    (ticket,) = desk.tickets.values()
    stranger = customer()
    existing = stranger.hears(f'/ticket_status{{"ticket_number": "{ticket["number"]}"}}')
    missing = customer().hears('/ticket_status{"ticket_number": "T-999999"}')
    assert existing.replace(ticket["number"], "X") == missing.replace("T-999999", "X")


def test_customer_without_a_ticket_is_offered_a_person(customer):
    answer, *_ = customer().says("/ticket_status")
    assert {"title": "Medewerker", "payload": "/talk_to_human"} in answer["buttons"]
