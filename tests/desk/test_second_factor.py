"""Logging in with a second step, and what protects the log-in."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from auditlog.models import LogEntry
from django.test import Client
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice
from tests.support import totp

from employees import attempts, second_factor
from employees.models import Employee
from employees.roles import Role, give_roles

pytestmark = pytest.mark.django_db
PASSWORD = "een lang wachtwoord"
FACTOR = "/balie/account/tweede-stap/"
CODE = "/balie/inloggen/code/"


@pytest.fixture
def sanne(db: None) -> Employee:
    employee = Employee.objects.create_user("sanne", display_name="Sanne", password=PASSWORD)
    give_roles(employee, [Role.EMPLOYEE])
    return employee


@pytest.fixture
def console(client: Client, sanne: Employee) -> Client:
    client.force_login(sanne)
    return client


def set_up(client: Client) -> tuple[str, list[str]]:
    """Turn the second step on; the key and the recovery codes."""
    page = client.post(f"{FACTOR}instellen/", follow=True).content.decode()
    secret = re.search(r'class="secret">([A-Z2-7 ]+)<', page)
    assert secret
    shown = client.post(f"{FACTOR}aanzetten/", {"code": totp.code(secret[1])}).content.decode()
    return secret[1], re.findall(r'class="secret">([a-z0-9-]+)<', shown)


def first_step(password: str = PASSWORD, next_page: str = "") -> Client:
    client = Client()
    client.post("/balie/inloggen/", {"username": "sanne", "password": password, "next": next_page})
    return client


def is_in(client: Client) -> bool:
    return client.get("/balie/").status_code == 200


def allow_the_next_code() -> None:
    """As if the time that django-otp makes one wait after a wrong code had passed."""
    for device in [*TOTPDevice.objects.all(), *StaticDevice.objects.all()]:
        device.throttle_reset()


def test_password_alone_is_not_enough_any_more(console: Client) -> None:
    secret, _ = set_up(console)
    browser = first_step(next_page="/balie/account/")
    assert not is_in(browser)
    assert browser.get("/balie/nieuws/").status_code == 401
    assert browser.post(CODE, {"code": totp.code(secret, 1)})["Location"] == "/balie/account/"
    assert is_in(browser)


def test_session_gets_another_name_at_each_step(console: Client) -> None:
    secret, _ = set_up(console)
    browser = Client()
    browser.get("/balie/inloggen/")
    session = browser.session
    session["x"] = 1
    session.save()
    names = [session.session_key]
    browser.cookies["sessionid"] = session.session_key or ""
    browser.post("/balie/inloggen/", {"username": "sanne", "password": PASSWORD})
    names.append(browser.session.session_key)
    browser.post(CODE, {"code": totp.code(secret, 1)})
    names.append(browser.session.session_key)
    assert len(set(names)) == 3


def test_code_works_once(console: Client) -> None:
    secret, _ = set_up(console)
    code = totp.code(secret, 1)
    first, second = first_step(), first_step()
    assert first.post(CODE, {"code": code}).status_code == 302
    assert second.post(CODE, {"code": code}).status_code == 422
    assert (is_in(first), is_in(second)) == (True, False)


def test_recovery_code_works_once_however_it_is_typed_and_is_stored_as_a_hash(console: Client) -> None:
    _, codes = set_up(console)
    assert len(set(codes)) == 10
    stored = set(StaticDevice.objects.get().token_set.values_list("token", flat=True))
    assert stored.isdisjoint({code.replace("-", "") for code in codes} | set(codes))
    browser = first_step()
    assert browser.post(CODE, {"code": codes[3].upper().replace("-", " ")}).status_code == 302
    assert is_in(browser)
    assert first_step().post(CODE, {"code": codes[3]}).status_code == 422
    assert "nog 9 herstelcodes" in browser.get(FACTOR).content.decode()
    assert LogEntry.objects.filter(additional_data__event="recovery_code_used").count() == 1


def test_wrong_codes_lock_out_as_wrong_passwords_do(console: Client) -> None:
    secret, _ = set_up(console)
    browser = first_step()
    for number in range(5):
        response = browser.post(CODE, {"code": "000000"})
        assert response.status_code == (422 if number < 4 else 429), number
        allow_the_next_code()
    assert browser.post(CODE, {"code": totp.code(secret, 1)})["Location"] == "/balie/inloggen/"
    assert not is_in(browser)
    assert LogEntry.objects.filter(additional_data__event="login_failed").count() == 5
    locked = Client().post("/balie/inloggen/", {"username": "sanne", "password": PASSWORD})
    assert "Te vaak een verkeerd wachtwoord" in locked.content.decode()


def test_codes_are_slowed_down_whatever_address_they_come_from(console: Client) -> None:
    secret, _ = set_up(console)
    assert first_step().post(CODE, {"code": "000000"}, REMOTE_ADDR="192.0.2.1").status_code == 422
    assert TOTPDevice.objects.get().throttling_failure_count == 1
    # After more of them one waits so long that a slow test does not see it end.
    TOTPDevice.objects.update(throttling_failure_count=12)
    assert first_step().post(CODE, {"code": totp.code(secret, 1)}).status_code == 422
    allow_the_next_code()
    assert first_step().post(CODE, {"code": totp.code(secret, 1)}).status_code == 302


@pytest.mark.parametrize("change", ["late", "password", "switched off"])
def test_first_step_does_not_keep(console: Client, sanne: Employee, change: str) -> None:
    secret, _ = set_up(console)
    browser = first_step()
    if change == "late":
        session = browser.session
        session["second_step"] |= {"until": 0}
        session.save()
    elif change == "password":
        sanne.refresh_from_db()
        sanne.set_password("een ander wachtwoord")
        sanne.save()
    else:
        Employee.objects.filter(pk=sanne.pk).update(is_active=False)
    assert browser.post(CODE, {"code": totp.code(secret, 1)})["Location"] == "/balie/inloggen/"
    assert not is_in(browser)


def test_code_page_is_for_who_passed_the_first_step(client: Client, sanne: Employee) -> None:
    assert client.get(CODE)["Location"] == "/balie/inloggen/"
    assert client.post(CODE, {"code": "123456"})["Location"] == "/balie/inloggen/"
    assert first_step("verkeerd wachtwoord").get(CODE)["Location"] == "/balie/inloggen/"


def test_setting_up_needs_a_right_code_and_ends_other_sessions(console: Client, sanne: Employee) -> None:
    other = Client()
    other.force_login(sanne)
    page = console.post(f"{FACTOR}instellen/", follow=True).content.decode()
    assert "000000" not in page
    assert console.post(f"{FACTOR}aanzetten/", {"code": "000000"}).status_code == 422
    assert is_in(first_step()), "nothing is asked before it is confirmed"
    picture = console.get(f"{FACTOR}qr.svg")
    assert picture["Content-Type"] == "image/svg+xml"
    assert "no-store" in picture["Cache-Control"]
    assert b"<svg" in picture.content
    allow_the_next_code()
    set_up(console)
    assert is_in(console)
    assert not is_in(other)
    assert console.get(f"{FACTOR}qr.svg").status_code == 404


def test_password_is_asked_before_it_is_weakened_and_cannot_be_guessed(console: Client) -> None:
    set_up(console)
    for form in ("uitzetten/", "herstelcodes/"):
        assert console.post(f"{FACTOR}{form}", {"wachtwoord": "verkeerd"}).status_code == 422
    before = set(StaticDevice.objects.get().token_set.values_list("token", flat=True))
    assert console.post(f"{FACTOR}herstelcodes/", {"wachtwoord": PASSWORD}).status_code == 200
    assert before.isdisjoint(StaticDevice.objects.get().token_set.values_list("token", flat=True))
    for _ in range(10):
        console.post(f"{FACTOR}uitzetten/", {"wachtwoord": "verkeerd"})
    assert console.post(f"{FACTOR}uitzetten/", {"wachtwoord": PASSWORD}).status_code == 422
    body = {
        "old_password": PASSWORD,
        "new_password1": "nog een wachtwoord",
        "new_password2": "nog een wachtwoord",
    }
    assert console.post("/balie/account/wachtwoord/", body).status_code == 422


def test_it_can_be_turned_off_by_oneself_and_by_the_administrator(console: Client, sanne: Employee) -> None:
    set_up(console)
    console.post(f"{FACTOR}uitzetten/", {"wachtwoord": PASSWORD})
    assert is_in(console)
    assert is_in(first_step())
    set_up(console)
    an = Employee.objects.create_user("an")
    give_roles(an, [Role.ADMINISTRATOR])
    administrator = Client()
    administrator.force_login(an)
    account = f"/balie/beheer/accounts/{sanne.pk}/"
    assert "Tweede stap verwijderen" in administrator.get(account).content.decode()
    administrator.post(f"{account}tweede-stap/")
    assert not is_in(console), "sessions end"
    assert is_in(first_step())


@pytest.mark.parametrize("is_obligatory", [False, True])
def test_who_has_a_session_only_cannot_replace_it(
    console: Client, sanne: Employee, service_choices: Callable[..., None], is_obligatory: bool
) -> None:
    secret, _ = set_up(console)
    service_choices(second_factor_employee=is_obligatory)
    codes = set(StaticDevice.objects.get().token_set.values_list("token", flat=True))
    page = console.post(f"{FACTOR}instellen/", follow=True).content.decode()
    assert "De tweede stap staat al aan" in page
    # A secret that was made before the second step was turned on, in another session, is not worth anything either.
    left = TOTPDevice.objects.create(user=sanne, name="app", confirmed=False)
    assert console.get(f"{FACTOR}qr.svg").status_code == 404
    code = totp.code(second_factor.secret_of(left))
    refused = console.post(f"{FACTOR}aanzetten/", {"code": code}, follow=True).content.decode()
    assert "De tweede stap staat al aan" in refused
    assert set(StaticDevice.objects.get().token_set.values_list("token", flat=True)) == codes
    browser = first_step()
    assert browser.post(CODE, {"code": totp.code(secret, 1)}).status_code == 302
    assert is_in(browser)


def test_turning_it_on_throws_away_other_secrets(console: Client, sanne: Employee) -> None:
    TOTPDevice.objects.create(user=sanne, name="app", confirmed=False)
    device = second_factor.begin(sanne)
    TOTPDevice.objects.create(user=sanne, name="app", confirmed=False)  # of a session at the same moment
    assert second_factor.confirm(sanne, totp.code(second_factor.secret_of(device)))
    assert list(TOTPDevice.objects.values_list("pk", flat=True)) == [device.pk]


def test_role_can_make_it_obligatory(console: Client, service_choices: Callable[..., None]) -> None:
    service_choices(second_factor_employee=True)
    assert console.get("/balie/")["Location"] == FACTOR
    assert console.get("/balie/", headers={"HX-Request": "true"}).status_code == 401
    assert "verplicht" in console.get(FACTOR).content.decode()
    set_up(console)
    assert is_in(console)
    refused = console.post(f"{FACTOR}uitzetten/", {"wachtwoord": PASSWORD}, follow=True)
    assert "kunt hem niet uitzetten" in refused.content.decode()
    service_choices(second_factor_administrator=True)
    console.post(f"{FACTOR}uitzetten/", {"wachtwoord": PASSWORD})
    assert is_in(console)


def test_logging_out_everywhere(console: Client, sanne: Employee) -> None:
    other = Client()
    other.force_login(sanne)
    assert console.post("/balie/account/overal-uitloggen/")["Location"] == "/balie/inloggen/"
    assert (is_in(console), is_in(other)) == (False, False)


def test_log_in_tells_nothing_about_which_accounts_there_are(sanne: Employee) -> None:
    Employee.objects.create_user("weg", password=PASSWORD, is_active=False)
    pages = set()
    for name, password in (("sanne", "verkeerd"), ("niemand", "verkeerd"), ("weg", PASSWORD)):
        page = Client().post("/balie/inloggen/", {"username": name, "password": password})
        text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page.content.decode())
        pages.add((page.status_code, text.replace(f'value="{name}"', "")))
    assert len(pages) == 1


def test_one_address_cannot_try_a_password_on_everybody(
    sanne: Employee, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempts, "_LOGINS_PER_ADDRESS", attempts.parse("3 per 5 minutes"))
    for number in range(3):
        Client().post("/balie/inloggen/", {"username": f"naam{number}", "password": "x"})
    refused = Client().post("/balie/inloggen/", {"username": "sanne", "password": PASSWORD})
    assert refused.status_code == 429
    assert "Te veel pogingen" in refused.content.decode()
    elsewhere = Client(REMOTE_ADDR="192.0.2.7")
    assert elsewhere.post("/balie/inloggen/", {"username": "sanne", "password": PASSWORD}).status_code == 302
