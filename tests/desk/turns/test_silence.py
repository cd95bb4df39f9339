"""While a person is asked for or has the conversation, the assistant is silent (invariant 4)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.desk.fake_rasa import FakeRasa, Reply, says
from tests.desk.turns.conftest import Chat, texts

from config.threads import in_thread
from conversations.models import Conversation, Sender, TurnState
from employees.models import Employee
from tickets import services
from tickets.models import Reason, Ticket

pytestmark = pytest.mark.django_db(transaction=True)


async def test_while_a_person_is_asked_for_nothing_is_forwarded(chat: Chat, rasa: FakeRasa) -> None:
    ticket = await in_thread(services.request_human, await chat.now())
    (notice,) = await chat.say("bent u daar?")
    assert ticket.number in notice.text
    assert await chat.say("hallo?") == []
    assert rasa.requests == []


def asks(*texts: str) -> Reply:
    """An answer that ends with a question about the ticket."""
    reply = says(*texts)
    reply.body.append({"recipient_id": "x", "custom": {"signal": "adding_details"}})
    return reply


def opens_a_ticket_and_asks(body: dict[str, Any]) -> Reply:
    """The answer to a request for a person: the number, and the offer to add to the ticket."""
    conversation = Conversation.objects.get(external_id=body["sender"])
    services.open_ticket(conversation, Reason.REQUESTED, key=body["metadata"]["message_id"])
    return asks("Doorgegeven.", "Wilt u een telefoonnummer geven?")


async def test_the_answer_to_a_question_about_the_ticket_is_forwarded(chat: Chat, rasa: FakeRasa) -> None:
    rasa.reply = opens_a_ticket_and_asks
    await chat.say("ik wil een mens")
    rasa.reply = lambda body: asks("Wat is uw vraag?")
    assert texts(await chat.say("0612345678")) == ["Wat is uw vraag?"]
    rasa.reply = lambda body: says("Dank u.")
    assert texts(await chat.say("mijn lamp is stuk")) == ["Dank u."]
    (notice,) = await chat.say("bent u daar?")
    assert (await chat.ticket()).number in notice.text
    assert rasa.messages == ["ik wil een mens", "0612345678", "mijn lamp is stuk"]
    assert (await chat.now()).state == "waiting"


FAILED_DETAILS: dict[str, Callable[[], Reply]] = {
    "nothing": lambda: Reply([]),
    "status 500": lambda: Reply([], status=500),
    "out of order": lambda: Reply([{"text": "x"}, {"custom": {"signal": "assistant_unavailable"}}]),
}


@pytest.mark.parametrize("failure", FAILED_DETAILS)
async def test_a_question_about_the_ticket_that_fails_leaves_the_message_to_the_employee(
    chat: Chat, rasa: FakeRasa, failure: str
) -> None:
    rasa.reply = opens_a_ticket_and_asks
    await chat.say("ik wil een mens")
    rasa.reply = lambda body: FAILED_DETAILS[failure]()
    message = await chat.write("0612345678")
    await chat.runner.drain(chat.id)
    (notice,) = await chat.after(message)
    ticket = await chat.ticket()  # the only one
    assert "Uw bericht is bewaard" in notice.text
    assert ticket.number in notice.text
    assert ticket.phone == "+31612345678", "what the assistant could not note is on the ticket all the same"
    await message.arefresh_from_db()
    assert message.turn_state == TurnState.FOR_EMPLOYEE
    assert await chat.say("bent u daar?") == []
    assert rasa.messages == ["ik wil een mens", "0612345678"]


async def test_an_employee_ends_the_questions_about_the_ticket(
    chat: Chat, rasa: FakeRasa, sanne: Employee
) -> None:
    rasa.reply = opens_a_ticket_and_asks
    await chat.say("ik wil een mens")
    ticket = await chat.ticket()
    await in_thread(services.take_over, ticket.pk, sanne)
    assert await chat.say("0612345678") == []
    await in_thread(services.close, ticket.pk, sanne)
    await in_thread(services.request_human, await chat.now())
    (notice,) = await chat.say("mijn lamp is stuk")
    assert notice.sender == Sender.SYSTEM
    assert rasa.messages == ["ik wil een mens"]


async def test_an_employee_who_comes_during_the_question_is_not_talked_through(
    chat: Chat, rasa: FakeRasa, sanne: Employee
) -> None:
    rasa.reply = opens_a_ticket_and_asks
    await chat.say("ik wil een mens")
    ticket = await chat.ticket()

    def meanwhile(body: dict[str, Any]) -> Reply:
        services.take_over(ticket.pk, sanne)
        return asks("Wat is uw vraag?")

    rasa.reply = meanwhile
    message = await chat.write("0612345678")
    await chat.runner.drain(chat.id)
    assert {found.sender for found in await chat.after(message)} == {Sender.SYSTEM}
    await message.arefresh_from_db()
    assert message.turn_state == TurnState.OVERTAKEN
    assert not (await chat.now()).is_adding_details


async def test_a_question_about_a_ticket_that_does_not_exist_changes_nothing(
    chat: Chat, rasa: FakeRasa
) -> None:
    rasa.reply = lambda body: asks("Wat is uw vraag?")
    await chat.say("hallo")
    assert not (await chat.now()).is_adding_details


async def test_while_an_employee_has_the_conversation_the_assistant_is_silent(
    chat: Chat, rasa: FakeRasa, sanne: Employee
) -> None:
    ticket = await in_thread(services.request_human, await chat.now())
    await in_thread(services.take_over, ticket.pk, sanne)
    assert await chat.say("bent u daar?") == []
    assert rasa.requests == []


@pytest.mark.parametrize("moment", ["pressed", "taken", "closed"])
@pytest.mark.parametrize("fails", [False, True])
async def test_an_answer_that_comes_after_a_person_is_dropped(
    chat: Chat, rasa: FakeRasa, sanne: Employee, moment: str, fails: bool
) -> None:
    def meanwhile(body: dict[str, Any]) -> Reply:
        ticket = services.request_human(Conversation.objects.get(external_id=body["sender"]))
        if moment != "pressed":
            services.take_over(ticket.pk, sanne)
        if moment == "closed":
            services.close(ticket.pk, sanne)
        return Reply([]) if fails else says("Te laat.")

    rasa.reply = meanwhile
    message = await chat.write("hallo")
    await chat.runner.drain(chat.id)
    assert {found.sender for found in await chat.after(message)} == {Sender.SYSTEM}
    await message.arefresh_from_db()
    assert message.turn_state == TurnState.OVERTAKEN
    await chat.ticket()  # and the failure opened no second one


async def test_messages_behind_the_one_that_opened_a_ticket_are_for_the_employee(
    chat: Chat, rasa: FakeRasa
) -> None:
    rasa.reply = lambda body: Reply([])
    await chat.write("een")
    second = await chat.write("twee")
    await chat.runner.drain(chat.id)
    assert rasa.messages == ["een"]
    await second.arefresh_from_db()
    assert second.turn_state == TurnState.FOR_EMPLOYEE


@pytest.mark.parametrize("ending", [services.hand_back, services.close])
async def test_the_assistant_begins_afresh_after_an_employee(
    chat: Chat, rasa: FakeRasa, sanne: Employee, ending: Callable[[int, Employee], Ticket]
) -> None:
    await chat.say("hallo")
    ticket = await in_thread(services.request_human, await chat.now())
    await in_thread(services.take_over, ticket.pk, sanne)
    await in_thread(ending, ticket.pk, sanne)
    assert texts(await chat.say("hallo")) == ["Antwoord op: hallo"]  # also: no loop across an employee
    await chat.say("nog iets")
    assert rasa.messages == ["hallo", "/session_start", "hallo", "nog iets"]
    assert (await chat.now()).state == "with_assistant"
