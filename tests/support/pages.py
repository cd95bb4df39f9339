"""The customer's chat and the employee's console as a person uses them: by what is to be seen and read on the screen."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 375, "height": 740}
SMALLEST = {"width": 320, "height": 568}
SIZES = pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])


def give_name_and_password(page: Page, name: str, password: str) -> None:
    """Fill in the log-in form that is on the screen, and send it with the keyboard."""
    page.get_by_label("Gebruikersnaam").fill(name)
    page.get_by_label("Wachtwoord").fill(password)
    page.keyboard.press("Enter")


class Chat:
    """The widget on a page.

    Attributes:
        page: the browser's page.
        log: the list of messages; `box`: where the customer types; `human`: the button "Medewerker".
    """

    def __init__(self, page: Page, url: str) -> None:
        """Open the page at `url`, on which the widget is."""
        self.page = page
        page.goto(url)
        self.region = page.get_by_role("region", name="Chat met")
        self.log = self.region.get_by_role("log", name="Berichten")
        self.status = self.region.get_by_role("status")
        self.box = self.region.get_by_role("textbox", name="Uw bericht")
        self.opener = self.region.get_by_role("button", name="Stel uw vraag")
        # Exactly: the assistant's own button of that name stands inside the log.
        self.human = self.region.locator(".dock").get_by_role("button", name="Medewerker", exact=True)

    def open(self) -> None:
        """Open the chat and wait for the assistant's first words."""
        self.opener.click()
        expect(self.messages("assistant").first).to_be_visible()

    def says(self, text: str) -> None:
        """Type a message and send it."""
        self.box.fill(text)
        self.box.press("Enter")

    def messages(self, sender: str) -> Locator:
        """The messages of one sender: customer, assistant, employee or system."""
        return self.log.locator(f"li.message.{sender}")

    def expect_message(self, sender: str, text: str, seconds: float = 15) -> None:
        """Wait until the last message of this sender holds this text."""
        expect(self.messages(sender).last).to_contain_text(text, timeout=seconds * 1000)


class Console:
    """The employees' console.

    Attributes:
        page: the browser's page.
    """

    def __init__(self, page: Page, url: str) -> None:
        """Open the console of the desk at `url`; it shows the log-in page."""
        self.page, self.url = page, f"{url}/balie/"
        page.goto(self.url)
        self.log = page.get_by_role("log", name="Berichten")
        self.box = page.get_by_role("textbox", name="Uw antwoord aan de klant")

    def log_in(self, name: str, password: str) -> None:
        """Log in and wait for the queue."""
        give_name_and_password(self.page, name, password)
        expect(self.page.get_by_role("heading", name="Tickets")).to_be_visible()
        # From here on tests are about the page with its scripts; without them its forms work too, but reload the page.
        self.page.wait_for_load_state()

    def open_menu(self) -> None:
        """On a phone most of the head of the page is shut."""
        menu = self.page.get_by_role("button", name="Menu")
        if menu.is_visible() and menu.get_attribute("aria-expanded") == "false":
            menu.press("Enter")

    def take_over(self, number: str) -> None:
        """Take a waiting ticket from the queue."""
        self.page.get_by_role("button", name=f"Overnemen van {number}").click()
        expect(self.page.get_by_text("U hebt dit gesprek")).to_be_visible()
        self.page.wait_for_load_state()

    def says(self, text: str) -> None:
        """Answer the customer."""
        self.box.fill(text)
        self.box.press("Enter")

    def expect_message(self, sender: str, text: str, seconds: float = 15) -> None:
        """Wait until the last message of this sender holds this text."""
        messages = self.log.locator(f"li.message.{sender}")
        expect(messages.last).to_contain_text(text, timeout=seconds * 1000)

    def close_ticket(self, outcome: str = "Opgelost") -> None:
        """Close the ticket that is on the screen with this outcome; the queue comes back."""
        self._end("Ticket sluiten", "Ticket sluiten", outcome)

    def hand_back(self, outcome: str = "Opgelost") -> None:
        """Give the conversation that is on the screen back to the assistant; the queue comes back."""
        self._end("Teruggeven aan assistent", "Teruggeven", outcome)

    def _end(self, link: str, button: str, outcome: str) -> None:
        # With a message that is still on its way the page asks whether it may be lost.
        expect(self.box).to_have_value("", timeout=30_000)
        self.page.get_by_role("link", name=link).click()
        self.page.get_by_role("radio", name=outcome).first.check()
        self.page.get_by_role("button", name=button).click()
        expect(self.page.get_by_role("heading", name="Tickets")).to_be_visible()
