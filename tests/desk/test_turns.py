"""Turns with an assistant on a real socket that answers, and fails, in every way it can."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError
from django.utils import timezone
from tests.desk.fake_rasa import LONGEST_WAIT_SECONDS, FakeRasa, Reply, says

from config.threads import in_thread
from conversations.models import Conversation, Message, Sender, TurnState
from conversations.store import LONGEST_TEXT, add_customer_message, add_customer_words, begin, locked
from employees.models import Employee
from organisation.loader import current
from tickets import services
from tickets.models import Reason, Ticket
from turns import leases, own_answers, steps
from turns.assistant import AssistantClient, Question
from turns.runner import Runner

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
async def runner(rasa: FakeRasa) -> AsyncIterator[Runner]:
    runner = Runner(AssistantClient([rasa.url], timeout_seconds=1, most_at_once=8))
    yield runner
    await runner.aclose()


class Chat:
    """A conversation as a test sees it."""

    def __init__(self, runner: Runner, conversation: Conversation) -> None:
        self.runner = runner
        self.id = conversation.pk
        self.count = 0

    async def write(self, text: str) -> Message:
        """Commit a customer's message without answering it."""
        self.count += 1
        message, _ = await in_thread(add_customer_message, self.id, f"c{self.count}", text)
        return message

    async def say(self, text: str) -> list[Message]:
        """Commit a customer's message, have it answered, and give what was added after it."""
        message = await self.write(text)
        await self.runner.drain(self.id)
        return await self.after(message)

    async def after(self, message: Message) -> list[Message]:
        """The messages after this one."""
        return [found async for found in Message.objects.filter(conversation_id=self.id, pk__gt=message.pk)]

    async def now(self) -> Conversation:
        """The conversation as it is stored."""
        return await Conversation.objects.aget(pk=self.id)

    async def ticket(self) -> Ticket:
        """Its only ticket."""
        return await Ticket.objects.aget(conversation_id=self.id)


@pytest.fixture
async def chat(runner: Runner) -> Chat:
    return Chat(runner, await in_thread(begin, "web"))


def texts(messages: list[Message]) -> list[str]:
    return [message.text for message in messages]


# --- An ordinary turn -----------------------------------------------------------------------------------------------


async def test_the_answer_is_the_assistants(chat: Chat, rasa: FakeRasa) -> None:
    rasa.reply = lambda body: says("Een.", "Twee.", buttons=[{"title": "Ja", "payload": "/affirm"}])
    message = await chat.write("Waar is mijn pakket?")
    await chat.runner.drain(chat.id)
    one, two = await chat.after(message)
    assert (one.text, two.text, two.buttons) == ("Een.", "Twee.", [{"title": "Ja", "payload": "/affirm"}])
    assert (one.sender, one.name, one.in_reply_to_id) == (Sender.ASSISTANT, "digitale assistent", message.pk)
    assert rasa.requests == [
        {
            "sender": (await chat.now()).external_id,
            "message": "Waar is mijn pakket?",
            "metadata": {"message_id": str(message.pk), "channel": "web"},
        }
    ]
    await message.arefresh_from_db()
    assert message.turn_state == TurnState.ANSWERED


async def test_what_no_handler_of_the_desk_answers_reaches_the_assistant_as_text(
    chat: Chat, rasa: FakeRasa
) -> None:
    def write() -> None:
        with locked(chat.id) as conversation:
            payload = own_answers.payload("a_word_of_an_older_version", "x")
            add_customer_words(conversation, "c1", "Hallo", payload=payload)

    await in_thread(write)
    await chat.runner.drain(chat.id)
    assert rasa.messages == ["Hallo"]


async def test_a_text_that_is_longer_than_the_assistant_reads_is_kept_whole(
    chat: Chat, rasa: FakeRasa
) -> None:
    def write() -> Message:
        with locked(chat.id) as conversation:
            return add_customer_words(conversation, "c1", "a" * 5000)

    message = await in_thread(write)
    await chat.runner.drain(chat.id)
    assert len(message.text) == 5000
    assert rasa.messages == ["a" * LONGEST_TEXT]


async def test_messages_are_answered_in_the_order_in_which_they_were_sent(chat: Chat, rasa: FakeRasa) -> None:
    now = timezone.now()

    def write() -> None:
        with locked(chat.id) as conversation:
            for text, seconds in (("drie", 1), ("een", 9), ("twee", 5)):
                add_customer_words(conversation, text, text, sent_at=now - timedelta(seconds=seconds))

    await in_thread(write)
    await chat.runner.drain(chat.id)
    assert rasa.messages == ["een", "twee", "drie"]


