"""Which of several Rasa servers gets the next turn."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

# A server that could not be reached is the last choice for so long: its model takes longer than this to load.
_REST_SECONDS = 3.0


@dataclass
class Server:
    """One server as one process of the desk knows it.

    Attributes:
        url: without a slash at its end.
        turns: how many of this process's turns are there now.
        rests_until: it is asked after the others until then, on the clock of `Servers`.
    """

    url: str
    turns: int = 0
    rests_until: float = 0.0

    @contextmanager
    def busy(self) -> Iterator[None]:
        """One turn more while this lasts."""
        self.turns += 1
        try:
            yield
        finally:
            self.turns -= 1


class Servers:
    """The servers, all of which can answer any conversation: what they remember is in their shared tracker store."""

    def __init__(self, urls: Sequence[str], clock: Callable[[], float]) -> None:
        """`clock` gives seconds and never goes back."""
        self._servers = [Server(url) for url in urls]
        self._clock = clock
        self._last = 0

    def __len__(self) -> int:
        return len(self._servers)

    def in_order(self) -> list[Server]:
        """All of them, the best first: those that could be reached, then the least busy, then by turns."""
        now = self._clock()
        self._last += 1
        begin = self._last % len(self._servers)
        rotated = self._servers[begin:] + self._servers[:begin]
        return sorted(rotated, key=lambda server: (server.rests_until > now, server.turns))

    def unreachable(self, server: Server) -> None:
        """It gave no answer at all: the others go first for a while."""
        server.rests_until = self._clock() + _REST_SECONDS
