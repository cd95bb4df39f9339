"""Roles: what an employee may do. An employee can have several; a role is a Django group of the same name.

Views ask for a permission, never for a role, so that what a role may do is decided here alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.apps import AppConfig
from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group
from django.db import models
from django.db.models import QuerySet
from django.db.models.signals import post_migrate

from employees.models import Employee

# Handles tickets: reads and answers them.
HANDLE_TICKETS = "tickets.change_ticket"
# Sees the team's figures and lists, gives tickets to others, gets what is about to be late.
SUPERVISE = "tickets.supervise"
# Reads conversations to improve the assistant.
REVIEW = "conversations.review"
# Makes accounts, gives roles, changes settings, reads the audit log.
MANAGE = "employees.manage"


class Role(models.TextChoices):
    """The roles that there are; `catalogue.yml` has their Dutch names under `role`."""

    EMPLOYEE = "employee"
    SUPERVISOR = "supervisor"
    DESIGNER = "designer"
    ADMINISTRATOR = "administrator"


# A supervisor opens what is about to be late and steps in, so that role holds what an employee may do. The others hold
# their own task only: who makes accounts or improves the assistant need not read tickets.
PERMISSIONS: dict[Role, frozenset[str]] = {
    Role.EMPLOYEE: frozenset({HANDLE_TICKETS}),
    Role.SUPERVISOR: frozenset({HANDLE_TICKETS, SUPERVISE}),
    Role.DESIGNER: frozenset({REVIEW}),
    Role.ADMINISTRATOR: frozenset({MANAGE}),
}


_BACKEND = "django.contrib.auth.backends.ModelBackend"


def ticket_handlers() -> QuerySet[Employee]:
    """Who can have tickets: a role for it, and an account that is in use. As `has_perm(HANDLE_TICKETS)` says of one."""
    return Employee.objects.with_perm(HANDLE_TICKETS, backend=_BACKEND)


def roles_of(employee: Employee) -> list[Role]:
    """The employee's roles, in the order of `Role`."""
    names = {group.name for group in employee.groups.all()}
    return [role for role in Role if role in names]


def give_roles(employee: Employee, roles: Iterable[Role]) -> None:
    """Give the employee these roles and take away all others."""
    employee.groups.set(Group.objects.filter(name__in=list(roles)))


def synchronise(app_config: AppConfig, using: str, apps: Any = installed, **kwargs: Any) -> None:
    """Receiver of `post_migrate`: the groups hold exactly what `PERMISSIONS` says.

    It is sent for each app; once the last one's permissions are there, all are.
    """
    with_models = [config for config in installed.get_app_configs() if config.models_module]
    if app_config.label != with_models[-1].label:
        return
    try:
        groups = apps.get_model("auth", "Group").objects.using(using)
        permissions = apps.get_model("auth", "Permission").objects.using(using)
    except LookupError:
        return  # a migration of one app, before `auth` has tables
    # Django makes them too, but its receiver may come after this one.
    create_permissions(app_config, verbosity=0, using=using, apps=apps)
    known = {
        (one.content_type.app_label, one.codename): one for one in permissions.select_related("content_type")
    }
    for role, names in PERMISSIONS.items():
        group, _ = groups.get_or_create(name=role.value)
        pairs = [(label, codename) for label, _, codename in (name.partition(".") for name in names)]
        # A migration back to before a permission leaves it out.
        group.permissions.set([known[pair] for pair in pairs if pair in known])


def connect() -> None:
    """Keep the groups right after every migration."""
    post_migrate.connect(synchronise, dispatch_uid="employees.roles")
