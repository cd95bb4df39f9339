"""Whatever the assistant does, the customer is not left without a way on; and nothing goes round in a loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError
from tests.desk.fake_rasa import LONGEST_WAIT_SECONDS, FakeRasa, Reply, says
from tests.desk.turns.conftest import Chat, texts

from config.threads import in_thread
from conversations.models import Conversation, Message, Sender, TurnState
from organisation.loader import current
from tickets import services
from tickets.models import Reason, Ticket
from turns import leases, steps

pytestmark = pytest.mark.django_db(transaction=True)


FAILURES: dict[str, Callable[[], Reply]] = {
    "status 500": lambda: Reply({"error": "x"}, status=500),
    "status 404": lambda: Reply([], status=404),
    "redirect": lambda: Reply([{"text": "x"}], status=302),
    "not JSON": lambda: Reply(b"<html>"),
    "not UTF-8": lambda: Reply(b'[{"text": "\xff"}]'),
    "nothing": lambda: Reply(b""),
    "null": lambda: Reply(b"null"),
    "an object": lambda: Reply({"text": "x"}),
    "an empty list": lambda: Reply([]),
    "deeply nested": lambda: Reply(b"[" * 100_000),
    "no text": lambda: Reply([{"image": "x"}]),
    "an empty text": lambda: Reply([{"text": "  \n"}]),
    "a text that is none": lambda: Reply([{"text": ["x"]}]),
    "connection cut": lambda: Reply(cut=True),
    "too late": lambda: Reply([{"text": "x"}], wait_for=threading.Event()),
    "begins and then stops": lambda: Reply([{"text": "x"}], wait_for=threading.Event(), drip=True),
    "out of order": lambda: Reply([{"text": "x"}, {"custom": {"signal": "assistant_unavailable"}}]),
}


def fails(*arguments: Any, **options: Any) -> None:
    """A step of the database that cannot be done now."""
    raise DatabaseError("disk full")


def opens_a_ticket(body: dict[str, Any]) -> Reply:
    """An assistant whose action server opens a ticket, as for who asks for a person."""
    conversation = Conversation.objects.get(external_id=body["sender"])
    ticket, _ = services.open_ticket(conversation, Reason.REQUESTED, key=body["metadata"]["message_id"])
    return says(f"Doorgegeven onder {ticket.number}.")


@pytest.mark.parametrize("failure", FAILURES)
async def test_whatever_the_assistant_does_the_customer_gets_a_ticket(
    chat: Chat, rasa: FakeRasa, failure: str
) -> None:
    reply = FAILURES[failure]()
    rasa.reply = lambda body: reply
    message = await chat.write("Waar is mijn pakket?")
    await chat.runner.drain(chat.id)
    if reply.wait_for:
        reply.wait_for.set()
    (told,) = await chat.after(message)
    ticket = await chat.ticket()
    assert (ticket.reason, ticket.idempotency_key) == (Reason.ASSISTANT_UNAVAILABLE, str(message.pk))
    assert told.sender == Sender.SYSTEM
    for fact in (ticket.number, "030 123 45 67", "service@lindenhof.example"):
        assert fact in told.text
    assert (await chat.now()).state == "waiting"
    await message.arefresh_from_db()
    assert message.turn_state == TurnState.FAILED


HELP = {"text": "Bel nu 113.", "custom": {"signal": "assistant_unavailable", "keep_text": True}}


async def test_who_is_told_where_to_find_help_is_told_so_before_the_safety_net_speaks(
    chat: Chat, rasa: FakeRasa
) -> None:
    rasa.reply = lambda body: Reply([HELP, {"text": "Ik kan dit niet opzoeken."}])
    help_, told = await chat.say("ik wil niet meer leven")
    ticket = await chat.ticket()
    assert (help_.sender, help_.text) == (Sender.ASSISTANT, "Bel nu 113.")
    assert told.sender == Sender.SYSTEM
    assert ticket.number in told.text
    assert ticket.reason == Reason.VULNERABLE


async def test_who_is_told_where_to_find_help_is_told_so_at_once_and_once_and_gets_a_ticket_later(
    chat: Chat, rasa: FakeRasa, monkeypatch: pytest.MonkeyPatch
) -> None:
    rasa.reply = lambda body: Reply([HELP])
    message = await chat.write("ik wil niet meer leven")
    with monkeypatch.context() as broken:
        broken.setattr(steps, "open_in", fails)
        for _ in range(2):
            with pytest.raises(DatabaseError):
                await chat.runner.drain(chat.id)
            assert texts(await chat.after(message)) == ["Bel nu 113."]
    await Message.objects.filter(pk=message.pk).aupdate(turn_attempts=steps.MOST_ATTEMPTS)
    await chat.runner.drain(chat.id)
    ticket = await chat.ticket()
    _, told = await chat.after(message)
    assert ticket.reason == Reason.VULNERABLE
    assert ticket.number in told.text


async def test_an_assistant_that_is_not_there_is_no_dead_end(chat: Chat, rasa: FakeRasa) -> None:
    rasa.stop()
    (told,) = await chat.say("ik wil een mens")
    assert (await chat.ticket()).number in told.text


async def test_the_time_limit_counts_for_the_whole_turn(chat: Chat, rasa: FakeRasa) -> None:
    late = threading.Event()
    rasa.reply = lambda body: Reply([{"text": "x"}], wait_for=late)
    clock = asyncio.get_running_loop().time
    begin = clock()
    await chat.say("hallo")
    late.set()
    assert clock() - begin < LONGEST_WAIT_SECONDS / 4


async def test_a_ticket_of_this_turn_is_not_opened_twice(chat: Chat, rasa: FakeRasa) -> None:
    """The action server opened the ticket, and then the answer was lost."""

    def open_then_fail(body: dict[str, Any]) -> Reply:
        conversation = Conversation.objects.get(external_id=body["sender"])
        services.open_ticket(conversation, Reason.REQUESTED, key=body["metadata"]["message_id"])
        return Reply(cut=True)

    rasa.reply = open_then_fail
    (told,) = await chat.say("ik wil een mens")
    ticket = await chat.ticket()
    assert ticket.reason == Reason.REQUESTED
    assert ticket.number in told.text


async def test_a_database_that_fails_for_a_moment_costs_nobody_the_person_who_was_asked_for(
    chat: Chat, rasa: FakeRasa, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The action server could not open a ticket, and neither could the desk; then the database works again."""
    rasa.reply = lambda body: Reply(
        [{"text": "Dat lukt niet.", "custom": {"signal": "assistant_unavailable"}}]
    )
    message = await chat.write("ik wil een mens")
    with monkeypatch.context() as broken:
        broken.setattr(steps, "open_in", fails)
        with pytest.raises(DatabaseError):
            await chat.runner.drain(chat.id)
    assert await chat.after(message) == []
    assert await in_thread(leases.awaiting_turns) == [chat.id]
    await chat.runner.drain(chat.id)
    (told,) = await chat.after(message)
    assert (await chat.ticket()).number in told.text


