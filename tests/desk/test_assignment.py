"""Who gets which ticket: by skill, by load, in turn."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.asserts import assertContains

from assignment import giving
from assignment.models import Offer, Skill
from assignment.taking import take_next
from assignment.transfer import transfer_to_skill
from conversations.store import begin
from employees.accounts import change_account, deactivate
from employees.models import Employee
from employees.roles import Role, give_roles
from organisation.service import service
from presence.models import Presence, Status, status_of
from tickets.facts import TicketFacts
from tickets.models import HistoryEntry, HistoryKind, Priority, Reason, Ticket, TicketState
from tickets.services import AlreadyTaken, close, open_ticket, take_over
from tickets.transfer import CannotReceive, transfer_to_queue

pytestmark = pytest.mark.django_db
Choose = Callable[..., None]


def waiting(intent: str = "", priority: Priority | None = None) -> Ticket:
    ticket, _ = open_ticket(begin("web"), Reason.REQUESTED, facts=TicketFacts(intent=intent))
    if priority is not None:
        Ticket.objects.filter(pk=ticket.pk).update(priority=priority)
    return ticket


def at_work(name: str, *topics: str, status: Status = Status.AVAILABLE) -> Employee:
    """An employee with a page open, with a skill for these topics."""
    employee = Employee.objects.create_user(name, display_name=name.capitalize())
    give_roles(employee, [Role.EMPLOYEE])
    now = timezone.now()
    Presence.objects.create(employee=employee, choice=status, active_at=now, seen_at=now)
    if topics:
        skill, _ = Skill.objects.get_or_create(name=" en ".join(topics), defaults={"topics": list(topics)})
        skill.employees.add(employee)
    return employee


def given() -> dict[int, str]:
    """The name of who was given each ticket."""
    return {offer.ticket_id: offer.employee.username for offer in Offer.objects.select_related("employee")}


@pytest.fixture
def gives(service_choices: Choose) -> None:
    service_choices(give_tickets=True, tickets_per_employee=2, open_within_seconds=60)


def test_the_next_is_the_first_of_the_queue_that_suits(db: None) -> None:
    sanne = at_work("sanne", "returns")
    at_work("joris", "payment")
    other, late, urgent = waiting("invoice_copy"), waiting("return_item"), waiting("", Priority.URGENT)
    assert take_next(sanne) == urgent, "a ticket without a topic is for anybody"
    assert take_next(sanne) == late
    assert take_next(sanne) is None
    other.refresh_from_db()
    assert other.state == TicketState.OPEN


def test_a_topic_that_no_active_skill_names_is_for_anybody(db: None) -> None:
    joris = at_work("joris")
    at_work("sanne", "returns")
    ticket = waiting("return_item")
    assert take_next(joris) is None
    Skill.objects.update(is_active=False)
    assert take_next(joris) == ticket


def test_what_was_given_comes_first_and_what_others_were_given_not_at_all(gives: None) -> None:
    sanne, joris = at_work("sanne"), at_work("joris")
    urgent, mine, theirs = waiting("", Priority.URGENT), waiting(), waiting()
    assert giving.give(mine.pk, sanne)
    assert giving.give(theirs.pk, joris)
    assert [take_next(sanne), take_next(sanne), take_next(sanne)] == [mine, urgent, None]


def test_nothing_is_given_when_the_organisation_does_not_want_it(db: None) -> None:
    at_work("sanne")
    waiting()
    giving.distribute()
    assert given() == {}


def test_who_has_least_is_next_and_of_equals_who_waited_longest(gives: None) -> None:
    sanne, joris, an = at_work("sanne"), at_work("joris"), at_work("an")
    take_over(waiting().pk, sanne)
    first, second = waiting(), waiting()
    giving.distribute()
    assert given() == {first.pk: "joris", second.pk: "an"}
    for ticket, employee in ((first, joris), (second, an)):
        take_over(ticket.pk, employee)
        close(ticket.pk, employee)
    third, fourth = waiting(), waiting()
    giving.distribute()
    assert given() == {third.pk: "joris", fourth.pk: "an"}


def test_nobody_is_given_more_than_the_most(gives: None) -> None:
    at_work("sanne")
    tickets = [waiting() for _ in range(3)]
    giving.distribute()
    giving.distribute()
    assert given() == {tickets[0].pk: "sanne", tickets[1].pk: "sanne"}


@pytest.mark.parametrize("status", [Status.BUSY, Status.AWAY])
def test_only_who_is_available_and_may_handle_tickets_is_given_any(gives: None, status: Status) -> None:
    at_work("sanne", status=status)
    give_roles(at_work("joris"), [Role.DESIGNER])
    waiting()
    giving.distribute()
    assert given() == {}


def test_skill_decides_who_is_given_a_ticket(gives: None) -> None:
    at_work("sanne", "returns")
    at_work("joris", "payment")
    payment, subscription = waiting("invoice_copy"), waiting("cancel_subscription")
    giving.distribute()
    assert given() == {payment.pk: "joris", subscription.pk: "sanne"}


def test_most_urgent_ticket_is_given_first(gives: None, service_choices: Choose) -> None:
    service_choices(give_tickets=True, tickets_per_employee=1)
    at_work("sanne")
    waiting()
    urgent = waiting("", Priority.URGENT)
    giving.distribute()
    assert given() == {urgent.pk: "sanne"}


def test_customer_keeps_waiting_until_the_ticket_is_opened(gives: None) -> None:
    sanne = at_work("sanne")
    ticket = waiting()
    giving.distribute()
    ticket.refresh_from_db()
    assert (ticket.state, ticket.conversation.state) == ("open", "waiting")
    take_over(ticket.pk, sanne)
    giving.distribute()
    assert given() == {}
    assert list(ticket.history.values_list("kind", flat=True)) == ["opened", "given", "taken"]


def test_a_ticket_that_is_not_opened_in_time_goes_to_the_next_and_who_let_it_lie_is_away(gives: None) -> None:
    sanne = at_work("sanne")
    ticket = waiting()
    giving.distribute()
    joris = at_work("joris")
    giving.distribute(timezone.now() + timedelta(seconds=59))
    assert given() == {ticket.pk: "sanne"}
    giving.distribute(timezone.now() + timedelta(seconds=61))
    assert given() == {ticket.pk: "joris"}
    sanne.refresh_from_db()
    assert status_of(sanne) == Status.AWAY
    entry = ticket.history.get(kind=HistoryKind.NOT_OPENED)
    assert entry.detail == {"by": "Sanne"}
    assert take_next(joris) == ticket


def test_a_ticket_given_to_who_leaves_goes_to_somebody_else(gives: None) -> None:
    sanne = at_work("sanne")
    ticket = waiting()
    giving.distribute()
    at_work("joris")
    Presence.objects.filter(pk=sanne.pk).update(choice=Status.BUSY)
    giving.distribute()
    assert given() == {ticket.pk: "joris"}
    sanne.presence.refresh_from_db()
    assert sanne.presence.choice == Status.BUSY, "who leaves in time did not let it lie"


def test_a_colleague_may_take_what_was_given_to_another(gives: None) -> None:
    sanne, joris = at_work("sanne"), at_work("joris")
    ticket = waiting()
    giving.give(ticket.pk, sanne)
    take_over(ticket.pk, joris)
    with pytest.raises(AlreadyTaken):
        take_over(ticket.pk, sanne)
    assert not giving.give(ticket.pk, sanne)


def test_long_queue_costs_few_queries(
    gives: None, django_assert_max_num_queries: Callable[..., object]
) -> None:
    at_work("sanne", "returns")
    for _ in range(30):
        waiting("invoice_copy")
    Skill.objects.create(name="Betalen", topics=["payment"])
    with django_assert_max_num_queries(12):  # type: ignore[attr-defined]
        giving.distribute()


@pytest.fixture
def sannes(client: Client, db: None) -> tuple[Client, Employee]:
    sanne = at_work("sanne")
    client.force_login(sanne)
    return client, sanne


def test_button_gives_the_next_ticket_or_says_that_there_is_none(sannes: tuple[Client, Employee]) -> None:
    console, sanne = sannes
    page = console.post("/balie/volgende/", follow=True).content.decode()
    assert "geen ticket dat bij u past" in page
    ticket = waiting()
    assert console.post("/balie/volgende/")["Location"] == f"/balie/tickets/{ticket.number}/"
    ticket.refresh_from_db()
    assert ticket.employee == sanne


def test_what_was_given_stands_on_every_page(gives: None, sannes: tuple[Client, Employee]) -> None:
    console, _ = sannes
    ticket = waiting()
    giving.distribute()
    for path in ("/balie/", "/balie/account/", "/balie/toegewezen/"):
        assert f"{ticket.number} is voor u" in console.get(path).content.decode()
    console.post(f"/balie/tickets/{ticket.number}/overnemen/")
    assert "is voor u" not in console.get("/balie/toegewezen/").content.decode()


def test_account_that_is_switched_off_leaves_no_ticket_behind(gives: None) -> None:
    give_roles(at_work("an"), [Role.ADMINISTRATOR])
    sanne = at_work("sanne")
    has, was_given = waiting(), waiting()
    take_over(has.pk, sanne)
    giving.give(was_given.pk, sanne)
    deactivate(sanne)
    giving.distribute()
    has.refresh_from_db()
    assert (has.state, has.employee, has.conversation.state) == ("open", None, "waiting")
    assert given() == {}
    assert HistoryEntry.objects.filter(ticket=has, kind=HistoryKind.TRANSFERRED).exists()


@pytest.mark.parametrize("roles", [[], [Role.DESIGNER]])
def test_a_role_that_is_taken_away_leaves_no_ticket_behind(roles: list[Role]) -> None:
    give_roles(at_work("an"), [Role.ADMINISTRATOR])
    sanne, joris = at_work("sanne"), at_work("joris")
    hers, his = take_over(waiting().pk, sanne), take_over(waiting().pk, joris)
    change_account(sanne, roles)
    giving.distribute()
    hers.refresh_from_db()
    his.refresh_from_db()
    assert (hers.state, hers.employee, hers.conversation.state) == ("open", None, "waiting")
    assert (his.state, his.employee) == ("assigned", joris)
    assert HistoryEntry.objects.filter(ticket=hers, kind=HistoryKind.TRANSFERRED).exists()


def test_another_role_that_handles_tickets_keeps_them() -> None:
    give_roles(at_work("an"), [Role.ADMINISTRATOR])
    sanne = at_work("sanne")
    ticket = take_over(waiting().pk, sanne)
    change_account(sanne, [Role.SUPERVISOR])
    giving.distribute()
    ticket.refresh_from_db()
    assert ticket.employee == sanne


def test_settings_of_assignment_have_their_defaults() -> None:
    assert (service().give_tickets, service().tickets_per_employee) == (False, 4)


def put_back(ticket: Ticket, by: Employee, skill: Skill) -> Ticket:
    """Taken, and put back for who has the skill."""
    take_over(ticket.pk, by)
    return transfer_to_skill(ticket.pk, by, skill, "Weet u meer van garantie?")


def test_a_ticket_put_back_for_a_skill_is_given_to_who_has_it_only(gives: None) -> None:
    at_work("joris")
    anna, sanne = at_work("anna", "returns"), at_work("sanne", "payment")
    ticket = put_back(waiting("return_item"), anna, Skill.objects.get(name="payment"))
    giving.distribute()
    assert given() == {ticket.pk: "sanne"}, "not by its topic, which is returns"
    assert take_next(sanne) == ticket


def test_who_lacks_the_skill_does_not_get_it_next_and_who_has_it_does(db: None) -> None:
    anna, sanne = at_work("anna", "returns"), at_work("sanne", "payment")
    ticket = put_back(waiting("return_item"), anna, Skill.objects.get(name="payment"))
    assert ticket.history.get(kind=HistoryKind.TRANSFERRED).detail == {"from": "Anna", "to": "payment"}
    assert ticket.notes.get().text == "Weet u meer van garantie?"
    assert take_next(anna) is None
    assert take_next(sanne) == ticket


def test_put_back_once_more_it_is_for_anybody_again(db: None) -> None:
    joris, sanne = at_work("joris"), at_work("sanne", "payment")
    ticket = put_back(waiting(), joris, Skill.objects.get())
    assert take_next(sanne) == ticket
    transfer_to_queue(ticket.pk, sanne, "Toch geen betaling")
    assert take_next(joris) == ticket


def test_a_skill_that_is_switched_off_holds_nobody_up(db: None) -> None:
    joris, _ = at_work("joris"), at_work("sanne", "payment")
    ticket = put_back(waiting(), joris, Skill.objects.get())
    Skill.objects.update(is_active=False)
    assert take_next(joris) == ticket


def test_a_skill_that_nobody_has_gets_nothing(db: None) -> None:
    joris, sanne = at_work("joris"), at_work("sanne", "payment")
    ticket = take_over(waiting().pk, joris)
    give_roles(sanne, [Role.DESIGNER])
    with pytest.raises(CannotReceive):
        transfer_to_skill(ticket.pk, joris, Skill.objects.get(), "reden")
    ticket.refresh_from_db()
    assert (ticket.employee, ticket.notes.count()) == (joris, 0)


def test_the_console_offers_skills_and_shows_for_whom_a_ticket_waits(page: Client, sanne: Employee) -> None:
    at_work("joris", "payment")
    skill = Skill.objects.get()
    ticket = take_over(waiting().pk, sanne)
    address = f"/balie/tickets/{ticket.number}/"
    choice = f'<option value="#{skill.pk}">payment</option>'
    assertContains(page.get(address), choice, html=True)
    form = {"transfer-to": f"#{skill.pk}", "transfer-reason": "Dit gaat over een factuur"}
    response = page.post(f"{address}overdragen/", form, follow=True)
    assertContains(response, "aan de wachtrij, voor wie verstand heeft van payment. De klant weet dat.")
    assertContains(response, '<span class="badge">Voor payment</span>', html=True)
    assertContains(page.get(address), "Het wacht op wie verstand heeft van payment.")
