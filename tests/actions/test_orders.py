"""What a customer arranges about an order, a return and a repair: demo back office, and a local server as the desk."""

from __future__ import annotations

import datetime as dt
import logging

import pytest
from pytest_httpserver import HTTPServer

from actions import order_changes, orders, returns, warranty
from actions.clients import desk as desk_client
from actions.clients.back_office import back_office
from actions.clients.back_office.demo import DemoBackOffice
from actions.clients.back_office.records import BackOfficeError, Order
from actions.dates import in_words_with_year
from tests.actions.form_player import FormPlayer, responses

SUBMIT = {
    "order_status_form": "action_show_order_status",
    "cancel_order_form": "action_cancel_order",
    "change_order_form": "action_change_order",
    "return_form": "action_register_return",
    "refund_status_form": "action_show_refund_status",
    "warranty_form": "action_register_repair",
}
ACTIONS = [
    orders.ActionAskOrderNumber,
    orders.ValidateOrderStatusForm,
    orders.ActionShowOrderStatus,
    order_changes.ValidateCancelOrderForm,
    order_changes.ActionCancelOrder,
    order_changes.ValidateChangeOrderForm,
    order_changes.ActionChangeOrder,
    returns.ValidateReturnForm,
    returns.ActionRegisterReturn,
    returns.ValidateRefundStatusForm,
    returns.ActionShowRefundStatus,
    warranty.ValidateWarrantyForm,
    warranty.ActionRegisterRepair,
]
TODAY = dt.date.today()
# K100003: 400123458, being packed.
PACKED = {"order_number": "400123458", "postcode": "9711 LM"}
# K100001 has two: 400123456 on its way, 400123462 delivered 800 days ago.
SHIPPED = {"order_number": "400123456", "postcode": "3511 AB"}


@pytest.fixture(autouse=True)
def desk(open_desk):
    """Every test here may open a ticket."""
    return open_desk


@pytest.fixture
def player() -> FormPlayer:
    return FormPlayer([each() for each in ACTIONS], SUBMIT)


@pytest.fixture
def broken(monkeypatch):
    """A back office that gives no answer to one question; call it with the question's name."""

    def break_(method: str) -> None:
        async def fail(*_):
            raise BackOfficeError("kapot")

        monkeypatch.setattr(back_office(), method, fail)

    return break_


def tickets(desk: HTTPServer) -> list[dict]:
    return [request.get_json() for request, _ in desk.log if request.path == "/api/tickets"]


# Where an order is


@pytest.mark.parametrize(
    ("number", "postcode", "response"),
    [
        ("400123456", "3511 AB", "utter_order_shipped"),
        ("400123457", "1012 WX", "utter_order_delivered"),
        ("400123458", "9711 LM", "utter_order_processing"),
        ("400123460", "2511 CV", "utter_order_cancelled"),
    ],
)
async def test_the_status_is_what_the_system_has(player, number, postcode, response):
    said = await player.starts("order_status_form", "track_order", order_number=number, postcode=postcode)
    assert responses(said) == [response]
    assert player.slots["reply_given"] is True


async def test_a_problem_with_a_delivered_parcel_is_told_and_a_person_offered(player):
    said = await player.starts(
        "order_status_form", "delivery_problem", order_number="400123457", postcode="1012 WX"
    )
    assert responses(said) == ["utter_order_delivered_problem"]
    assert player.slots["delivery_went_wrong"] is None


async def test_a_problem_with_another_parcel_gets_its_status_and_the_offer(player):
    said = await player.starts("order_status_form", "delivery_problem", **PACKED)
    assert responses(said) == ["utter_order_processing", "utter_delivery_problem_person"]
    assert responses(await player.starts("order_status_form", "track_order")) == ["utter_order_processing"]


@pytest.mark.parametrize(
    ("status", "expected", "delivered", "problem", "kind"),
    [
        ("shipped", 1, None, False, "shipped"),
        ("shipped", 0, None, True, "shipped"),
        ("shipped", -1, None, False, "shipped_late"),
        ("shipped", None, None, False, "shipped_no_day"),
        ("delivered", None, -1, False, "delivered"),
        ("delivered", None, -1, True, "delivered_problem"),
        ("delivered", None, None, False, "delivered_no_day"),
        ("cancelled", None, None, True, "cancelled"),
    ],
)
def test_no_day_is_told_that_the_system_does_not_have_or_that_has_passed(
    status, expected, delivered, problem, kind
):
    days = [None if days is None else TODAY + dt.timedelta(days=days) for days in (expected, delivered)]
    order = Order("400000001", "K1", "3511 AB", status, "lamp", "PostNL", *days)
    assert orders.status_of(order, problem, TODAY) == kind


