"""Rasa's command line, without work that Rasa 3.6.21 repeats for the same outcome: `python -m rasa_server run …`.

* What an action server answers is checked against a schema. Rasa calls `jsonschema.validate` for that, which each time first
  checks that the schema, a constant, is itself a schema: 95 % of the check, and 39 % of the processor time of a server under
  load (py-spy, 10 customers at a time). Here the schema is taken for granted; the answer is checked as before.
* For every event that it reads Rasa walks through all classes of events to find the one with that name: 5 % under the same
  load. Here it does so once for each name.
"""

from __future__ import annotations

import os
import sys
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator
from rasa.core.actions.action import RemoteAction
from rasa.shared.core.events import Event


def repeat_less() -> None:
    """From now on neither is repeated."""
    RemoteAction._validate_action_result = _validate
    Event.resolve_by_type = staticmethod(cache(Event.resolve_by_type))


@cache
def _validator() -> Draft202012Validator:
    schema = RemoteAction.action_response_format_spec()
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def _validate(action: RemoteAction, answer: dict[str, Any]) -> bool:
    """In place of Rasa's own method. Raises `jsonschema.ValidationError`."""
    _validator().validate(answer)
    return True


def main() -> None:
    """Rasa's own `main`; it reads the command line.

    `rasa run` with `RASA_TOKEN` in the environment offers the HTTP API to who has that secret. It is added here, because
    every user of the machine can read the command line with which a process was started.
    """
    from rasa.__main__ import main as rasa

    repeat_less()
    if sys.argv[1:2] == ["run"] and os.environ.get("RASA_TOKEN"):
        sys.argv += ["--enable-api", f"--auth-token={os.environ['RASA_TOKEN']}"]
    rasa()


if __name__ == "__main__":
    main()
