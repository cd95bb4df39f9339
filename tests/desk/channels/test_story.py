"""What holds on every messaging channel: the whole story, and a way to a person in every state (issue 1, R1, R14)."""

from __future__ import annotations

import pytest
from tests.desk.channels.conftest import Story
from tests.desk.fake_rasa import Reply, says

from channels import limits
from channels.models import Address, Outgoing, OutgoingState
from conversations.models import ConversationState, Message, Sender, TurnState
from employees.models import Employee
from organisation.texts import say
from tickets import services

pytestmark = pytest.mark.django_db(transaction=True)

CHOICES = [{"title": "Bestelling", "payload": "/order"}, {"title": "Retour", "payload": "/return"}]


def test_question_human_employee_close(story: Story, sanne: Employee) -> None:
    greeting, answer = story.says("Waar is mijn pakket?")
    assert "geen mens" in greeting.text
    assert answer.text == "Antwoord op: Waar is mijn pakket?"

    (opened,) = story.says("medewerker")
    assert story.ticket.number in opened.text
    assert story.rasa.messages == ["Waar is mijn pakket?"]

    (waiting,) = story.says("Het pakket is al een week te laat.")
    assert "bewaard bij ticket" in waiting.text

    services.take_over(story.ticket.pk, sanne)
    services.reply(story.ticket.pk, sanne, "Ik zoek het voor u uit.", "1")
    taken, reply = story.work()
    assert "Sanne" in taken.text
    assert reply.text == "Ik zoek het voor u uit."

    assert story.says("Dank u!") == []
    assert story.rasa.messages == ["Waar is mijn pakket?"]

    services.close(story.ticket.pk, sanne)
    closed = story.work()
    assert "gesloten" in closed[0].text

    assert [bubble.text for bubble in story.says("Nog iets")] == ["Antwoord op: Nog iets"]
    assert set(Outgoing.objects.values_list("state", flat=True)) == {OutgoingState.SENT}


@pytest.mark.parametrize("words", ["medewerker", "  MEDEWERKER!  "])
def test_the_word_opens_a_ticket_whatever_the_assistant_does(story: Story, words: str) -> None:
    story.rasa.stop()
    bubbles = story.says(words)
    assert story.ticket.number in bubbles[-1].text


def test_the_button_is_there_from_the_first_answer_on_and_works_without_the_assistant(story: Story) -> None:
    story.says("Hallo")
    story.rasa.stop()
    (opened,) = story.presses("Medewerker")
    assert story.ticket.number in opened.text
    assert Message.objects.filter(sender=Sender.CUSTOMER).last().text == "Medewerker"  # type: ignore[union-attr]


STATES = ["begun", "with_assistant", "waiting", "with_employee", "closed", "handed_back", "asking_details"]


@pytest.mark.parametrize("state", STATES)
def test_a_person_can_be_asked_for_in_every_state(story: Story, sanne: Employee, state: str) -> None:
    if state != "begun":
        if state == "asking_details":
            signal = {"recipient_id": "x", "custom": {"signal": "adding_details"}}
            story.rasa.reply = lambda body: Reply([*says("Op welk nummer?").body, signal])
        story.says("Hallo")
    if state in ("waiting", "with_employee", "closed", "handed_back"):
        services.request_human(story.conversation)
    if state in ("with_employee", "closed", "handed_back"):
        services.take_over(story.ticket.pk, sanne)
    if state == "closed":
        services.close(story.ticket.pk, sanne)
    if state == "handed_back":
        services.hand_back(story.ticket.pk, sanne)
    story.work()

    bubbles = story.says("Medewerker")

    assert story.conversation.state in (ConversationState.WAITING, ConversationState.WITH_EMPLOYEE)
    if state != "with_employee":  # there the employee reads it
        assert story.ticket.number in bubbles[-1].text
    assert story.conversation.tickets.not_closed().count() == 1


@pytest.mark.one_channel
def test_who_asks_again_is_told_again(story: Story) -> None:
    story.says("Hallo")
    numbers = [story.says("medewerker")[-1].text for _ in range(3)]
    assert all(story.ticket.number in text for text in numbers)


def test_too_many_messages_are_refused_but_never_a_request_for_a_person(story: Story) -> None:
    story.says("Hallo")
    for _ in range(limits.MESSAGES_PER_CONVERSATION.amount):
        limits.may_write(story.conversation)
    (refused,) = story.says("nog een")
    assert "zo veel berichten" in refused.text
    assert story.says("en nog een") == []
    assert story.rasa.messages == ["Hallo"]
    (opened,) = story.says("medewerker")
    assert story.ticket.number in opened.text


# --- Buttons --------------------------------------------------------------------------------------------------------


