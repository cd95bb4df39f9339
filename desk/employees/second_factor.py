"""The second step of a log-in: a code from an app (TOTP, RFC 6238) or a recovery code. The mechanism is django-otp's."""

from __future__ import annotations

import re
import secrets
from base64 import b32encode

from django.db import transaction
from django.utils.crypto import salted_hmac
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from employees.models import Employee
from employees.roles import Role, roles_of
from organisation.service import service

_RECOVERY_CODES = 10
# 50 bits each; after a wrong one django-otp makes the next wait.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_CODE_LENGTH = 10
_TOTP = re.compile(r"[0-9]{6}")


class AlreadyOnError(Exception):
    """There is a second step. It is removed first, which takes more than a session: the password, or an administrator."""


def has_second_factor(employee: Employee) -> bool:
    """Does this employee log in with a second step?"""
    return TOTPDevice.objects.filter(user=employee, confirmed=True).exists()


def must_set_up(employee: Employee) -> bool:
    """Does one of the employee's roles ask for a second step that is not there?"""
    return is_obligatory(employee) and not has_second_factor(employee)


def is_obligatory(employee: Employee) -> bool:
    """Does one of the employee's roles ask for a second step?"""
    asking = {role for role in Role if getattr(service(), f"second_factor_{role}")}
    return bool(asking) and not asking.isdisjoint(roles_of(employee))


def begin(employee: Employee) -> TOTPDevice:
    """A new secret that the employee's app has to learn; it counts for nothing until `confirm`. Raises `AlreadyOnError`."""
    with transaction.atomic():
        _refuse_when_on(employee)
        TOTPDevice.objects.filter(user=employee, confirmed=False).delete()
        device: TOTPDevice = TOTPDevice.objects.create(user=employee, name="app", confirmed=False)
        return device


def being_set_up(employee: Employee) -> TOTPDevice | None:
    """The secret of `begin`; None as well when there is a second step."""
    if has_second_factor(employee):
        return None
    return TOTPDevice.objects.filter(user=employee, confirmed=False).first()


def secret_of(device: TOTPDevice) -> str:
    """The secret as people type it into an app: groups of four."""
    text = b32encode(device.bin_key).decode().rstrip("=")
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def confirm(employee: Employee, code: str) -> list[str] | None:
    """Begin to ask for the second step, when the app knows the secret; recovery codes to show once, or None.

    Every other session of the account ends: it began without the second step. Raises `AlreadyOnError`.
    """
    with transaction.atomic():
        _refuse_when_on(employee)
        device = TOTPDevice.objects.select_for_update().filter(user=employee, confirmed=False).first()
        if device is None or not device.verify_token(_plain(code)):
            return None
        TOTPDevice.objects.filter(user=employee).exclude(pk=device.pk).delete()
        device.confirmed = True
        device.save(update_fields=["confirmed"])
        employee.session_generation += 1
        employee.save(update_fields=["session_generation"])
        return new_recovery_codes(employee)


def new_recovery_codes(employee: Employee) -> list[str]:
    """Codes that each work once, in place of the old ones. Only their hashes are stored."""
    codes = ["".join(secrets.choice(_ALPHABET) for _ in range(_CODE_LENGTH)) for _ in range(_RECOVERY_CODES)]
    with transaction.atomic():
        StaticDevice.objects.filter(user=employee).delete()
        device = StaticDevice.objects.create(user=employee, name="recovery")
        for code in codes:
            device.token_set.create(token=_hash(code))
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def recovery_codes_left(employee: Employee) -> int:
    """How many recovery codes were not used yet."""
    device = StaticDevice.objects.filter(user=employee).first()
    return device.token_set.count() if device else 0


def verify(employee: Employee, code: str) -> str | None:
    """Check a code at log-in: `app` or `recovery` for one that is right, else None.

    A code works once, also when it comes twice at the same moment. After each wrong one the next has to wait longer
    (django-otp's throttling), whatever address it comes from.
    """
    plain = _plain(code)
    with transaction.atomic():
        if _TOTP.fullmatch(plain):
            devices = TOTPDevice.objects.select_for_update().filter(user=employee, confirmed=True)
            return "app" if any(device.verify_token(plain) for device in devices) else None
        recovery = StaticDevice.objects.select_for_update().filter(user=employee)
        return "recovery" if any(device.verify_token(_hash(plain)) for device in recovery) else None


def remove(employee: Employee) -> None:
    """Ask for no second step any more; the account's sessions end."""
    with transaction.atomic():
        TOTPDevice.objects.filter(user=employee).delete()
        StaticDevice.objects.filter(user=employee).delete()
        employee.session_generation += 1
        employee.save(update_fields=["session_generation"])


def forget_wrong_codes(employee: Employee) -> None:
    """Let the next code be tried at once."""
    for device in [*TOTPDevice.objects.filter(user=employee), *StaticDevice.objects.filter(user=employee)]:
        device.throttle_reset()


def _refuse_when_on(employee: Employee) -> None:
    # The row is locked: of two sessions that confirm at the same moment the second finds the first one's step.
    Employee.objects.select_for_update().get(pk=employee.pk)
    if has_second_factor(employee):
        raise AlreadyOnError


def _plain(code: str) -> str:
    return re.sub(r"[\s-]", "", code).lower()


def _hash(code: str) -> str:
    # django-otp's column holds 16 characters.
    return salted_hmac("employees.recovery_code", code, algorithm="sha256").hexdigest()[:16]
