"""The people who answer tickets."""

from django.contrib.auth.models import AbstractUser
from django.db import models


class Employee(AbstractUser):
    """Someone who logs in at the console.

    Attributes:
        display_name: the name that customers see; when it is empty they see the user name.
    """

    display_name = models.CharField(max_length=80, blank=True)

    class Meta(AbstractUser.Meta):
        permissions = [("manage", "Can manage accounts and settings")]

    @property
    def shown_name(self) -> str:
        """The name under which customers and colleagues know this employee."""
        return self.display_name or self.get_username()