async def test_what_was_guessed_at_too_often_elsewhere_goes_to_a_person(player, desk, monkeypatch):
    monkeypatch.setattr(desk_client, "PROOF_SECONDS", 10)
    desk.clear()
    desk.expect_request(
        "/api/proofs",
        json={"numbers": [SHIPPED["order_number"]], "postcode": SHIPPED["postcode"], "fits": True},
    ).respond_with_json({"is_open": False})
    desk.expect_request("/api/tickets").respond_with_json(
        {
            "number": "T-100042",
            "state": "open",
            "conversation": "c1",
            "employee": None,
            "next_step": "Straks.",
        },
        status=201,
    )
    said = await player.starts("order_status_form", "track_order", **SHIPPED)
    assert responses(said) == ["utter_ticket_opened_verification_failed"]
    assert player.slots["verified_customer"] is None
    assert tickets(desk)[0]["reason"] == "verification_failed"
    assert tickets(desk)[0]["verified"] is None


@pytest.mark.parametrize("body", ["kapot", "[]", "{}", '{"is_open": "nee"}'])
async def test_without_the_desks_count_that_of_the_conversation_holds(player, desk, body, caplog):
    desk.clear()
    desk.expect_request("/api/proofs").respond_with_data(body)
    said = await player.starts("order_status_form", "track_order", **SHIPPED)
    assert responses(said) == ["utter_order_shipped"]
    assert "3511" not in caplog.text


async def test_a_wrong_combination_is_counted_over_all_conversations(player, desk):
    await player.starts("order_status_form", "track_order", order_number="400123456", postcode="9711 LM")
    counted = [request.get_json() for request, _ in desk.log if request.path == "/api/proofs"]
    assert counted[0] == {"numbers": ["400123456"], "postcode": "9711 LM", "fits": False}


async def test_somebody_elses_order_stays_closed_to_a_verified_customer(player):
    await player.starts("order_status_form", "track_order", **SHIPPED)
    said = await player.starts("order_status_form", "track_order", order_number="400123458")
    assert responses(said) == ["utter_identity_not_found", "utter_ask_which_order"]
    assert player.slots["verification_failures"] == 1


async def test_a_verified_customer_with_several_orders_chooses_one(player):
    await player.starts("order_status_form", "track_order")
    await player.says("inform", "K100001")
    (question,) = await player.says("inform", "3511 AB")
    assert question["response"] == "utter_ask_which_order"
    assert [button["payload"] for button in question["buttons"]] == [
        '/inform{"order_number": "400123462"}',
        '/inform{"order_number": "400123456"}',
    ]
    assert question["buttons"][0]["title"] == "Broodrooster (400123462)"
    assert responses(await player.says("inform", order_number="400123462")) == ["utter_order_delivered"]


async def test_a_verified_customer_with_one_order_is_not_asked_which(player):
    await player.starts("order_status_form", "track_order")
    assert responses(await player.says("inform", "K100003")) == ["utter_ask_order_status_form_postcode"]
    assert responses(await player.says("inform", "9711 LM")) == ["utter_order_processing"]


async def test_a_customer_number_instead_of_an_order_number_is_no_failed_try(player):
    await player.starts("order_status_form", "track_order")
    await player.says("inform", "K100003")
    assert player.slots["slot_failures"] == 0


async def test_an_order_delivered_elsewhere_is_found_through_the_customer_number(player):
    order = back_office().orders["400123458"]
    await back_office().change_delivery_address(order, "1012 WX", "1")
    said = await player.starts(
        "order_status_form",
        "track_order",
        order_number="400123458",
        customer_number="K100003",
        postcode="9711 LM",
    )
    assert responses(said) == ["utter_order_processing"]


async def test_the_plain_question_comes_when_the_orders_cannot_be_read(player, broken):
    await player.starts("order_status_form", "track_order", **SHIPPED)
    player.slots["order_number"] = None
    broken("orders_of")
    action = orders.ActionAskOrderNumber()
    player._actions["action_ask_order_number"] = action
    await player._run("action_ask_order_number")
    assert responses(player._dispatcher.messages)[-1] == "utter_ask_order_number"


async def test_the_question_is_repeated_once_for_who_repeats_theirs_and_then_a_person_comes(player, desk):
    await player.starts("order_status_form", "track_order")
    again = await player.says("track_order", "waar is mijn pakket nou?")
    assert responses(again) == ["utter_ask_order_number"]
    assert responses(await player.says("delivery_problem", "het is er nog steeds niet!!")) == [
        "utter_ticket_opened_not_understood"
    ]
    assert tickets(desk)[0]["reason"] == "not_understood"


