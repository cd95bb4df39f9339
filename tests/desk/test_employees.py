from io import StringIO

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.test import RequestFactory

from employees.models import Employee
from employees.roles import Role, roles_of

pytestmark = pytest.mark.django_db


def create(*arguments: str) -> str:
    output = StringIO()
    call_command("create_employee", *arguments, stdout=output)
    return output.getvalue()


def log_in(username: str, password: str, address: str = "127.0.0.1") -> object:
    request = RequestFactory().post("/balie/", REMOTE_ADDR=address)
    return authenticate(request, username=username, password=password)


def test_the_printed_password_works_and_is_stored_as_a_hash_only() -> None:
    password = create("sanne", "--name", "Sanne").split()[-1]
    employee = Employee.objects.get(username="sanne")
    assert log_in("sanne", password) == employee
    assert password not in employee.password
    assert employee.shown_name == "Sanne"
    assert employee.has_perm("tickets.change_ticket")
    assert roles_of(employee) == [Role.EMPLOYEE]
    assert not employee.is_superuser


def test_roles_can_be_given_on_the_command_line() -> None:
    create("sanne", "--role", "supervisor", "--role", "administrator")
    assert roles_of(Employee.objects.get()) == [Role.SUPERVISOR, Role.ADMINISTRATOR]
    with pytest.raises(CommandError, match="invalid choice"):
        create("joris", "--role", "boss")


def test_every_employee_gets_another_password() -> None:
    assert create("sanne").split()[-1] != create("joris").split()[-1]


def test_if_none_makes_the_first_employee_only() -> None:
    assert "medewerker" in create("--if-none")
    assert create("--if-none") == ""
    assert Employee.objects.count() == 1


def test_a_name_that_cannot_be_used_is_refused() -> None:
    create("sanne")
    for name in ("sanne", "met spatie"):
        with pytest.raises(CommandError):
            create(name)


def test_guessing_locks_the_guesser_out_and_nobody_else() -> None:
    password = create("sanne").split()[-1]
    for _ in range(5):
        assert log_in("sanne", "wrong") is None
    assert log_in("sanne", password) is None
    assert log_in("sanne", password, address="192.0.2.1") is not None
