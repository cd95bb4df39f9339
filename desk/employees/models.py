"""The people who answer tickets."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.crypto import salted_hmac


class Employee(AbstractUser):
    """Someone who logs in at the console.

    Attributes:
        display_name: the name that customers see; when it is empty they see the user name.
        must_change_password: the password was made by somebody else; nothing else can be done before it is replaced.
        session_generation: a higher number ends every session that began before.
    """

    display_name = models.CharField(max_length=80, blank=True)
    must_change_password = models.BooleanField(default=False)
    session_generation = models.PositiveIntegerField(default=0)

    class Meta(AbstractUser.Meta):
        permissions = [("manage", "Can manage accounts and settings")]

    @property
    def shown_name(self) -> str:
        """The name under which customers and colleagues know this employee."""
        return self.display_name or self.get_username()

    def get_session_auth_hash(self) -> str:
        """What a session must know to go on: it ends with another password and with another `session_generation`."""
        return self._of_generation(super().get_session_auth_hash())

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """The same with secret keys that are being replaced."""
        return map(self._of_generation, super().get_session_auth_fallback_hash())

    def _of_generation(self, hash: str) -> str:
        value = f"{hash}{self.session_generation}"
        return salted_hmac("employees.session", value, algorithm="sha256").hexdigest()
