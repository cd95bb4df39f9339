"""A real IMAP server: Dovecot, as the user who runs the test, in a folder of its own."""

from __future__ import annotations

import getpass
import imaplib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.certificate import make_certificate
from tests.support.mail_server import PASSWORD, USER
from tests.support.product import free_ports

_CONFIGURATION = """
protocols = imap
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
ssl = yes
ssl_cert = <{folder}/certificate.pem
ssl_key = <{folder}/key.pem
disable_plaintext_auth = no
default_internal_user = {user}
default_login_user = {login_user}
default_internal_group = {group}
mail_location = maildir:{folder}/mail
mail_uid = {mail_user}
mail_gid = {mail_user}
first_valid_uid = 1
first_valid_gid = 1
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={mail_user} gid={mail_user} home={folder}/mail
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    address = 127.0.0.1
    port = {port}
  }}
  inet_listener imaps {{
    address = 127.0.0.1
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
namespace inbox {{
  inbox = yes
}}
"""
_BEGIN_SECONDS = 20


class ImapServer:
    """Attributes:
    port: where it listens, on 127.0.0.1, without TLS; STARTTLS is offered there.
    tls_port: where it listens with TLS.
    certificate: a file with its certificate, which is for `localhost` and signed by itself.
    """

    def __init__(self, folder: Path) -> None:
        """Start, and wait until it answers. The test is skipped where Dovecot is not installed."""
        program = shutil.which("dovecot", path=f"{os.environ['PATH']}:/usr/sbin")
        if program is None:
            pytest.skip("Dovecot is not installed")
        self.port, self.tls_port = free_ports(2)
        self.certificate = make_certificate(folder)
        self._mail = folder / "mail"
        is_root = getpass.getuser() == "root"
        mail_user = "mail" if is_root else getpass.getuser()
        for name in ("run", "state", "mail"):
            (folder / name).mkdir()
        if is_root:
            # The owner of the mail must be able to come there through the folders of the test run.
            for path in [folder, *folder.parents]:
                if path == Path(tempfile.gettempdir()):
                    break
                path.chmod(0o755)
            shutil.chown(folder / "mail", mail_user, mail_user)
        facts = {
            "folder": folder,
            "port": self.port,
            "tls_port": self.tls_port,
            "password": PASSWORD,
            "user": "dovecot" if is_root else mail_user,
            "group": "dovecot" if is_root else mail_user,
            "login_user": "dovenull" if is_root else mail_user,
            "mail_user": mail_user,
        }
        configuration = folder / "dovecot.conf"
        configuration.write_text(_CONFIGURATION.format(**facts), encoding="utf-8")
        self._process = subprocess.Popen([program, "-F", "-c", str(configuration)])
        ends = time.monotonic() + _BEGIN_SECONDS
        while True:
            try:
                self.log_in().logout()
                return
            except OSError:
                if time.monotonic() > ends or self._process.poll() is not None:
                    self.stop()
                    raise
                time.sleep(0.05)  # it gives no sign when it listens

    def log_in(self) -> imaplib.IMAP4:
        """A mail program of the owner of the mailbox."""
        program = imaplib.IMAP4("127.0.0.1", self.port, timeout=10)
        program.login(USER, PASSWORD)
        return program

    def deliver(self, raw: bytes, days_ago: float = 0) -> None:
        """A mail arrives in the mailbox, or did so many days ago."""
        program = self.log_in()
        answer, said = program.append(
            "INBOX", "", imaplib.Time2Internaldate(time.time() - days_ago * 86_400), raw
        )
        assert answer == "OK", said
        program.logout()

    def count(self, folder: str) -> int:
        """How many mails lie in a folder."""
        program = self.log_in()
        _, found = program.select(folder, readonly=True)
        program.logout()
        return int(found[0] or 0) if found and str(found[0], "ascii", "replace").isdigit() else 0

    @contextmanager
    def nothing_comes_in(self, folder: str) -> Iterator[None]:
        """Meanwhile no mail can be put in this folder, as when it is full."""
        parts = [self._mail / f".{folder}" / name for name in ("cur", "new", "tmp")]
        for part in parts:
            part.chmod(0o500)
        try:
            yield
        finally:
            for part in parts:
                part.chmod(0o700)

    def empty(self) -> None:
        """Remove every mail."""
        program = self.log_in()
        for folder in ("INBOX", "Aanspreekpunt-verwerkt", "Aanspreekpunt-mislukt"):
            is_there, found = program.select(folder)
            if is_there == "OK" and found != [b"0"]:
                program.store("1:*", "+FLAGS", "\\Deleted")
                program.expunge()
        program.logout()

    def stop(self) -> None:
        """Stop."""
        self._process.terminate()
        self._process.wait(10)
