"""Reads `desk.yml`: times and limits by which the organisation works. What is not in the file has its default."""

from __future__ import annotations

from dataclasses import Field, dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

from organisation.loader import OrganisationError


def _number(default: int, lowest: int, highest: int) -> Any:
    return field(default=default, metadata={"lowest": lowest, "highest": highest})


@dataclass(frozen=True)
class Service:
    """The organisation's choices. The comments in `desk.yml` say in Dutch what each one does.

    Attributes:
        reopen_days: how many days after closing a customer who writes again gets the same ticket back.
        give_up_delivery_hours: how long sending to another system or by mail is tried again before an alarm is raised.
        confirm_ticket_by_mail: customers who gave an address get a mail with their ticket's number.
        urgent_first_answer_minutes (and so on): within how many minutes of opening hours a ticket of this priority must
            have had its first answer, the next answer after the customer writes again, or its solution.
        escalate_percent: of a target; when that has passed, supervisors are told.
        nobody_picks_up_minutes: after so many minutes of opening hours a customer who waits gets an apology and a choice of
            other ways; 0 for never.
        waiting_minimum_measurements: fewer measured waits than this say nothing: the wait is then unknown.
        mail_unread_minutes: after so many minutes a message that the customer did not read is mailed; 0 for never.
        ask_after_quiet_minutes: a customer whom the assistant helped alone and who is quiet for so long is asked how
            satisfied they are; 0 for never.
        callbacks_per_slot: how many customers can choose the same time to be called.
        idle_minutes: an employee who does nothing for so long is logged out.
        away_minutes: an employee who does nothing for so long counts as away.
        second_factor_employee (and so on): who has this role must log in with a second factor.
        audit_days: how long entries of the audit log are kept.
        give_tickets: tickets are given to who is available; otherwise employees take them.
        tickets_per_employee: who has so many is given no more.
        open_within_seconds: a ticket that was given and is not opened in this time goes back to the queue.
        keep_conversations_days: how long after the last message a conversation is kept (R24).
        keep_tickets_months: how long a closed ticket is kept.
    """

    reopen_days: int = _number(7, 0, 90)
    give_up_delivery_hours: int = _number(24, 1, 168)
    confirm_ticket_by_mail: bool = False
    urgent_first_answer_minutes: int = _number(15, 1, 10_000)
    high_first_answer_minutes: int = _number(30, 1, 10_000)
    normal_first_answer_minutes: int = _number(60, 1, 10_000)
    low_first_answer_minutes: int = _number(240, 1, 10_000)
    urgent_next_answer_minutes: int = _number(15, 1, 10_000)
    high_next_answer_minutes: int = _number(30, 1, 10_000)
    normal_next_answer_minutes: int = _number(60, 1, 10_000)
    low_next_answer_minutes: int = _number(240, 1, 10_000)
    urgent_solution_minutes: int = _number(240, 1, 100_000)
    high_solution_minutes: int = _number(480, 1, 100_000)
    normal_solution_minutes: int = _number(1440, 1, 100_000)
    low_solution_minutes: int = _number(2400, 1, 100_000)
    escalate_percent: int = _number(75, 1, 99)
    nobody_picks_up_minutes: int = _number(5, 0, 1440)
    waiting_minimum_measurements: int = _number(5, 1, 20)
    mail_unread_minutes: int = _number(10, 0, 10_080)
    ask_after_quiet_minutes: int = _number(5, 0, 1440)
    callbacks_per_slot: int = _number(4, 1, 1000)
    idle_minutes: int = _number(60, 1, 720)
    away_minutes: int = _number(10, 1, 240)
    second_factor_employee: bool = False
    second_factor_supervisor: bool = False
    second_factor_designer: bool = False
    second_factor_administrator: bool = False
    audit_days: int = _number(365, 30, 3650)
    give_tickets: bool = False
    tickets_per_employee: int = _number(4, 1, 50)
    open_within_seconds: int = _number(90, 10, 3600)
    keep_conversations_days: int = _number(30, 9, 3650)
    keep_tickets_months: int = _number(24, 1, 120)


@cache
def service() -> Service:
    """The choices of this installation, read once. Raises `OrganisationError`."""
    return load(settings.SERVICE_FILE)


def load(path: Path) -> Service:
    """Read and check one file; a file that is not there leaves every default.

    Raises:
        OrganisationError: it is not YAML, names something that is no setting, or gives a value that is not possible. One
            Dutch sentence, because the people who edit the file read Dutch.
    """
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except FileNotFoundError:
        return Service()
    except OSError as error:
        raise OrganisationError(f"{path.name} kan niet worden gelezen: {error.strerror}.") from error
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" op regel {mark.line + 1}" if mark else ""
        raise OrganisationError(f"{path.name} is geen geldige YAML{where}.") from error
    if not isinstance(found, dict):
        raise OrganisationError(f"{path.name} bevat geen instellingen.")
    known = {setting.name: setting for setting in fields(Service)}
    for name, value in found.items():
        if name not in known:
            raise OrganisationError(f"{path.name}: {name!r} is geen instelling.")
        _check(known[name], value, f"{path.name}, {name}")
    return Service(**found)


def _check(setting: Field[Any], value: object, place: str) -> None:
    if isinstance(setting.default, bool):
        if not isinstance(value, bool):
            raise OrganisationError(f"{place}: vul true of false in, niet {value!r}.")
        return
    lowest, highest = setting.metadata["lowest"], setting.metadata["highest"]
    if isinstance(value, bool) or not isinstance(value, int) or not lowest <= value <= highest:
        raise OrganisationError(f"{place}: vul een heel getal in van {lowest} tot {highest}, niet {value!r}.")
