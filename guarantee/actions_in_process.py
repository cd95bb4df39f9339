"""The custom actions, executed in this process by rasa-sdk's own executor, with faults that can be switched on."""

from __future__ import annotations

import json
import logging
import os
import pickle
from typing import Any

import aiohttp
from rasa.utils.endpoints import ClientResponseError, EndpointConfig
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection

from actions.clients.back_office import back_office
from guarantee.faults import Fault

_CLOSED_PORT = "http://127.0.0.1:9"
# Long enough for nothing to come, short enough to wait for it often; the product waits 3 s.
_IMPATIENT = "0.02"


class ActionsInProcess(EndpointConfig):
    """Takes the place of the action server's address.

    Attributes:
        errors: what failed in the current turn: the kinds of error, without content.
        fault: what is broken in the current turn.
    """

    def __init__(self, desk_url: str, desk_token: str, silent_url: str) -> None:
        """Register the actions.

        Args:
            desk_url: the real desk.
            desk_token: its service token.
            silent_url: a server that never answers.
        """
        super().__init__(_CLOSED_PORT)
        self._desk_url, self._silent_url = desk_url, silent_url
        os.environ |= {"DESK_SERVICE_TOKEN": desk_token}
        self._executor = ActionExecutor()
        self._executor.register_package("actions")
        self.errors: list[str] = []
        logging.getLogger("actions").addHandler(_Collector(self.errors))
        self.use(Fault.NONE)

    def use(self, fault: Fault) -> None:
        """Break something, or nothing, from now on."""
        self.fault = fault
        desk = {Fault.DESK_DOWN: _CLOSED_PORT, Fault.DESK_SILENT: self._silent_url}.get(fault, self._desk_url)
        office = _CLOSED_PORT if fault is Fault.BACK_OFFICE_DOWN else ""
        if office != os.environ.get("BACK_OFFICE_URL"):
            back_office.cache_clear()
        os.environ |= {
            "DESK_URL": desk,
            "BACK_OFFICE_URL": office,
            "DESK_TIMEOUT_SECONDS": _IMPATIENT if fault is Fault.DESK_SILENT else "30",
        }

    async def request(self, *_: Any, **kwargs: Any) -> Any:
        """Execute an action as the server would; see `EndpointConfig.request`."""
        if self.fault is Fault.ACTIONS_DOWN:
            raise aiohttp.ClientConnectionError("nothing listens")
        # Over HTTP the tracker arrives as JSON; the domain is only read, and is JSON already.
        call = {**kwargs["json"], "tracker": json.loads(json.dumps(kwargs["json"]["tracker"]))}
        try:
            if self.fault is Fault.ACTIONS_RAISE:
                raise RuntimeError("planted")
            return json.loads(json.dumps(await self._executor.run(call)))
        except ActionExecutionRejection as rejection:
            body = json.dumps({"error": rejection.message, "action_name": rejection.action_name})
            raise ClientResponseError(400, "Bad Request", body) from rejection
        except Exception as error:
            self.errors.append(f"{call['next_action']}: {type(error).__name__}")
            raise ClientResponseError(500, "Internal Server Error", "{}") from error


class _Collector(logging.Handler):
    """Keeps what the actions log as failed."""

    def __init__(self, errors: list[str]) -> None:
        super().__init__(logging.ERROR)
        self._errors = errors

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the message."""
        self._errors.append(record.getMessage())


def office_now() -> bytes:
    """The back office of the demonstration as it is now."""
    return pickle.dumps(vars(back_office()))


def put_office(kept: bytes) -> None:
    """Put the back office of the demonstration back as it was."""
    vars(back_office()).update(pickle.loads(kept))