@pytest.fixture
def offered(story: Story) -> Story:
    """A customer who was just offered two choices."""
    story.rasa.reply = lambda body: says("Waarover gaat het?", buttons=CHOICES)
    story.says("Hallo")
    story.rasa.reply = lambda body: says(f"Gekozen: {body['message']}")
    return story


def test_a_pressed_button_becomes_its_payload_and_shows_its_title(offered: Story) -> None:
    assert [bubble.text for bubble in offered.presses("Retour")] == ["Gekozen: /return"]
    pressed = Message.objects.filter(sender=Sender.CUSTOMER).latest("id")
    assert (pressed.text, pressed.payload) == ("Retour", "/return")


@pytest.mark.parametrize("typed", ["retour!", "2."])
def test_a_typed_title_or_number_is_the_button(offered: Story, typed: str) -> None:
    assert [bubble.text for bubble in offered.says(typed)] == ["Gekozen: /return"]


@pytest.mark.one_channel
@pytest.mark.parametrize("typed", ["3", "0", "2000000", "/return", "retour sturen"])
def test_what_is_no_choice_stays_what_was_typed(offered: Story, typed: str) -> None:
    assert [bubble.text for bubble in offered.says(typed)] == [f"Gekozen: {typed.removeprefix('/')}"]


@pytest.mark.one_channel
def test_a_number_is_no_choice_any_more_after_another_message(offered: Story) -> None:
    offered.says("Toch iets anders")
    assert [bubble.text for bubble in offered.says("2")] == ["Gekozen: 2"]


def test_no_payload_and_no_reference_is_shown(offered: Story) -> None:
    for bubble in offered.customer.received():
        shown = " ".join([bubble.text, *bubble.buttons])
        assert "/return" not in shown
        assert "desk:" not in shown


# --- What comes in twice, late, or cannot be taken --------------------------------------------------------------------


def test_a_message_that_is_delivered_again_gives_one_message_and_one_turn(story: Story) -> None:
    for _ in range(3):
        story.says("Waar is mijn pakket?", vendor_id=777)
    assert story.rasa.messages == ["Waar is mijn pakket?"]
    assert Message.objects.filter(sender=Sender.CUSTOMER).count() == 1
    assert len(story.customer.received()) == 2


def test_messages_that_overtake_each_other_are_answered_in_the_order_of_writing(story: Story) -> None:
    story.says("Hallo")
    assert story.customer.write("tweede", seconds=-5).status_code == 200
    assert story.customer.write("eerste", seconds=-10).status_code == 200
    story.work()
    known = ["eerste", "tweede"] if story.customer.has_clock else ["tweede", "eerste"]
    assert story.rasa.messages == ["Hallo", *known]


def test_what_cannot_be_taken_is_kept_as_such_and_a_person_is_offered(story: Story) -> None:
    story.says("Hallo")
    story.customer.speak()
    (answer,) = story.work()
    kept = Message.objects.filter(sender=Sender.CUSTOMER).latest("id")
    assert kept.text.startswith("[")
    assert kept.turn_state == TurnState.ANSWERED
    assert "kan ik niet" in answer.text
    assert say("human_button") in answer.buttons or say("human_button") in answer.text
    assert story.rasa.messages == ["Hallo"]


def test_what_cannot_be_taken_while_a_person_is_waited_for_is_for_that_person(story: Story) -> None:
    story.says("medewerker")
    story.customer.speak()
    (notice,) = story.work()
    assert story.ticket.number in notice.text
    assert Message.objects.filter(sender=Sender.CUSTOMER).latest("id").turn_state == TurnState.FOR_EMPLOYEE


@pytest.mark.one_channel
@pytest.mark.parametrize("text", ["\ud800 kapot", "\x00\x07", "a" * 9_000, "{{ 7*7 }}<script>"])
def test_odd_texts_are_messages_like_any_other(story: Story, text: str) -> None:
    story.says("Hallo")
    assert len(story.says(text)) >= 1


@pytest.mark.one_channel
def test_an_address_that_comes_back_after_a_long_rest_begins_a_new_conversation(story: Story) -> None:
    story.says("Hallo")
    first = story.conversation
    first.last_message_at = first.last_message_at.replace(year=first.last_message_at.year - 1)
    first.save(update_fields=["last_message_at"])
    greeting, _ = story.says("Daar ben ik weer")
    assert "geen mens" in greeting.text
    assert Address.objects.get().conversation_id != first.pk


def test_two_customers_have_two_conversations_and_no_buttons_of_each_other(offered: Story) -> None:
    offered.customer.somebody_else()
    offered.says("Hallo")
    channels = Address.objects.values_list("channel", "conversation__channel")
    assert list(channels) == [(offered.customer.name, offered.customer.name)] * 2
    offered.says("2")
    assert offered.rasa.messages == ["Hallo", "Hallo", "2"]
