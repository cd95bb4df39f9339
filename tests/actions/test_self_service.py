"""What a verified customer arranges without a person, with the demo back office and a local server as the desk."""

from __future__ import annotations

import datetime as dt

import pytest
from pytest_httpserver import HTTPServer
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import addresses, appointments, invoices, outages, subscriptions
from actions.clients.back_office import back_office
from actions.clients.back_office.records import BackOfficeError
from actions.dates import in_words_with_year
from tests.actions.form_player import FormPlayer, responses

SUBMIT = {
    "invoice_form": "action_send_invoice",
    "address_form": "action_change_address",
    "cancel_subscription_form": "action_cancel_subscription",
    "contract_form": "action_show_contract",
    "appointment_form": "action_book_appointment",
    "outage_form": "action_show_outage",
}
TODAY = dt.date.today()


@pytest.fixture(autouse=True)
def desk(open_desk):
    """Every test here may open a ticket."""
    return open_desk


@pytest.fixture
def player() -> FormPlayer:
    classes = [
        invoices.ValidateInvoiceForm,
        invoices.ActionSendInvoice,
        addresses.ValidateAddressForm,
        addresses.ActionChangeAddress,
        subscriptions.ValidateCancelSubscriptionForm,
        subscriptions.ActionAskSubscription,
        subscriptions.ActionAskCancellationConfirmed,
        subscriptions.ActionCancelSubscription,
        subscriptions.ValidateContractForm,
        subscriptions.ActionShowContract,
        appointments.ValidateAppointmentForm,
        appointments.ActionAskVisitDay,
        appointments.ActionAskVisitConfirmed,
        appointments.ActionBookAppointment,
        outages.ValidateOutageForm,
        outages.ActionShowOutage,
    ]
    return FormPlayer([each() for each in classes], SUBMIT)


def sent_to_desk(desk: HTTPServer) -> list[str]:
    return [request.get_json()["reason"] for request, _ in desk.log if request.path == "/api/tickets"]


async def verified(player: FormPlayer, number: str = "K100001", postcode: str = "3511 AB") -> FormPlayer:
    player.slots.update(customer_number=number, postcode=postcode, verified_customer=number)
    return player


# Invoices


async def test_the_newest_invoice_goes_to_a_masked_address(player):
    assert responses(await player.starts("invoice_form", "invoice_copy")) == ["utter_ask_customer_number"]
    assert responses(await player.says("inform", "K100001")) == ["utter_ask_invoice_form_postcode"]
    (said,) = await player.says("inform", "3511 AB")
    assert (said["response"], said["address"]) == ("utter_newest_invoice_sent", "j***@example.nl")


async def test_the_invoice_that_was_named_is_sent_and_then_forgotten(player):
    await verified(player)
    (said,) = await player.starts("invoice_form", "invoice_copy", "factuur F2026-00101 graag")
    assert (said["response"], said["invoice"]) == ("utter_invoice_sent", "F2026-00101")
    (said,) = await player.starts("invoice_form", "invoice_copy", "en de laatste ook")
    assert said["response"] == "utter_newest_invoice_sent"


async def test_an_invoice_of_somebody_else_is_not_sent_but_goes_to_a_person(player, desk):
    await verified(player)
    (said,) = await player.starts("invoice_form", "invoice_copy", "factuur F2026-00303 graag")
    assert said["response"] == "utter_ticket_opened_invoice_not_found"
    assert sent_to_desk(desk) == ["decision_needs_a_person"]


async def test_a_wrong_postcode_sends_nothing(player):
    await player.starts("invoice_form", "invoice_copy")
    await player.says("inform", "K100001")
    said = responses(await player.says("inform", "1012 WX"))
    assert said == ["utter_identity_not_found", "utter_ask_customer_number"]


# Addresses


async def test_an_address_is_changed_after_proof_and_a_yes(player):
    await player.starts("address_form", "change_address", "ik wil mijn adres wijzigen")
    await player.says("inform", "K100005")
    assert responses(await player.says("inform", "2511 CV")) == ["utter_ask_new_postcode"]
    assert responses(await player.says("inform", "1012 WX")) == ["utter_ask_new_house_number"]
    assert responses(await player.says("inform", "12 a")) == ["utter_ask_address_confirmed"]
    assert (player.slots["new_postcode"], player.slots["new_house_number"]) == ("1012 WX", "12A")
    assert responses(await player.says("affirm", "ja")) == ["utter_address_changed"]
    assert await back_office().find_customer("K100005", "1012 WX")
    assert player.slots["address_confirmed"] is None
    assert player.slots["new_postcode"] is None


async def test_a_new_address_in_the_first_message_is_not_taken_for_proof(player):
    said = await player.starts("address_form", "change_address", "mijn nieuwe adres is 1012 WX 14")
    assert responses(said) == ["utter_ask_customer_number"]
    assert responses(await player.says("inform", "K100005")) == ["utter_ask_address_form_postcode"]
    assert responses(await player.says("inform", "2511 CV")) == ["utter_ask_address_confirmed"]
    assert (player.slots["new_postcode"], player.slots["new_house_number"]) == ("1012 WX", "14")


