"""What each role may do, and that the database keeps to it."""

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.test import Client

from console.navigation import PAGES
from employees import roles
from employees.models import Employee
from employees.roles import HANDLE_TICKETS, MANAGE, PERMISSIONS, REVIEW, SUPERVISE, Role, give_roles, roles_of

pytestmark = pytest.mark.django_db
EVERYTHING = {HANDLE_TICKETS, SUPERVISE, REVIEW, MANAGE}


@pytest.mark.parametrize(
    ("role", "permissions"),
    [
        (Role.EMPLOYEE, {HANDLE_TICKETS}),
        (Role.SUPERVISOR, {HANDLE_TICKETS, SUPERVISE}),
        (Role.DESIGNER, {REVIEW}),
        (Role.ADMINISTRATOR, {MANAGE}),
    ],
)
def test_a_role_gives_its_permissions_and_no_others(role: Role, permissions: set[str]) -> None:
    employee = Employee.objects.create_user("sanne")
    give_roles(employee, [role])
    assert Employee.objects.get().get_all_permissions() == permissions


def test_an_employee_can_have_several_roles_and_lose_them() -> None:
    employee = Employee.objects.create_user("sanne")
    give_roles(employee, [Role.ADMINISTRATOR, Role.EMPLOYEE])
    assert roles_of(employee) == [Role.EMPLOYEE, Role.ADMINISTRATOR]
    assert Employee.objects.get().get_all_permissions() == {HANDLE_TICKETS, MANAGE}
    give_roles(employee, [])
    assert Employee.objects.get().get_all_permissions() == set()


def test_every_migration_puts_the_groups_right() -> None:
    group = Group.objects.get(name="designer")
    group.permissions.set(Permission.objects.filter(codename="change_ticket"))
    Group.objects.get(name="employee").delete()
    for config in apps.get_app_configs():
        roles.synchronise(config, using="default")
    for role, names in PERMISSIONS.items():
        held = Group.objects.get(name=role.value).permissions.values_list(
            "content_type__app_label", "codename"
        )
        assert {".".join(permission) for permission in held} == names
    assert set.union(*map(set, PERMISSIONS.values())) == EVERYTHING


@pytest.mark.parametrize("role", Role)
def test_navigation_shows_what_one_may_open_and_nothing_else(client: Client, role: Role) -> None:
    employee = Employee.objects.create_user("sanne")
    give_roles(employee, [role])
    client.force_login(employee)
    shown = client.get("/balie/account/").content.decode()
    for page in PAGES:
        may_open = bool(PERMISSIONS[role] & set(page.permissions))
        assert (f'<a href="{page.url}"' in shown) == may_open
        assert (client.get(page.url).status_code == 200) == may_open


def test_log_in_leads_to_where_ones_work_begins(client: Client) -> None:
    for name, role, start in (
        ("sanne", Role.EMPLOYEE, "/balie/"),
        ("joris", Role.DESIGNER, "/balie/assistent/"),
        ("imke", Role.ADMINISTRATOR, "/balie/beheer/"),
    ):
        employee = Employee.objects.create_user(name, password="een lang wachtwoord")
        give_roles(employee, [role])
        login = {"username": name, "password": "een lang wachtwoord"}
        assert client.post("/balie/inloggen/", login)["Location"] == start
        client.logout()
