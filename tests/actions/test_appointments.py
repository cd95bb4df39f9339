"""Making, moving and cancelling a visit, and the moments as customers name them."""

from __future__ import annotations

import datetime as dt

import pytest

from actions import appointments
from actions.clients.back_office import back_office
from actions.clients.back_office.records import NeedsAPersonError
from actions.visits import Visit, in_customer_words, named_day, named_part
from tests.actions.form_player import FormPlayer, responses

FORM = "appointment_form"
THURSDAY, FRIDAY = dt.date(2026, 11, 26), dt.date(2026, 11, 27)
MONDAY = dt.date(2026, 11, 30)
FREE: list[Visit] = [(day, part) for day in (THURSDAY, FRIDAY, MONDAY) for part in ("morning", "afternoon")]


@pytest.fixture(autouse=True)
def desk(open_desk):
    """Every test here may open a ticket."""
    return open_desk


@pytest.fixture
def player() -> FormPlayer:
    classes = [
        appointments.ValidateAppointmentForm,
        appointments.ActionAskVisitDay,
        appointments.ActionAskVisitConfirmed,
        appointments.ActionBookAppointment,
    ]
    return FormPlayer([each() for each in classes], {FORM: "action_book_appointment"})


def knows(player: FormPlayer, number: str) -> None:
    player.slots["verified_customer"] = number


async def first_free() -> Visit:
    return (await back_office().free_visits())[0]


def button(visit: Visit) -> dict[str, str]:
    return {"visit_day": visit[0].isoformat(), "visit_part": visit[1]}


# Words


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("donderdagmiddag", THURSDAY),
        ("doe maar do", THURSDAY),
        ("vrijdag graag", FRIDAY),
        ("de 27e", FRIDAY),
        ("30 november", MONDAY),
        ("zo snel mogelijk", THURSDAY),
        ("maakt mij niet uit", THURSDAY),
        ("zaterdag", None),
        ("donderdag of vrijdag", None),
        ("om 26:00 uur", None),
        ("weet ik nog niet", None),
    ],
)
def test_days_as_customers_name_them(text, day):
    assert named_day(text, [], FREE) == day


def test_a_date_that_was_found_goes_before_the_words():
    assert named_day("maandag", [FRIDAY.isoformat()], FREE) == FRIDAY


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("donderdagochtend", "morning"),
        ("'s morgens", "morning"),
        ("in de voormiddag", "morning"),
        ("in de namiddag", "afternoon"),
        ("vrijdagmiddag", "afternoon"),
        ("ochtend of middag", None),
        ("morgen", None),
    ],
)
def test_parts_of_a_day_as_customers_name_them(text, part):
    assert named_part(text) == part


def test_a_moment_in_words():
    assert in_customer_words((THURSDAY, "morning")) == "donderdag 26 november in de ochtend"


# Booking


async def test_a_visit_is_booked_by_button_and_a_yes(player):
    knows(player, "K100001")
    (asked,) = await player.starts(FORM, "book_appointment", "ik wil een afspraak")
    assert asked["response"] == "utter_which_visit"
    visit = await first_free()
    (asked,) = await player.says("inform", **button(visit))
    assert (asked["response"], asked["visit"]) == ("utter_confirm_visit", in_customer_words(visit))
    (said,) = await player.says("affirm", "ja")
    assert (said["response"], said["visit"]) == ("utter_visit_booked", in_customer_words(visit))
    booked = await back_office().appointment_of("K100001")
    assert booked is not None
    assert (booked.day, booked.part) == visit
    assert visit not in await back_office().free_visits()


async def test_a_day_alone_is_followed_by_the_part_of_the_day(player):
    knows(player, "K100001")
    await player.starts(FORM, "book_appointment", "ik wil een afspraak")
    visit = await first_free()
    assert responses(await player.says("inform", f"op {visit[0].day}-{visit[0].month}-{visit[0].year}")) == [
        "utter_ask_visit_part"
    ]
    assert responses(await player.says("inform", "in de middag")) == ["utter_confirm_visit"]
    assert player.slots["visit_part"] == "afternoon"


async def test_a_part_alone_leaves_the_days_with_that_part(player):
    knows(player, "K100001")
    await player.starts(FORM, "book_appointment", "ik wil een afspraak")
    (asked,) = await player.says("inform", "liefst in de middag")
    assert asked["buttons"]
    assert all("middag" in each["title"] for each in asked["buttons"])


async def test_the_moment_in_the_first_message_is_not_asked_for(player):
    knows(player, "K100001")
    visit = await first_free()
    text = f"kan de monteur {in_customer_words(visit)} komen"
    (asked,) = await player.starts(FORM, "book_appointment", text)
    assert (asked["response"], asked["visit"]) == ("utter_confirm_visit", in_customer_words(visit))