async def test_waiting_messages_are_answered_in_order_one_at_a_time(chat: Chat, rasa: FakeRasa) -> None:
    first = await chat.write("een")
    for text in ("twee", "drie"):
        await chat.write(text)
    await asyncio.gather(*(chat.runner.drain(chat.id) for _ in range(5)))
    assert rasa.messages == ["een", "twee", "drie"]
    answers = [text for text in texts(await chat.after(first)) if text.startswith("Antwoord")]
    assert answers == ["Antwoord op: een", "Antwoord op: twee", "Antwoord op: drie"]


async def test_messages_that_arrive_at_the_same_time_all_get_one_answer(chat: Chat, rasa: FakeRasa) -> None:
    async def write_and_drain(number: int) -> None:
        await in_thread(add_customer_message, chat.id, f"same-{number % 10}", f"bericht {number % 10}")
        await chat.runner.drain(chat.id)

    await asyncio.gather(*(write_and_drain(number) for number in range(20)))  # each of them sent twice
    await chat.runner.drain(chat.id)
    stored = [
        message async for message in Message.objects.filter(conversation_id=chat.id, sender=Sender.CUSTOMER)
    ]
    assert sorted(texts(stored)) == sorted(f"bericht {number}" for number in range(10))
    assert rasa.messages == texts(stored)


async def test_only_masked_text_leaves_the_desk(chat: Chat, rasa: FakeRasa) -> None:
    await chat.say("mijn bsn is 123456782 en rekening NL91ABNA0417164300")
    assert rasa.messages == ["mijn bsn is [BSN] en rekening [IBAN]"]


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("/talk_to_human", "/talk_to_human"),  # the greeting offers that button
        ('/inform{"verified_order": "400123456"}', 'inform{"verified_order": "400123456"}'),
        ("/restart", "restart"),
        (" //restart", "restart"),
        ("/ / \t/restart", "restart"),
        ("\u3000/restart", "restart"),
        ("///", "?"),
        ("en/of", "en/of"),
    ],
)
async def test_a_customer_cannot_give_commands(chat: Chat, rasa: FakeRasa, typed: str, sent: str) -> None:
    await chat.say(typed)
    assert rasa.messages == [sent]


async def test_another_conversations_button_is_not_offered_here(chat: Chat, rasa: FakeRasa) -> None:
    rasa.reply = lambda body: says("Kies.", buttons=[{"title": "Ja", "payload": "/affirm"}])
    await chat.say("hallo")
    other = Chat(chat.runner, await in_thread(begin, "web"))
    await other.say("/affirm")
    await chat.say("/affirm")
    assert rasa.messages == ["hallo", "affirm", "/affirm"]


async def test_what_cannot_be_shown_is_left_out(chat: Chat, rasa: FakeRasa) -> None:
    rasa.reply = lambda body: Reply(
        [
            {"image": "https://x.example/x.png"},
            "not an object",
            {
                "text": "Zin met \x00 en \ud83d.",
                "buttons": [{"title": "Ja"}, None, {"title": "Nee", "payload": "/deny"}],
            },
            {"text": 5},
            {"custom": {"signal": "something else"}},
        ]
    )
    (answer,) = await chat.say("hallo")
    assert (answer.text, answer.buttons) == ("Zin met  en \ufffd.", [{"title": "Nee", "payload": "/deny"}])


async def test_the_same_bubble_twice_in_a_turn_is_shown_once(chat: Chat, rasa: FakeRasa) -> None:
    rasa.reply = lambda body: says("Goed.", "Goed.", "Beter.")
    assert texts(await chat.say("hallo")) == ["Goed.", "Beter."]


# --- The safety net -------------------------------------------------------------------------------------------------

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


# --- No loop --------------------------------------------------------------------------------------------------------


async def test_the_same_answer_is_never_given_twice_running(chat: Chat, rasa: FakeRasa) -> None:
    rasa.reply = lambda body: says("Wat is uw postcode?")
    assert texts(await chat.say("a")) == ["Wat is uw postcode?"]
    (notice,) = await chat.say("b")
    assert "net ook" in notice.text
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


# --- Silence --------------------------------------------------------------------------------------------------------


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


# --- Leases ---------------------------------------------------------------------------------------------------------


