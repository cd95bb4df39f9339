"""`manage.py create_employee`."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from employees.accounts import random_password
from employees.models import Employee
from employees.roles import Role, give_roles


class Command(BaseCommand):
    """Makes an employee with a random password."""

    help = "Makes an employee and prints the password, once. It is stored as a hash only."

    def add_arguments(self, parser: CommandParser) -> None:
        """The command line."""
        parser.add_argument("username", nargs="?", default="medewerker")
        parser.add_argument(
            "--name", default="", help="the name that customers see; by default the user name"
        )
        parser.add_argument(
            "--role",
            action="append",
            choices=Role.values,
            help="may be given more than once; by default employee",
        )
        parser.add_argument(
            "--if-none", action="store_true", help="do nothing, silently, when there is any employee"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the employee. Raises `CommandError` when the name cannot be used."""
        if options["if_none"] and Employee.objects.exists():
            return
        employee = Employee(username=options["username"], display_name=options["name"])
        password = random_password()
        employee.set_password(password)
        try:
            employee.full_clean()
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
        employee.save()
        give_roles(employee, [Role(name) for name in options["role"] or [Role.EMPLOYEE]])
        self.stdout.write(f"  Gebruikersnaam: {employee.username}\n  Wachtwoord:     {password}")
