"""What a test of all channels needs of one: its customer, and its vendor as a local server.

A new channel gets a driver of its own and a line in `DRIVERS` (`conftest.py`); the shared stories then hold for it too.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any

from django.test import Client
from tests.desk.channels.vendor_server import Reply, VendorServer


@dataclass(frozen=True)
class Bubble:
    """What the customer sees: a text, and the titles of the buttons below it."""

    text: str
    buttons: list[str] = field(default_factory=list)


class Driver(ABC):
    """One customer on one channel.

    Attributes:
        name: of the channel.
        has_buttons: the channel shows buttons of its own; otherwise they are numbered lines in the text.
        has_files: customers can send pictures and documents here (`send_file`).
        has_clock: the vendor says when the customer wrote; otherwise the order of arrival is all there is.
        vendor: the local server.
    """

    name: str
    has_buttons = True
    has_clock = True
    has_files = False
    vendor: VendorServer

    def __init__(self) -> None:
        self.client = Client()

    @abstractmethod
    def configure(self, settings: Any) -> None:
        """Switch the channel on, with this vendor."""

    @abstractmethod
    def somebody_else(self) -> None:
        """From here on another customer writes."""

    @abstractmethod
    def write(self, text: str, *, vendor_id: int | None = None, seconds: int = 0) -> Any:
        """The customer writes; the vendor delivers it.

        Args:
            text: as typed.
            vendor_id: a number that the vendor gave before: the same message, delivered again.
            seconds: so much later than now (or earlier) by the vendor's clock.

        Returns:
            The desk's answer to the webhook.
        """

    @abstractmethod
    def press(self, title: str) -> Any:
        """The customer presses the newest button with this title, or types its number where there are no buttons."""

    @abstractmethod
    def speak(self) -> Any:
        """The customer sends a voice message, or something else that the channel carries and the desk cannot take."""

    def send_file(self, content: bytes, *, caption: str = "", name: str = "") -> Any:
        """The customer sends a picture, or with a name a document; the vendor keeps the content."""
        raise NotImplementedError

    @abstractmethod
    def received(self) -> list[Bubble]:
        """What the customer has got, in order."""

    @abstractmethod
    def busy(self, seconds: int) -> Reply:
        """The vendor's answer to who sends too much: to wait so long."""

    @abstractmethod
    def expired(self) -> Reply:
        """The vendor's answer to an access token that is not valid any more."""

    def stop(self) -> None:
        """End the vendor's server."""
        self.vendor.stop()