async def test_a_system_that_gives_no_answer_is_not_blamed_on_the_customer(player, broken, desk, caplog):
    broken("find_order")
    with caplog.at_level(logging.ERROR):
        said = await player.starts("order_status_form", "track_order", **PACKED)
    assert said == []
    assert player.slots["reply_given"] is False
    assert tickets(desk) == []
    assert "400123458" not in caplog.text


async def test_a_human_request_with_details_in_it_is_not_kept_by_a_form(player):
    await player.starts("order_status_form", "track_order")
    await player.says("inform", "3511 AB")
    assert await player.says("talk_to_human", "ik ben K100001 en wil een mens spreken") == []
    assert player.slots["verified_customer"] is None


# Cancelling


async def test_an_order_that_is_being_packed_is_cancelled_after_a_yes(player, desk):
    said = await player.starts("cancel_order_form", "cancel_order", **PACKED)
    assert responses(said) == ["utter_ask_order_cancel_confirmed"]
    assert back_office().orders["400123458"].status == "processing"
    assert responses(await player.says("affirm", "/affirm")) == ["utter_order_cancelled"]
    assert back_office().orders["400123458"].status == "cancelled"
    assert player.slots["order_cancel_confirmed"] is None
    assert tickets(desk) == []


@pytest.mark.parametrize(
    ("intent", "text", "cancelled"),
    [
        ("cancel_order", "ja annuleer hem maar", True),
        ("deny", "nee toch niet", False),
        ("cancel_order", "nee niet annuleren", False),
    ],
)
async def test_yes_and_no_count_however_they_are_classified(player, intent, text, cancelled):
    await player.starts("cancel_order_form", "cancel_order", **PACKED)
    await player.says(intent, text)
    assert (back_office().orders["400123458"].status == "cancelled") is cancelled
    assert player.form is None


async def test_a_doubtful_yes_cancels_nothing(player):
    await player.starts("cancel_order_form", "cancel_order", **PACKED)
    said = await player.says("affirm", "ja maar wacht, alleen als het geld terugkomt")
    assert responses(said) == [
        "utter_order_cancel_confirmed_not_recognised",
        "utter_ask_order_cancel_confirmed",
    ]
    assert back_office().orders["400123458"].status == "processing"


async def test_another_order_at_the_confirmation_is_a_correction(player):
    await player.starts("cancel_order_form", "cancel_order", **SHIPPED)
    said = await player.says("deny", "nee, ik bedoel 400123462")
    assert responses(said) == ["utter_ask_order_cancel_confirmed"]
    assert player.slots["order_number"] == "400123462"
    assert player.slots["order_cancel_confirmed"] is None


@pytest.mark.parametrize("intent", ["talk_to_human", "stop", "opening_hours", "delivery_options"])
async def test_another_question_at_the_confirmation_is_no_answer(player, intent):
    await player.starts("cancel_order_form", "cancel_order", **PACKED)
    assert await player.says(intent, "nee, ik wil eerst iets anders") == []
    assert player.slots["order_cancel_confirmed"] is None


async def test_what_has_left_is_a_persons_decision_and_no_refusal(player, desk):
    await player.starts("cancel_order_form", "cancel_order", **SHIPPED)
    said = await player.says("affirm", "/affirm")
    assert responses(said) == ["utter_ticket_opened_order_cannot_be_cancelled"]
    (ticket,) = tickets(desk)
    assert ticket["reason"] == "decision_needs_a_person"
    assert ticket["entities"]["order_number"] == "400123456"
    assert ticket["verified"] == {"customer_number": "K100001"}


async def test_a_cancellation_that_was_not_proved_cancels_nothing(player, desk):
    player.form = "cancel_order_form"
    player.slots.update(order_number="400123458", order_cancel_confirmed=True)
    await player._run("action_cancel_order")
    assert back_office().orders["400123458"].status == "processing"
    assert player.slots["reply_given"] is False


# Changing


