"""An ordinary turn: what reaches the assistant, and what of its answer reaches the customer."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from django.utils import timezone
from tests.desk.fake_rasa import FakeRasa, Reply, says
from tests.desk.turns.conftest import Chat, texts

from config.threads import in_thread
from conversations.models import Message, Sender, TurnState
from conversations.store import add_customer_message, add_customer_words, begin, locked
from turns import own_answers

pytestmark = pytest.mark.django_db(transaction=True)


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


async def test_a_long_text_reaches_the_assistant_whole(chat: Chat, rasa: FakeRasa) -> None:
    """Who tells a long story asks for a person at its end; channels carry longer texts than the web chat."""
    text = "Het begon in maart. " * 450 + "Ik wil hier graag een medewerker over spreken."

    def write() -> Message:
        with locked(chat.id) as conversation:
            return add_customer_words(conversation, "c1", text)

    message = await in_thread(write)
    await chat.runner.drain(chat.id)
    assert message.text == text
    assert rasa.messages == [text]


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
