#!/usr/bin/env python3
"""Ends with 0 when an address answers with success, else with 1. For the health checks of containers; standard library only.

`--token RASA_TOKEN` adds the secret of that environment variable as Rasa wants it: in the address, which so stands in no
command line.
"""

from __future__ import annotations

import argparse
import os
import sys
import urllib.parse
import urllib.request


def main() -> int:
    """Ask once, for at most three seconds."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("address")
    parser.add_argument("--token", metavar="VARIABLE")
    options = parser.parse_args()
    address = options.address
    if options.token:
        address += "?" + urllib.parse.urlencode({"token": os.environ.get(options.token, "")})
    try:
        # Straight there, whatever proxy the environment names. An error status raises an OSError too.
        urllib.request.build_opener(urllib.request.ProxyHandler({})).open(address, timeout=3).close()
    except (OSError, ValueError) as error:
        print(type(error).__name__, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
