"""Rasa's command line, without a piece of work that Rasa 3.6.21 repeats at every action: `python -m rasa_server run …`.

What an action server answers is checked against a schema. Rasa calls `jsonschema.validate` for that, which each time first
checks that the schema, a constant, is itself a schema: 95 % of the check, and 39 % of the processor time of a server under
load (py-spy, 10 customers at a time). Here the schema is taken for granted; the answer is checked as before.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from jsonschema import Draft202012Validator
from rasa.core.actions.action import RemoteAction


def check_answers_only() -> None:
    """From now on the schema of an action server's answers is not checked itself."""
    RemoteAction._validate_action_result = _validate


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
    """Rasa's own `main`; it reads the command line."""
    from rasa.__main__ import main as rasa

    check_answers_only()
    rasa()


if __name__ == "__main__":
    main()
