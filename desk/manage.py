#!/usr/bin/env python
"""Django's command line for the desk, with the settings and secrets of the installation (`scripts/installation.py`)."""

import os
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent / "scripts"))

import installation


def main() -> None:
    """Run one command; a configuration error is one sentence and exit status 1, or 75 when it was to receive a mail."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line

    from config.environment import ConfigurationError

    try:
        installation.complete(os.environ)
        execute_from_command_line(sys.argv)
    except (ConfigurationError, installation.InstallationError) as error:
        print(error, file=sys.stderr)
        # The mail server keeps the mail until the desk can take it; with 1 it would send it back to the customer.
        sys.exit(os.EX_TEMPFAIL if sys.argv[1:2] == ["receive_mail"] else 1)


if __name__ == "__main__":
    main()
