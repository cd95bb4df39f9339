"""Who listens where, as Linux' /proc tells it."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path

_LISTENS = "0A"
_SOCKET = re.compile(r"socket:\[(\d+)\]")


def listening(pids: Iterable[int]) -> set[tuple[IPv4Address | IPv6Address, int]]:
    """The addresses and TCP ports on which these processes take connections."""
    mine = {socket for pid in pids for socket in _sockets(pid)}
    found = set()
    for table in ("tcp", "tcp6"):
        for line in Path("/proc/net", table).read_text(encoding="ascii").splitlines()[1:]:
            fields = line.split()
            if fields[3] == _LISTENS and fields[9] in mine:
                address, _, port = fields[1].partition(":")
                found.add((_address(address), int(port, 16)))
    return found


def _sockets(pid: int) -> Iterator[str]:
    with contextlib.suppress(FileNotFoundError):  # ended meanwhile
        for link in Path(f"/proc/{pid}/fd").iterdir():
            with contextlib.suppress(FileNotFoundError):
                if found := _SOCKET.fullmatch(os.readlink(link)):
                    yield found[1]


def _address(text: str) -> IPv4Address | IPv6Address:
    # Words of four bytes, each as the processor holds it: the lowest byte first.
    words = (bytes.fromhex(text[at : at + 8])[::-1] for at in range(0, len(text), 8))
    return ip_address(b"".join(words))