async def test_of_two_postcodes_the_first_is_proof(player):
    await player.starts("address_form", "change_address", "van 2511 CV naar 1012 WX 14")
    assert responses(await player.says("inform", "K100005")) == ["utter_ask_address_confirmed"]


async def test_number_and_postcode_together_are_proof(player):
    said = await player.starts("address_form", "change_address", "K100005 2511 CV, adres wijzigen")
    assert responses(said) == ["utter_ask_new_postcode"]
    assert player.slots["new_postcode"] is None


@pytest.mark.parametrize(
    ("text", "postcode", "number"),
    [
        ("nee, 9711 LM", "9711 LM", "12"),
        ("nee nummer 14", "1012 WX", "14"),
        ("nee, 9711 LM 16-2", "9711 LM", "16-2"),
    ],
)
async def test_a_correction_of_the_address_is_confirmed_again(player, text, postcode, number):
    await verified(player)
    await player.starts("address_form", "change_address", "ik woon nu op 1012 WX 12")
    assert responses(await player.says("deny", text)) == ["utter_ask_address_confirmed"]
    assert (player.slots["new_postcode"], player.slots["new_house_number"]) == (postcode, number)


async def test_no_means_that_the_address_stays(player):
    await verified(player)
    await player.starts("address_form", "change_address", "ik woon nu op 1012 WX 12")
    assert responses(await player.says("deny", "nee")) == ["utter_address_unchanged"]
    assert await back_office().find_customer("K100001", "3511 AB")


@pytest.mark.parametrize("text", ["ja maar wat kost dat", "ja, wacht even", "ja?"])
async def test_a_yes_with_a_doubt_changes_nothing(player, text):
    await verified(player)
    await player.starts("address_form", "change_address", "ik woon nu op 1012 WX 12")
    said = responses(await player.says("affirm", text))
    assert said == ["utter_address_confirmed_not_recognised", "utter_ask_address_confirmed"]


async def test_what_was_left_halfway_is_forgotten(player):
    await verified(player)
    await player.starts("address_form", "change_address", "ik woon nu op 1012 WX 12")
    player.stops()
    said = await player.starts("address_form", "change_address", "adres wijzigen")
    assert responses(said) == ["utter_ask_new_postcode"]


async def test_two_unclear_answers_lead_to_a_person(player, desk):
    await verified(player)
    await player.starts("address_form", "change_address", "adres wijzigen")
    await player.says("inform", "9000 gent")
    assert responses(await player.says("inform", "belgie")) == ["utter_ticket_opened_not_understood"]
    assert sent_to_desk(desk) == ["not_understood"]


# Subscriptions


async def test_the_only_subscription_is_cancelled_after_one_question(player):
    await player.starts("cancel_subscription_form", "cancel_subscription", "ik wil opzeggen")
    await player.says("inform", "K100001")
    (asked,) = await player.says("inform", "3511 AB")
    last_day = in_words_with_year(TODAY + dt.timedelta(days=30))
    assert (asked["response"], asked["subscription_name"]) == ("utter_confirm_cancellation", "koffiebox")
    assert asked["ends"] == last_day
    (said,) = await player.says("affirm", "ja")
    assert (said["response"], said["ends"]) == ("utter_subscription_cancelled", last_day)
    (said,) = await player.starts("cancel_subscription_form", "cancel_subscription", "opzeggen")
    assert said["response"] == "utter_subscription_already_cancelled"


async def test_of_several_subscriptions_the_chosen_one_is_cancelled(player):
    await verified(player, "K100002", "1012 WX")
    (asked,) = await player.starts("cancel_subscription_form", "cancel_subscription", "ik wil opzeggen")
    assert [button["title"] for button in asked["buttons"]] == ["Koffiebox", "Onderhoudscontract"]
    (asked,) = await player.says("inform", subscription="A-2043")
    assert asked["subscription_name"] == "onderhoudscontract"
    await player.says("affirm", "ja")
    left = [each.number for each in await back_office().subscriptions_of("K100002") if not each.cancelled]
    assert left == ["A-2042"]


async def test_a_subscription_that_the_first_message_names_is_not_asked_for(player):
    await player.starts(
        "cancel_subscription_form", "cancel_subscription", "mijn koffieabonnement mag stoppen"
    )
    await player.says("inform", "K100002")
    (asked,) = await player.says("inform", "1012 WX")
    assert (asked["response"], asked["subscription_name"]) == ("utter_confirm_cancellation", "koffiebox")


async def test_both_subscriptions_in_one_go(player):
    await verified(player, "K100002", "1012 WX")
    await player.starts("cancel_subscription_form", "cancel_subscription", "ik wil opzeggen")
    asked = responses(await player.says("inform", "allebei"))
    assert asked == ["utter_cancellation_also", "utter_confirm_cancellation"]
    assert responses(await player.says("affirm", "ja")) == ["utter_subscription_cancelled"] * 2