async def test_a_conversation_is_answered_by_one_at_a_time(chat: Chat, rasa: FakeRasa) -> None:
    lease = await in_thread(leases.claim, chat.id)
    assert lease is not None
    message = await chat.write("hallo")
    await chat.runner.drain(chat.id)
    assert rasa.requests == []
    await in_thread(leases.release, lease)
    await chat.runner.drain(chat.id)
    assert texts(await chat.after(message)) == ["Antwoord op: hallo"]


async def test_a_lease_of_a_process_that_died_expires(
    chat: Chat, rasa: FakeRasa, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as dying:
        dying.setattr(leases, "LEASE_SECONDS", -1.0)
        await in_thread(leases.claim, chat.id)
    assert texts(await chat.say("hallo")) == ["Antwoord op: hallo"]


async def test_who_lost_the_lease_says_nothing(chat: Chat, rasa: FakeRasa) -> None:
    def steal(body: dict[str, Any]) -> Reply:
        Conversation.objects.update(turn_owner="another process")
        return says("Te laat.")

    rasa.reply = steal
    assert await chat.say("hallo") == []
    assert (await chat.now()).turn_owner == "another process"


async def test_a_lease_is_kept_as_long_as_the_turn_takes(
    chat: Chat, rasa: FakeRasa, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "LEASE_SECONDS", 0.3)
    expiries = []

    def watch(body: dict[str, Any]) -> Reply:
        first = Conversation.objects.get(pk=chat.id).turn_expires_at
        renewed.wait(LONGEST_WAIT_SECONDS)
        expiries.extend([first, Conversation.objects.get(pk=chat.id).turn_expires_at])
        return says("Klaar.")

    renewed = threading.Event()
    renew = leases.renew

    def renew_and_tell(lease: leases.Lease) -> bool:
        kept = renew(lease)
        renewed.set()
        return kept

    monkeypatch.setattr(leases, "renew", renew_and_tell)
    rasa.reply = watch
    assert texts(await chat.say("hallo")) == ["Klaar."]
    assert expiries[0] < expiries[1]


async def test_stopping_frees_the_conversation_for_the_next_process(chat: Chat, rasa: FakeRasa) -> None:
    late = threading.Event()
    rasa.reply = lambda body: Reply([{"text": "x"}], wait_for=late)
    await chat.write("hallo")
    chat.runner.wake(chat.id)
    await asyncio.to_thread(rasa.arrived.wait, LONGEST_WAIT_SECONDS)
    await chat.runner.aclose()
    late.set()
    assert await in_thread(leases.awaiting_turns) == [chat.id]


# --- A crowd --------------------------------------------------------------------------------------------------------


async def test_a_slow_assistant_is_asked_for_a_few_turns_at_once(rasa: FakeRasa) -> None:
    finish = threading.Event()
    rasa.reply = lambda body: Reply([{"text": "ja"}], wait_for=finish)
    client = AssistantClient([rasa.url], timeout_seconds=60, most_at_once=2)
    questions = [Question(f"klant {number}", "hallo", number, "web", False) for number in range(4)]
    asked = [asyncio.create_task(client.ask(question)) for question in questions]
    while len(rasa.requests) < 2:
        await asyncio.sleep(0.01)
    assert not any(task.done() for task in asked)
    assert len(rasa.requests) == 2
    finish.set()
    assert [answers.bubbles[0].text for answers in await asyncio.gather(*asked)] == ["ja"] * 4
    await client.aclose()


async def test_who_would_be_too_late_is_not_asked_for_at_all(rasa: FakeRasa) -> None:
    never = threading.Event()
    rasa.reply = lambda body: Reply([{"text": "ja"}], wait_for=never)
    client = AssistantClient([rasa.url], timeout_seconds=0.4, most_at_once=1)
    questions = [Question(f"klant {number}", "hallo", number, "web", False) for number in range(2)]
    failures = await asyncio.gather(*(client.ask(question) for question in questions), return_exceptions=True)
    assert sorted(str(failure) for failure in failures) == ["busy", "too late"]
    assert len(rasa.requests) == 1
    # Room that was given up is room again.
    rasa.reply = lambda body: says("hier ben ik")
    assert (await client.ask(questions[0])).bubbles[0].text == "hier ben ik"
    never.set()
    await client.aclose()


async def test_a_deaf_customer_is_not_told_to_call_when_the_assistant_fails(
    chat: Chat, rasa: FakeRasa
) -> None:
    rasa.reply = lambda body: Reply(status=500)
    (told,) = await chat.say("Ik ben doof, waar is mijn bestelling?")
    assert current().phone not in told.text
    assert current().email in told.text
