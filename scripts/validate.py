#!/usr/bin/env python3
"""Runs `rasa data validate` and fails on every warning that means something.

Rasa exits with 0 although it warned, even with `--fail-on-warnings`, and calls a response unused when only a custom action
says it. So its output is read here: such a response is fine, everything else is not.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # so that the linter's reader of the actions is found from anywhere

from linter import python_code  # noqa: E402

_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_PROBLEM = re.compile(r"UserWarning:|\b(WARNING|ERROR|CRITICAL)\b")
_UNUSED = re.compile(r"The utterance '(\w+)' is not used")
_FINISHED = "No story structure conflicts found"
# What Rasa itself says without a rule: the questions of forms, and the answer when no rule applies.
_SAID_BY_RASA = ("utter_ask_", "utter_default")


def main() -> int:
    """Run the validation; 1 when a line names a problem or the validation did not run to its end."""
    command = [str(ROOT / ".venv" / "assistant" / "bin" / "rasa"), "data", "validate", "--max-history", "5"]
    # Rasa tells most of its findings through Python's warnings.
    environment = {**os.environ, "PYTHONWARNINGS": "default::UserWarning", "RASA_TELEMETRY_ENABLED": "false"}
    result = subprocess.run(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    lines = [_ANSI.sub("", line).rstrip() for line in result.stdout.splitlines()]
    code = python_code.read(ROOT)
    problems = [line for line in lines if _PROBLEM.search(line) and not _is_said(line, code)]
    if problems or result.returncode or not any(_FINISHED in line for line in lines):
        print("\n".join(problems or lines[-20:]))
        return 1
    print("rasa data validate: no remarks.")
    return 0


def _is_said(line: str, code: python_code.Code) -> bool:
    """Whether a line of Rasa's output only calls a response unused that an action or Rasa itself says."""
    found = _UNUSED.search(line)
    return found is not None and (found[1].startswith(_SAID_BY_RASA) or code.says(found[1]))


if __name__ == "__main__":
    sys.exit(main())
