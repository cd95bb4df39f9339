"""What this installation is set to: completes a command's environment from two files in `DESK_VAR`. Standard library only.

`settings.env` is the operator's own, `secrets.env` is made by `make run`. Every command of the documents reads both, so that
it does the same from a terminal, from cron and from a mail server. In each: lines `NAME=value`, the value in quotes or
not, and `# …` as a line or after a value. What the environment says itself goes before; after it `settings.env`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, MutableMapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILES = ("settings.env", "secrets.env")
_LINE = re.compile(
    r"""(?:export\s+)?(?P<name>[A-Za-z_]\w*)=(?:'(?P<single>[^']*)'|"(?P<double>[^"]*)"|(?P<bare>\S.*?)?)(?:\s+\#.*)?""",
    re.ASCII,
)


class InstallationError(Exception):
    """A file cannot be used; the message is one sentence that does not repeat what is in it."""


def var(environment: Mapping[str, str]) -> Path:
    """The folder in which the installation keeps what it has: `DESK_VAR`, else `var/`."""
    return Path(environment.get("DESK_VAR") or ROOT / "var").expanduser().resolve()


def complete(environment: MutableMapping[str, str]) -> None:
    """Add to the environment what the files say and it does not.

    Raises:
        InstallationError: a file cannot be read, or holds something else than settings.
    """
    folder = var(environment)
    for file in FILES:
        for name, value in read(folder / file).items():
            if name == "DESK_VAR":
                raise InstallationError(f"DESK_VAR zegt waar {folder / file} staat en kan er niet in staan.")
            if not environment.get(name):
                environment[name] = value


def read(path: Path) -> dict[str, str]:
    """The settings in a file; none when it is not there. Raises `InstallationError`."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise InstallationError(f"{path} kan niet worden gelezen: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise InstallationError(f"{path} is niet in UTF-8.") from error
    found = {}
    for number, line in enumerate(map(str.strip, lines), start=1):
        if not line or line.startswith("#"):
            continue
        setting = _LINE.fullmatch(line)
        if not setting:
            raise InstallationError(f"{path}, regel {number}: schrijf NAAM=waarde.")
        found[setting["name"]] = setting["single"] or setting["double"] or setting["bare"] or ""
    return found