async def test_a_ticket_that_the_action_server_opened_before_things_went_wrong_is_told(
    chat: Chat, rasa: FakeRasa, monkeypatch: pytest.MonkeyPatch
) -> None:
    rasa.reply = opens_a_ticket
    message = await chat.write("ik wil een mens")
    with monkeypatch.context() as broken:
        broken.setattr(steps, "add", fails)
        broken.setattr(steps, "open_in", fails)
        with pytest.raises(DatabaseError):
            await chat.runner.drain(chat.id)
    await chat.runner.drain(chat.id)
    (told,) = await chat.after(message)
    assert (await chat.ticket()).number in told.text


async def test_when_no_ticket_can_be_made_however_often_phone_and_mail_are_left(
    chat: Chat, rasa: FakeRasa, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steps, "open_in", fails)
    rasa.reply = lambda body: Reply([])
    message = await chat.write("hallo")
    for _ in range(steps.MOST_ATTEMPTS):
        with pytest.raises(DatabaseError):
            await chat.runner.drain(chat.id)
        assert await chat.after(message) == []
    await chat.runner.drain(chat.id)
    (told,) = await chat.after(message)
    assert "T-" not in told.text
    assert "030 123 45 67" in told.text
    assert "service@lindenhof.example" in told.text
    assert not await Ticket.objects.aexists()
    await message.arefresh_from_db()
    assert message.turn_state == TurnState.FAILED


