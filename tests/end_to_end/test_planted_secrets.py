"""What a customer lets slip is in no log and no output of any process, and what must be masked is in no database.

The whole product, said in normal use and while each part fails. `SECRETS` are looked for byte by byte in every file.
"""

from __future__ import annotations

import os
import signal
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.chaos.back_office import BackOffice
from tests.support.product import Customer, Product, free_ports

SECRETS = {
    "bsn": "123456782",
    "iban": "NL91ABNA0417164300",
    "e-mail": "fleur.kastelein@example.nl",
    "password": "Zonnebloem#1904",
}
SAID = {
    "bsn": f"mijn bsn is {SECRETS['bsn']}",
    "iban": f"stort het op {SECRETS['iban']}",
    "e-mail": f"mijn adres is {SECRETS['e-mail']}",
    "password": f"mijn wachtwoord is {SECRETS['password']}",
}
# An employee writes back to an e-mail address: it may be in the database, and in no log.
MASKED_IN_THE_DATABASE = ("bsn", "iban", "password")
PROCESSES = ("desk", "worker", "actions", "assistant")
DATABASES = ("desk.sqlite3", "rasa.db")


@dataclass(frozen=True)
class Installation:
    """The product, with a back office that can fail."""

    product: Product
    back_office: BackOffice

    def database(self, name: str) -> Path:
        return self.product.folder / name

    @contextmanager
    def refuses_to_store(self, name: str, table: str) -> Iterator[None]:
        """Every row that is added to a table is an error of the database while this lasts."""
        self._execute(
            name,
            f"CREATE TRIGGER planted BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'planted fault'); END",
        )
        try:
            yield
        finally:
            self._execute(name, "DROP TRIGGER planted")

    def _execute(self, name: str, statement: str) -> None:
        with closing(sqlite3.connect(self.database(name), timeout=30)) as database, database:
            database.execute(statement)


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    back_office = BackOffice()
    dead = free_ports(1)[0]
    product = Product(
        tmp_path_factory.mktemp("planted"),
        BACK_OFFICE_URL=back_office.url,
        BACK_OFFICE_TOKEN="planted",
        # Nobody listens there: the worker tries to deliver every ticket, and says that it cannot.
        DESK_WEBHOOK_URL=f"http://127.0.0.1:{dead}/hook",
        DESK_WEBHOOK_SECRET="whsec_" + "c2VjcmV0" * 6,
        DESK_SMTP_HOST="127.0.0.1",
        DESK_SMTP_PORT=str(dead),
        DESK_SMTP_SECURITY="none",
        DESK_TICKET_MAIL_TO="team@example.org",
    )
    try:
        product.start()
        product.wait_for_assistant()
        product.wait_for(f"{product.actions}/health")
        yield Installation(product, back_office)
    finally:
        product.stop()
        back_office.stop()


def says_everything(customer: Callable[[], Customer]) -> None:
    """Each secret in a conversation of its own, all in one message, and with a request for a person in the same breath."""
    texts = (*SAID.values(), "; ".join(SAID.values()), f"ik wil een medewerker, {SAID['e-mail']}")
    everybody = [(customer(), text) for text in texts]
    for one, text in everybody:
        assert one.sends(text).status_code == 202
    for one, _ in everybody:
        one.waits_for_an_answer(60)


def asks_for_an_order(customer: Customer) -> None:
    """The secrets as answers to the questions of a form, so that they become slots and go to the back office."""
    proof = f"3511 AB, {SAID['e-mail']}, {SAID['iban']}"
    for text in ("waar is mijn bestelling?", SAID["e-mail"], "400123456", proof):
        customer.says(text)
        if customer.state()["state"] != "with_assistant":
            return  # a person has been asked, and nobody else answers


def normal_use(installation: Installation, customer: Callable[[], Customer]) -> None:
    says_everything(customer)
    one = customer()
    one.presses_the_human_button()
    one.sends("; ".join(SAID.values()))
    asks_for_an_order(customer())


def hostile_requests(installation: Installation, customer: Callable[[], Customer]) -> None:
    """Secrets where no message is: in addresses, names of fields, half JSON, and at the door of the console."""
    all_of_them = "; ".join(SAID.values())
    with httpx.Client(base_url=installation.product.desk) as http:
        for secret in SECRETS.values():
            http.get(f"/api/webchat/{secret}")
            http.get("/api/webchat/messages", params={"after": secret})
            http.get("/api/webchat/messages", headers={"Authorization": f"Bearer {secret}"})
        http.post("/api/webchat/conversations", content=f'{{"text": "{all_of_them}'.encode())
        http.post("/api/webchat/conversations", json={all_of_them: all_of_them})
        form = http.get("/balie/inloggen/")
        assert form.status_code == 200
        data = {"username": SECRETS["e-mail"], "password": SECRETS["password"]}
        assert http.post(form.url, data=data).status_code == 403
        data["csrfmiddlewaretoken"] = http.cookies.get("csrftoken", "")
        for _ in range(6):
            http.post(form.url, data=data, headers={"Referer": str(form.url)})