async def test_a_new_address_is_summarised_and_changed_after_a_yes(player):
    said = await player.starts("change_order_form", "change_order", **PACKED)
    assert responses(said) == ["utter_ask_order_change"]
    said = await player.says("inform", '/inform{"order_change": "address"}', order_change="address")
    assert responses(said) == ["utter_ask_delivery_postcode"]
    assert responses(await player.says("inform", "1012 WX")) == ["utter_ask_delivery_house_number"]
    assert responses(await player.says("inform", "12 a")) == ["utter_ask_order_change_confirmed"]
    (done,) = await player.says("affirm", "ja")
    assert done["response"] == "utter_order_address_changed"
    assert (done["delivery_postcode"], done["delivery_house_number"]) == ("1012 WX", "12A")
    assert back_office().orders["400123458"].postcode == "1012 WX"
    assert player.slots["order_change"] is player.slots["delivery_postcode"] is None


async def test_postcode_and_number_in_one_message_are_enough(player):
    await player.starts("change_order_form", "change_order", **PACKED)
    await player.says("inform", "het adres")
    assert responses(await player.says("inform", "1012 WX 12")) == ["utter_ask_order_change_confirmed"]


async def test_the_old_address_is_not_taken_for_the_new_one(player):
    await player.starts("change_order_form", "change_order", order_number="400123458")
    assert responses(await player.says("inform", "9711 LM 7")) == ["utter_ask_order_change"]
    assert player.slots["delivery_house_number"] is None


@pytest.mark.parametrize(
    ("text", "slot", "value"),
    [
        ("nee, 3511 AB", "delivery_postcode", "3511 AB"),
        ("nee, huisnummer 14", "delivery_house_number", "14"),
    ],
)
async def test_a_correction_of_the_new_address_is_confirmed_again(player, text, slot, value):
    await player.starts("change_order_form", "change_order", **PACKED)
    await player.says("inform", "adres")
    await player.says("inform", "1012 WX 12")
    assert responses(await player.says("deny", text)) == ["utter_ask_order_change_confirmed"]
    assert player.slots[slot] == value
    assert player.slots["order_change_confirmed"] is None


async def test_a_no_changes_nothing(player, desk):
    await player.starts("change_order_form", "change_order", **PACKED)
    await player.says("inform", "adres")
    await player.says("inform", "1012 WX 12")
    assert responses(await player.says("deny", "nee")) == ["utter_order_not_changed"]
    assert back_office().orders["400123458"].postcode == "9711 LM"
    assert tickets(desk) == []


async def test_an_address_that_was_left_halfway_is_forgotten(player):
    await player.starts("change_order_form", "change_order", **PACKED)
    await player.says("inform", "adres")
    await player.says("inform", "1012 WX 12")
    player.stops()
    assert responses(await player.starts("change_order_form", "change_order")) == ["utter_ask_order_change"]
    assert player.slots["delivery_postcode"] is None


async def test_any_other_wish_goes_to_a_person_in_the_customers_words(player, desk):
    await player.starts("change_order_form", "change_order", **PACKED)
    said = await player.says("inform", '/inform{"order_change": "other"}', order_change="other")
    assert responses(said) == ["utter_ask_change_wish"]
    said = await player.says("inform", "graag pas volgende week vrijdag bezorgen")
    assert responses(said) == ["utter_ticket_opened_order_change"]
    (ticket,) = tickets(desk)
    assert ticket["entities"]["change_wish"] == "graag pas volgende week vrijdag bezorgen"
    assert player.slots["change_wish"] is None


async def test_a_wish_typed_at_once_is_not_asked_again(player, desk):
    await player.starts("change_order_form", "change_order", **PACKED)
    said = await player.says("change_order", "doe er nog een set zakken bij")
    assert responses(said) == ["utter_ticket_opened_order_change"]
    assert tickets(desk)[0]["entities"]["change_wish"] == "doe er nog een set zakken bij"


async def test_a_new_address_for_what_has_left_goes_to_a_person_with_the_address(player, desk):
    await player.starts("change_order_form", "change_order", **SHIPPED)
    await player.says("inform", "ander adres")
    await player.says("inform", "1012 WX 12")
    assert responses(await player.says("affirm", "ja")) == ["utter_ticket_opened_order_change"]
    entities = tickets(desk)[0]["entities"]
    assert (entities["delivery_postcode"], entities["delivery_house_number"]) == ("1012 WX", "12")


# Sending back, and the money


async def test_a_return_asks_for_a_reason_each_time(player):
    said = await player.starts("return_form", "return_item", order_number="400123461", postcode="6211 LE")
    assert responses(said) == ["utter_ask_return_reason"]
    (done,) = await player.says("inform", "de bonen smaken muf")
    assert (done["response"], done["return_number"]) == ("utter_return_registered", "R-400123461")
    assert responses(await player.starts("return_form", "return_item")) == ["utter_ask_return_reason"]
    assert responses(await player.says("inform", "nog steeds muf")) == ["utter_return_already_registered"]


