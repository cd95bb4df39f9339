"""`python -m linter`: check a project and print what is wrong, in Dutch."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import string
import sys
from collections.abc import Iterable
from pathlib import Path

from linter.checks import ALL
from linter.findings import ERROR, WARNING, Finding, catalogue
from linter.project import Project

_ROOT = Path(__file__).resolve().parent.parent


def main(arguments: list[str] | None = None) -> int:
    """Check a project.

    Returns:
        0 when there is no error, 1 when there is one, 2 when there is no project to check.
    """
    options = _options(arguments)
    if not (options.root / "domain.yml").exists():
        print(_say("root-missing", root=options.root), file=sys.stderr)
        return 2
    findings = check(options.root, options.today)
    print(_as_json(findings) if options.json else _as_text(findings))
    return 1 if any(finding.level == ERROR for finding in findings) else 0


def check(root: Path, today: dt.date) -> list[Finding]:
    """All findings in a project, by file and line.

    Args:
        root: the project's folder.
        today: the day to compare review dates with.
    """
    project = Project(root, today)
    # A file that cannot be read makes everything in it look missing; only the cause is worth reading then.
    found: Iterable[Finding] = project.unreadable or (one for each in ALL for one in each(project))
    return sorted(found, key=lambda finding: (finding.file, finding.line, finding.code, finding.message))


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m linter", description=__doc__)
    parser.add_argument("root", nargs="?", type=Path, default=_ROOT, help="the project's folder")
    parser.add_argument("--json", action="store_true", help="print a JSON list of findings")
    parser.add_argument(
        "--today",
        type=dt.date.fromisoformat,
        default=dt.date.today(),
        help="compare review dates with this day",
    )
    return parser.parse_args(arguments)


def _as_json(findings: list[Finding]) -> str:
    rows = [
        {
            "file": finding.file,
            "line": finding.line,
            "code": finding.code,
            "level": finding.level,
            "message": finding.message,
        }
        for finding in findings
    ]
    return json.dumps(rows, ensure_ascii=False, indent=1)


def _as_text(findings: list[Finding]) -> str:
    """Errors first, then warnings, each under a heading."""
    parts = []
    for level in (ERROR, WARNING):
        lines = [str(finding) for finding in findings if finding.level == level]
        if lines:
            parts.append("\n".join([_say(f"{level}s", count=len(lines)), *lines]))
    return "\n\n".join(parts) or _say("clean")


def _say(key: str, **details: object) -> str:
    return string.Template(catalogue()["output"][key]).substitute(details)


if __name__ == "__main__":
    sys.exit(main())
