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


async def test_who_is_told_where_to_find_help_is_told_so_without_a_ticket_too(
    chat: Chat, rasa: FakeRasa, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*arguments: Any, **options: Any) -> None:
        raise DatabaseError("disk full")

    monkeypatch.setattr(steps, "open_in", fail)
    rasa.reply = lambda body: Reply([HELP])
    help_, told = await chat.say("ik wil niet meer leven")
    assert help_.text == "Bel nu 113."
    assert "030 123 45 67" in told.text


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


async def test_when_no_ticket_can_be_made_phone_and_mail_are_left(
    chat: Chat, rasa: FakeRasa, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*arguments: Any, **options: Any) -> None:
        raise DatabaseError("disk full")

    monkeypatch.setattr(steps, "open_in", fail)
    rasa.reply = lambda body: Reply([])
    (told,) = await chat.say("hallo")
    assert "T-" not in told.text
    assert "030 123 45 67" in told.text
    assert "service@lindenhof.example" in told.text
    assert not await Ticket.objects.aexists()


async def test_when_nothing_can_be_written_the_message_waits(
    chat: Chat, rasa: FakeRasa, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*arguments: Any, **options: Any) -> None:
        raise DatabaseError("read-only")

    with monkeypatch.context() as broken:
        broken.setattr(steps, "open_in", fail)
        broken.setattr(steps, "add", fail)
        broken.setattr(steps, "tell", fail)
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
    def hand_over(body: dict[str, Any]) -> Reply:
        conversation = Conversation.objects.get(external_id=body["sender"])
        ticket, _ = services.open_ticket(conversation, Reason.REQUESTED, key=body["metadata"]["message_id"])
        return says(f"Doorgegeven onder {ticket.number}.")

    rasa.reply = hand_over
    (answer,) = await chat.say("mens")
    assert (await chat.ticket()).number in answer.text