async def test_another_subscription_than_the_one_to_confirm(player):
    await verified(player, "K100002", "1012 WX")
    await player.starts("cancel_subscription_form", "cancel_subscription", "ik wil de koffiebox opzeggen")
    (asked,) = await player.says("deny", "nee, het onderhoudscontract")
    assert (asked["response"], asked["subscription_name"]) == (
        "utter_confirm_cancellation",
        "onderhoudscontract",
    )


async def test_no_cancels_nothing(player):
    await verified(player)
    await player.starts("cancel_subscription_form", "cancel_subscription", "ik wil opzeggen")
    assert responses(await player.says("deny", "nee toch niet")) == ["utter_nothing_cancelled"]
    assert not (await back_office().subscriptions_of("K100001"))[0].cancelled


async def test_saying_it_again_is_a_yes_when_it_begins_with_yes(player):
    await verified(player)
    await player.starts("cancel_subscription_form", "cancel_subscription", "ik wil opzeggen")
    said = responses(await player.says("cancel_subscription", "ja zeg maar op"))
    assert said == ["utter_subscription_cancelled"]


async def test_a_customer_without_a_subscription_who_wants_to_cancel_gets_a_person(player, desk):
    await verified(player, "K100005", "2511 CV")
    (said,) = await player.starts("cancel_subscription_form", "cancel_subscription", "ik wil opzeggen")
    assert said["response"] == "utter_ticket_opened_cancellation"
    assert sent_to_desk(desk) == ["decision_needs_a_person"]


async def test_a_customer_without_a_number_can_cancel_all_the_same(player, desk):
    await player.starts("cancel_subscription_form", "cancel_subscription", "ik wil opzeggen")
    await player.says("inform", "heb ik niet")
    assert responses(await player.says("deny", "nee")) == ["utter_ticket_opened_cancellation"]
    assert sent_to_desk(desk) == ["not_understood"]


async def test_the_end_of_each_subscription_is_told(player):
    await verified(player, "K100002", "1012 WX")
    said = await player.starts("contract_form", "contract_end_date")
    assert responses(said) == ["utter_contract_running"] * 2 + ["utter_contract_next"]
    assert said[1]["ends"] == in_words_with_year(TODAY + dt.timedelta(days=75))


async def test_a_cancelled_subscription_tells_its_last_day_and_offers_no_cancelling(player):
    await verified(player, "K100003", "9711 LM")
    assert responses(await player.starts("contract_form", "contract_end_date")) == [
        "utter_contract_cancelled"
    ]


async def test_a_customer_without_a_subscription_hears_that_none_was_found(player):
    await verified(player, "K100005", "2511 CV")
    said = await player.starts("contract_form", "contract_end_date")
    assert responses(said) == ["utter_no_subscription_found"]


# Outages


@pytest.mark.parametrize(
    ("postcode", "expected"),
    [
        ("5611 EM", "utter_outage_with_end"),
        ("9711 LM", "utter_outage_without_end"),
        ("3511 AB", "utter_no_outage_known"),
    ],
)
async def test_an_outage_needs_a_postcode_only(player, postcode, expected):
    assert responses(await player.starts("outage_form", "outage", "internet ligt eruit")) == [
        "utter_ask_outage_form_postcode"
    ]
    assert responses(await player.says("inform", postcode)) == [expected]


async def test_two_messages_without_a_postcode_lead_to_a_person(player, desk):
    await player.starts("outage_form", "outage")
    await player.says("inform", "in gent")
    assert responses(await player.says("nlu_fallback", "tja")) == ["utter_ticket_opened_not_understood"]
    assert sent_to_desk(desk) == ["not_understood"]


# A back office that gives no answer


class Silent:
    """A back office that never answers."""

    def __getattr__(self, name: str):
        async def fails(*_: object) -> None:
            raise BackOfficeError

        return fails


@pytest.mark.parametrize(
    "form", ["invoice_form", "address_form", "cancel_subscription_form", "contract_form"]
)
async def test_without_an_answer_nothing_is_said_and_the_static_answer_follows(
    player, desk, monkeypatch, form
):
    for module in (invoices, addresses, subscriptions):
        monkeypatch.setattr(module, "back_office", Silent)
    await verified(player)
    said = await player.starts(form, "moving_house", "ik woon nu op 1012 WX 12")
    if form == "address_form":
        said = await player.says("affirm", "ja")
    assert said == []
    assert player.slots["reply_given"] is False
    assert sent_to_desk(desk) == []


async def test_a_question_that_cannot_be_asked_says_where_to_go(player, monkeypatch):
    await verified(player, "K100002", "1012 WX")
    action = subscriptions.ActionAskSubscription()
    monkeypatch.setattr(subscriptions, "back_office", Silent)
    dispatcher = CollectingDispatcher()
    tracker = Tracker("c1", player.slots, {}, [], False, None, {}, "action_listen")
    assert await action.run(dispatcher, tracker, {}) == []
    assert responses(dispatcher.messages) == ["utter_temporarily_unavailable"]
