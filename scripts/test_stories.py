#!/usr/bin/env python3
"""Plays Rasa's test stories in `tests/conversations/` against today's model; fails when one of them goes another way.

Test stories never run custom actions (`tests/assistant/` does); they show which way the dialogue goes, from real sentences.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import train
import yaml

ROOT = Path(__file__).resolve().parent.parent
STORIES = ROOT / "tests" / "conversations"
RESULTS = ROOT / "results"


def main() -> int:
    """Run the stories; 1 when a story fails or none was found."""
    count = sum(
        len(yaml.safe_load(path.read_text(encoding="utf-8"))["stories"])
        for path in STORIES.rglob("test_*.yml")
    )
    command = [str(ROOT / ".venv" / "assistant" / "bin" / "rasa"), "test", "core", "--e2e", "--no-plot"]
    command += ["--model", str(train.model()), "--stories", str(STORIES), "--out", str(RESULTS)]
    result = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "RASA_TELEMETRY_ENABLED": "false"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    failed = RESULTS / "failed_test_stories.yml"
    stories = yaml.safe_load(failed.read_text(encoding="utf-8")) if failed.exists() else None
    if result.returncode or not isinstance(stories, dict | type(None)) or not failed.exists() or not count:
        print(result.stdout[-4000:])
        return 1
    wrong = (stories or {}).get("stories") or []
    if wrong:
        print(failed.read_text(encoding="utf-8"))
    print(f"Test stories: {count - len(wrong)} passed, {len(wrong)} failed")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