async def test_another_order_instead_of_a_reason_is_a_correction(player):
    await player.starts("return_form", "return_item", **SHIPPED)
    assert responses(await player.says("inform", "sorry, 400123462")) == ["utter_ask_return_reason"]
    assert player.slots["order_number"] == "400123462"
    assert player.slots["return_reason"] is None


async def test_a_return_that_is_too_late_is_a_persons_decision(player, desk):
    await player.starts("return_form", "return_item", order_number="400123459", postcode="5611 EM")
    said = await player.says("inform", "de lamp staat scheef")
    assert responses(said) == ["utter_ticket_opened_return_needs_a_person"]
    assert tickets(desk)[0]["entities"]["return_reason"] == "de lamp staat scheef"


@pytest.mark.parametrize(
    ("number", "postcode", "response", "amount"),
    [
        ("400123457", "1012 WX", "utter_refund_checking", "€ 49,95"),
        ("400123459", "5611 EM", "utter_refund_waiting_for_parcel", "€ 89,00"),
        ("400123460", "2511 CV", "utter_refund_paid", "€ 12,50"),
    ],
)
async def test_a_refund_is_told_as_the_system_has_it(player, number, postcode, response, amount):
    (said,) = await player.starts(
        "refund_status_form", "refund_status", order_number=number, postcode=postcode
    )
    assert (said["response"], said["amount"]) == (response, amount)


async def test_the_first_thing_that_is_said_about_a_refund_is_the_term(player):
    said = await player.starts("refund_status_form", "refund_status")
    assert responses(said) == ["utter_ask_order_number_for_refund_status_form"]


async def test_a_refund_that_the_system_does_not_know_is_looked_into(player, desk):
    said = await player.starts("refund_status_form", "refund_status", **PACKED)
    assert responses(said) == ["utter_ticket_opened_refund_unknown"]
    assert tickets(desk)[0]["reason"] == "decision_needs_a_person"


# Warranty


@pytest.mark.parametrize(
    ("number", "postcode", "days", "first", "second"),
    [
        ("400123457", "1012 WX", 727, "utter_warranty_runs", "utter_ticket_opened_repair"),
        (
            "400123462",
            "3511 AB",
            -70,
            "utter_warranty_ended",
            "utter_ticket_opened_repair_needs_a_person",
        ),
    ],
)
async def test_a_repair_goes_to_a_person_within_and_after_the_warranty(
    player, desk, number, postcode, days, first, second
):
    said = await player.starts("warranty_form", "warranty_repair", order_number=number, postcode=postcode)
    assert responses(said) == ["utter_ask_defect"]
    warranty_said, opened = await player.says("inform", "hij gaat niet meer aan")
    assert warranty_said["response"] == first
    assert warranty_said["until"] == in_words_with_year(TODAY + dt.timedelta(days=days))
    assert opened["response"] == second
    assert tickets(desk)[0]["entities"]["defect"] == "hij gaat niet meer aan"
    assert player.slots["defect"] is None


async def test_a_warranty_that_the_system_does_not_know_is_a_persons_question(player, desk):
    await player.starts("warranty_form", "warranty_repair", **SHIPPED)
    said = await player.says("inform", "de kan lekt")
    assert responses(said) == ["utter_warranty_unknown", "utter_ticket_opened_repair_needs_a_person"]


async def test_nothing_is_said_about_the_warranty_when_there_is_no_ticket(player, desk):
    desk.clear()
    desk.expect_request("/api/tickets").respond_with_data("stuk", status=500)
    await player.starts("warranty_form", "warranty_repair", **SHIPPED)
    assert await player.says("inform", "de kan lekt") == []
    assert player.slots["reply_given"] is False


# Proving who it is


async def test_five_wrong_combinations_lock_the_check(player, desk):
    await player.starts("order_status_form", "track_order")
    for attempt in range(5):
        assert tickets(desk) == []
        said = await player.says("inform", order_number=f"40012345{attempt}", postcode="9999 ZZ")
    assert responses(said) == ["utter_ticket_opened_verification_failed"]
    said = await player.starts("order_status_form", "track_order", **SHIPPED)
    assert responses(said) == ["utter_ticket_opened_verification_failed"]
    assert [ticket["verified"] for ticket in tickets(desk)] == [None, None]


def test_the_demonstration_still_has_what_these_tests_need():
    known = DemoBackOffice.from_seed().orders
    assert known["400123458"].status == "processing"
    assert known["400123456"].status == "shipped"