async def test_an_apology_names_the_ticket_that_is_there(
    chat: Chat, rasa: FakeRasa, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was opened in this very turn, by the action server, and nothing after that could be stored."""
    message = await chat.write("ik wil een mens")
    await Message.objects.filter(pk=message.pk).aupdate(turn_attempts=steps.MOST_ATTEMPTS)
    lease = await in_thread(leases.claim, chat.id)
    assert lease is not None
    turn = await in_thread(steps.next_turn, lease)
    assert turn is not None
    assert turn.is_hopeless
    conversation = await chat.now()
    ticket, _ = await in_thread(services.open_ticket, conversation, Reason.REQUESTED, key=str(message.pk))
    await in_thread(steps.apologise, lease, turn)
    told = (await chat.after(message))[-1]
    assert ticket.number in told.text
    assert "niet doorgeven" not in told.text


async def test_when_nothing_can_be_written_the_message_waits(
    chat: Chat, rasa: FakeRasa, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(steps, "open_in", fails)
        broken.setattr(steps, "add", fails)
        broken.setattr(steps, "tell", fails)
        message = await chat.write("hallo")
        with pytest.raises(DatabaseError):
            await chat.runner.drain(chat.id)
    await message.arefresh_from_db()
    assert message.turn_state == TurnState.PENDING
    assert await in_thread(leases.awaiting_turns) == [chat.id]
    await chat.runner.drain(chat.id)
    assert texts(await chat.after(message)) == ["Antwoord op: hallo"]


async def test_a_message_that_fails_every_time_ends_with_a_ticket(chat: Chat, rasa: FakeRasa) -> None:
    message = await chat.write("hallo")
    await Message.objects.filter(pk=message.pk).aupdate(turn_attempts=steps.MOST_ATTEMPTS)
    await chat.runner.drain(chat.id)
    assert rasa.requests == []
    assert (await chat.ticket()).reason == Reason.ASSISTANT_UNAVAILABLE


async def test_a_deaf_customer_is_not_told_to_call_when_the_assistant_fails(
    chat: Chat, rasa: FakeRasa
) -> None:
    rasa.reply = lambda body: Reply(status=500)
    (told,) = await chat.say("Ik ben doof, waar is mijn bestelling?")
    assert current().phone not in told.text
    assert current().email in told.text


async def test_the_same_answer_is_never_given_twice_running(chat: Chat, rasa: FakeRasa) -> None:
    rasa.reply = lambda body: says("Wat is uw postcode?")
    assert texts(await chat.say("a")) == ["Wat is uw postcode?"]
    (notice,) = await chat.say("b")
    assert "met andere woorden" in notice.text
    assert notice.buttons == [{"title": "Medewerker", "payload": "/talk_to_human"}]
    (told,) = await chat.say("c")
    ticket = await chat.ticket()
    assert ticket.reason == Reason.NOT_UNDERSTOOD
    assert ticket.number in told.text


async def test_another_answer_in_between_is_no_loop(chat: Chat, rasa: FakeRasa) -> None:
    for text in ("Een.", "Twee.", "Een.", "Twee."):
        rasa.reply = lambda body, text=text: says(text)  # type: ignore[misc]
        assert texts(await chat.say("x")) == [text]


async def test_an_answer_that_opened_a_ticket_is_always_shown(chat: Chat, rasa: FakeRasa) -> None:
    rasa.reply = opens_a_ticket
    (answer,) = await chat.say("mens")
    assert (await chat.ticket()).number in answer.text