def action_server_down(installation: Installation, customer: Callable[[], Customer]) -> None:
    halfway = customer()
    halfway.says("waar is mijn bestelling?")
    installation.product.take_down("actions")
    try:
        halfway.says(SAID["iban"])
        says_everything(customer)
    finally:
        installation.product.bring_up("actions")
        installation.product.wait_for(f"{installation.product.actions}/health")


def action_server_killed_in_the_middle(installation: Installation, customer: Callable[[], Customer]) -> None:
    one = customer()
    one.says("waar is mijn bestelling?")
    one.says(SAID["e-mail"])
    installation.back_office.mode = "never"
    try:
        assert one.sends(f"400123456 en 3511 AB, {SAID['iban']}").status_code == 202
        os.killpg(installation.product.pid("actions"), signal.SIGKILL)
        one.waits_for_an_answer(60)
    finally:
        installation.back_office.mode = "works"
        installation.product.wait_for(f"{installation.product.actions}/health")


def back_office(mode: str) -> Callable[[Installation, Callable[[], Customer]], None]:
    def fails(installation: Installation, customer: Callable[[], Customer]) -> None:
        installation.back_office.mode = mode
        try:
            asks_for_an_order(customer())
            says_everything(customer)
        finally:
            installation.back_office.mode = "works"

    fails.__name__ = f"back_office_{mode}"
    return fails


def assistant_too_late(installation: Installation, customer: Callable[[], Customer]) -> None:
    """Rasa is stopped for longer than the desk waits, and then finds messages whose time has passed."""
    pid = installation.product.pid("assistant")
    os.kill(pid, signal.SIGSTOP)
    try:
        says_everything(customer)
    finally:
        os.kill(pid, signal.SIGCONT)
    installation.product.wait_for_assistant()


def assistant_cannot_store(installation: Installation, customer: Callable[[], Customer]) -> None:
    with installation.refuses_to_store("rasa.db", "events"):
        says_everything(customer)
        asks_for_an_order(customer())


def desk_cannot_store(installation: Installation, customer: Callable[[], Customer]) -> None:
    one, other = customer(), customer()
    with installation.refuses_to_store("desk.sqlite3", "conversations_message"):
        for text in SAID.values():
            assert one.sends(text).status_code == 503
    with installation.refuses_to_store("desk.sqlite3", "tickets_ticket"):
        # The desk keeps the message and tries again; a person comes once the database works.
        assert other.sends(f"ik wil een medewerker, {'; '.join(SAID.values())}").status_code == 202
    other.waits_for_an_answer(90)


@pytest.mark.parametrize(
    "happens",
    [
        normal_use,
        hostile_requests,
        action_server_down,
        action_server_killed_in_the_middle,
        back_office("error"),
        back_office("garbage"),
        back_office("never"),
        assistant_too_late,
        assistant_cannot_store,
        desk_cannot_store,
    ],
    ids=lambda function: function.__name__,
)
def test_nothing_of_it_is_kept(installation: Installation, happens: Callable[..., None]) -> None:
    happens(installation, lambda: Customer(installation.product.desk))
    assert found_in(installation.product.folder) == []


def test_every_process_had_something_to_say(installation: Installation) -> None:
    """Runs last: a process that logs nothing, and a fault that raises nothing, would prove nothing."""
    logs = installation.product.folder / "log"
    said = {
        name: b"".join(path.read_bytes() for path in logs.glob(f"{name}*.log")).decode(errors="replace")
        for name in PROCESSES
    }
    assert all(said.values()), {name: len(text) for name, text in said.items()}
    assert "planted fault" in said["desk"]
    assert "planted fault" in said["assistant"] or "IntegrityError" in said["assistant"]
    assert "ERROR" in said["actions"]
    assert "outbox" in said["worker"]


def found_in(folder: Path) -> list[str]:
    """Which secret is in which file, though it may not be."""
    found = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        is_database = path.name.startswith(DATABASES)
        content = path.read_bytes()
        kinds = MASKED_IN_THE_DATABASE if is_database else tuple(SECRETS)
        found += [
            f"{kind} in {path.relative_to(folder)}" for kind in kinds if SECRETS[kind].encode() in content
        ]
    return found


@pytest.mark.parametrize("kind", SECRETS)
def test_a_secret_in_a_file_is_found(tmp_path: Path, kind: str) -> None:
    (tmp_path / "log").mkdir()
    (tmp_path / "log" / "desk.log").write_text(f"INFO {SECRETS[kind]}\n")
    (tmp_path / "desk.sqlite3-wal").write_text(SECRETS[kind])
    expected = [f"{kind} in desk.sqlite3-wal"] if kind in MASKED_IN_THE_DATABASE else []
    assert found_in(tmp_path) == [*expected, f"{kind} in log/desk.log"]