async def test_another_moment_at_the_confirmation_is_confirmed_again(player):
    knows(player, "K100001")
    await player.starts(FORM, "book_appointment", "ik wil een afspraak")
    await player.says("inform", **button(((await first_free())[0], "morning")))
    (asked,) = await player.says("deny", "nee, in de middag")
    assert asked["response"] == "utter_confirm_visit"
    assert "in de middag" in asked["visit"]


async def test_no_books_nothing(player):
    knows(player, "K100001")
    await player.starts(FORM, "book_appointment", "ik wil een afspraak")
    await player.says("inform", **button(await first_free()))
    assert responses(await player.says("deny", "nee")) == ["utter_visit_unchanged"]
    assert await back_office().appointment_of("K100001") is None


async def test_a_moment_that_was_just_taken_goes_to_a_person(player, desk):
    knows(player, "K100001")
    await player.starts(FORM, "book_appointment", "ik wil een afspraak")
    visit = await first_free()
    await player.says("inform", **button(visit))
    await back_office().book_appointment("K100002", *visit)
    assert responses(await player.says("affirm", "ja")) == ["utter_ticket_opened_appointment"]
    assert [request.get_json()["reason"] for request, _ in desk.log] == ["decision_needs_a_person"]


async def test_two_moments_that_are_not_free_lead_to_a_person(player):
    knows(player, "K100001")
    await player.starts(FORM, "book_appointment", "ik wil een afspraak")
    said = responses(await player.says("inform", "met kerst"))
    assert said == ["utter_visit_day_not_recognised", "utter_which_visit"]
    assert responses(await player.says("inform", "of met pasen")) == ["utter_ticket_opened_not_understood"]


async def test_a_question_of_its_own_is_not_read_as_a_moment(player):
    knows(player, "K100001")
    await player.starts(FORM, "book_appointment", "ik wil een afspraak")
    text = "waar blijft mijn pakket dat er donderdagochtend zou zijn, ik heb nog niets gezien"
    assert await player.says("track_order", text) == []
    assert player.slots["visit_day"] is None


# Moving and cancelling: in the demo K100003 has an appointment


async def test_who_moves_an_appointment_hears_the_present_one_first(player):
    knows(player, "K100003")
    present = await back_office().appointment_of("K100003")
    (asked,) = await player.starts(FORM, "change_appointment", "ik kan niet op die afspraak")
    assert asked["response"] == "utter_present_visit"
    assert asked["visit"] == in_customer_words((present.day, present.part))
    titles = [each["title"] for each in asked["buttons"]]
    assert titles[-2:] == ["Afspraak afzeggen", "Zo laten"]
    visit = await first_free()
    (asked,) = await player.says("inform", **button(visit))
    assert (asked["response"], asked["visit"]) == ("utter_confirm_visit_moved", in_customer_words(visit))
    await player.says("affirm", "ja")
    moved = await back_office().appointment_of("K100003")
    assert (moved.number, moved.day, moved.part) == (present.number, *visit)


async def test_an_appointment_is_cancelled_after_one_question(player):
    knows(player, "K100003")
    asked = await player.starts(FORM, "change_appointment", "ik wil mijn afspraak afzeggen")
    assert responses(asked) == ["utter_confirm_visit_cancelled"]
    assert responses(await player.says("affirm", "ja")) == ["utter_visit_cancelled"]
    assert await back_office().appointment_of("K100003") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("nee, zeg hem maar af", "utter_confirm_visit_cancelled"),
        ("nee maar niet afzeggen hoor", "utter_visit_unchanged"),
    ],
)
async def test_cancelling_instead_of_moving(player, text, expected):
    knows(player, "K100003")
    await player.starts(FORM, "change_appointment", "ik kan niet op die afspraak")
    await player.says("inform", **button(await first_free()))
    assert responses(await player.says("deny", text)) == [expected]


async def test_the_day_of_the_present_appointment_is_no_wish(player):
    knows(player, "K100003")
    visit = await first_free()
    text = f"mijn afspraak van {in_customer_words(visit)} verzetten"
    assert responses(await player.starts(FORM, "change_appointment", text)) == ["utter_present_visit"]


async def test_who_has_no_appointment_to_move_can_make_one(player):
    knows(player, "K100001")
    said = await player.starts(FORM, "change_appointment", "ik wil mijn afspraak verzetten")
    assert responses(said) == ["utter_no_visit_known"]


async def test_the_demo_refuses_a_moment_that_it_does_not_offer():
    with pytest.raises(NeedsAPersonError):
        await back_office().book_appointment("K100001", dt.date.today(), "morning")
