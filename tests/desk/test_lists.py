"""Lists that the organisation edits, by the one that is always there: skills."""

import pytest
from django.test import Client

from assignment.forms import SkillForm
from assignment.models import Skill
from employees.models import Employee
from employees.roles import Role, give_roles
from lists.registry import EditableList, register

pytestmark = pytest.mark.django_db
LIST = "/balie/beheer/lijsten/vaardigheden/"


@pytest.fixture
def supervisor(client: Client) -> Client:
    employee = Employee.objects.create_user("tom")
    give_roles(employee, [Role.SUPERVISOR])
    client.force_login(employee)
    return client


def test_an_entry_is_added_changed_and_switched_off_but_never_deleted(
    supervisor: Client, sanne: Employee
) -> None:
    give_roles(sanne, [Role.EMPLOYEE])
    body = {"name": "Facturen", "topics": ["payment"], "employees": [sanne.pk]}
    assert "“Facturen” staat nu in de lijst" in supervisor.post(LIST, body, follow=True).content.decode()
    skill = Skill.objects.get()
    assert (skill.topics, list(skill.employees.all())) == (["payment"], [sanne])
    supervisor.post(f"{LIST}{skill.pk}/", body | {"name": "Betalen"})
    supervisor.post(f"{LIST}{skill.pk}/actief/", {"actief": "0"})
    skill.refresh_from_db()
    assert (skill.name, skill.is_active) == ("Betalen", False)
    supervisor.post(f"{LIST}{skill.pk}/actief/", {"actief": "1"})
    skill.refresh_from_db()
    assert skill.is_active


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "verplicht"),
        ({"name": "a" * 61}, "60"),
        ({"name": "Retour"}, "staat al in de lijst"),
        ({"name": "reTOUR"}, "staat al in de lijst"),
        ({"topics": []}, "verplicht"),
        ({"topics": ["weather"]}, "weather"),
        ({"employees": ["9999"]}, "9999"),
    ],
)
def test_a_mistake_is_said_in_dutch_and_what_was_typed_stays(
    supervisor: Client, changes: dict[str, object], words: str
) -> None:
    Skill.objects.create(name="Retour", topics=["returns"])
    response = supervisor.post(LIST, {"name": "Facturen", "topics": ["payment"]} | changes)
    page = response.content.decode()
    assert response.status_code == 422
    assert words in page
    if changes.get("name", "x"):
        assert f'value="{changes.get("name", "Facturen")}"' in page
    assert Skill.objects.count() == 1


def test_who_left_keeps_a_skill_that_is_saved_again(supervisor: Client, sanne: Employee) -> None:
    skill = Skill.objects.create(name="Retour", topics=["returns"])
    skill.employees.add(sanne)
    Employee.objects.filter(pk=sanne.pk).update(is_active=False)
    assert f'value="{sanne.pk}"' in supervisor.get(f"{LIST}{skill.pk}/").content.decode()


def test_lists_that_are_not_there_or_not_for_this_role(supervisor: Client) -> None:
    assert supervisor.get("/balie/beheer/lijsten/kleuren/").status_code == 404
    assert supervisor.get(f"{LIST}9999/").status_code == 404
    assert "Vaardigheden" in supervisor.get("/balie/beheer/").content.decode()
    administrator = Employee.objects.create_user("an")
    give_roles(administrator, [Role.ADMINISTRATOR])
    supervisor.force_login(administrator)
    assert "Vaardigheden" not in supervisor.get("/balie/beheer/").content.decode()
    assert supervisor.get(LIST).status_code == 403


def test_two_lists_cannot_have_one_address() -> None:
    with pytest.raises(ValueError, match="vaardigheden"):
        register(EditableList("vaardigheden", Skill, SkillForm))
