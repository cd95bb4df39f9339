"""What a customer gets from the whole product, and what is left of it when parts are down."""

from __future__ import annotations

import re

import pytest

from tests.support.product import Customer

TICKET = re.compile(r"\bT-\d{6,}\b")


def text_of(messages: list[dict]) -> str:
    return " ".join(message["text"] for message in messages)


def test_the_desk_takes_a_human_request_before_the_assistant_is_ready(product):
    """Runs first: the fixture waits for the desk only, so Rasa is still loading its model."""
    customer = Customer(product.desk)
    assert TICKET.fullmatch(customer.presses_the_human_button())


def test_customer_gets_an_answer_in_the_assistants_name(customer):
    one = customer()
    answer = one.says("tot hoe laat zijn jullie open?")
    assert "donderdag 09.00-21.00 uur" in text_of(answer)
    assert {message["sender"] for message in answer} == {"assistant"}


def test_customer_hears_where_the_order_is(customer):
    one = customer()
    assert "bestelnummer" in text_of(one.says("waar blijft mijn bestelling?"))
    assert "postcode" in text_of(one.says("400123456"))
    assert "koffiezetapparaat" in text_of(one.says("3511 ab"))


def test_customer_registers_a_return(customer):
    one = customer()
    one.says("ik wil iets terugsturen")
    one.says("het gaat om bestelling 400123457")
    assert "Waarom" in text_of(one.says("postcode 1012WX"))
    assert "R-400123457" in text_of(one.says("ze zijn te klein voor ons bed"))


def test_customer_who_asks_for_a_human_halfway_a_form_gets_a_ticket(customer):
    one = customer()
    one.says("ik wil iets retourneren")
    answer = text_of(one.says("nee laat maar, geef me gewoon een echt mens"))
    assert TICKET.search(answer)
    state = one.state()
    assert state["state"] == "waiting"
    assert state["ticket"] == TICKET.search(answer)[0]


def test_customer_who_presses_the_button_after_asking_keeps_the_same_ticket(customer):
    one = customer()
    number = TICKET.search(text_of(one.says("ik wil een medewerker spreken")))[0]
    assert one.presses_the_human_button() == number


def test_customer_cancels_a_subscription_without_a_person(customer):
    one = customer()
    one.says("ik wil mijn abonnement opzeggen")
    one.says("K100001")
    assert "Klopt dat" in text_of(one.says("3511 AB"))
    assert "opzegging is verwerkt" in text_of(one.says("ja"))


def test_customer_adds_to_the_ticket_how_to_be_reached_and_what_it_is_about(customer):
    one = customer()
    number = TICKET.search(text_of(one.says("ik wil een medewerker spreken")))[0]
    one.says("06 12345678")
    assert number in text_of(one.says("mijn wasmachine lekt"))
    state = one.state()
    assert (state["state"], state["ticket"]) == ("waiting", number)


def test_customer_chooses_when_to_be_called(customer):
    one = customer()
    answer = one.says("kunt u mij terugbellen op 06 12345678?")
    assert TICKET.search(text_of(answer))
    chosen = answer[-1]["buttons"][0]
    one.says(chosen["payload"])
    answer = text_of(one.says("het gaat over mijn factuur"))
    assert chosen["title"].lower() in answer.lower()


def test_customer_with_two_questions_gets_two_answers(customer):
    answer = text_of(customer().says("Wat zijn jullie openingstijden? En hoe kan ik bij jullie betalen?"))
    assert "donderdag 09.00-21.00 uur" in answer
    assert "iDEAL" in answer


def test_customer_who_is_not_understood_twice_gets_a_person(customer):
    one = customer()
    first = one.says("grmbl fnord qwx")
    assert {"title": "Medewerker", "payload": "/talk_to_human"} in first[-1]["buttons"]
    one.says("zxcv plok wrrt")
    assert one.state()["state"] == "waiting"


@pytest.mark.parametrize("part", ["assistant", "actions"])
def test_a_human_request_gives_a_ticket_while_a_part_is_down(product, customer, part):
    before = customer()
    before.says("ik wil iets retourneren")
    product.take_down(part)
    try:
        fresh = Customer(product.desk)
        assert TICKET.search(text_of(fresh.says("ik wil een medewerker spreken")))
        assert TICKET.search(text_of(before.says("doe maar een mens")))
        assert TICKET.fullmatch(Customer(product.desk).presses_the_human_button())
        assert TICKET.search(text_of(Customer(product.desk).says("waar is mijn bestelling 400123456?")))
    finally:
        product.bring_up(part)
        product.wait_for_assistant()
    assert "donderdag" in text_of(Customer(product.desk).says("wat zijn de openingstijden?")), (
        "it recovers by itself"
    )


def test_personal_numbers_are_in_no_log_and_not_in_the_transcript(product, customer):
    one = customer()
    one.says("mijn bsn is 111222333 en mijn rekening is NL91ABNA0417164300")
    one.seen = 0
    assert "111222333" not in text_of(one.new_messages())
    written = [path for path in product.folder.rglob("*") if path.is_file()]
    assert product.log in written
    for path in written:
        content = path.read_bytes()
        assert b"111222333" not in content, path
        assert b"NL91ABNA0417164300" not in content, path


def test_the_first_employees_password_is_shown_once(product):
    assert product.output().count(product.login()[1]) == 1
