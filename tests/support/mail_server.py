"""An SMTP server on a real socket that takes mail, and refuses, as a test tells it."""

from __future__ import annotations

import email
import email.policy
import ssl
import subprocess
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

USER, PASSWORD = "balie", "een-geheim-wachtwoord"


class MailServer:
    """Takes mail on a free port.

    Attributes:
        received: every mail that was accepted, in order, also the same one twice.
        recipients: the envelope's recipients, likewise.
        answer_to_recipient: the reply to RCPT, e.g. `451 later`; None accepts.
        cut_after_data: accept the mail and close the connection instead of saying so.
    """

    def __init__(self, certificate: Certificate | None = None, security: str = "none") -> None:
        """Listen.

        Args:
            certificate: for TLS.
            security: `none`, `starttls` (demanded) or `tls` (from the first byte).
        """
        self.received: list[EmailMessage] = []
        self.recipients: list[list[str]] = []
        self.answer_to_recipient: str | None = None
        self.cut_after_data = False
        context = certificate.context() if certificate else None
        options: dict[str, Any] = {"hostname": "127.0.0.1", "port": 0}
        if security == "tls":
            options["ssl_context"] = context
        elif security == "starttls":
            options |= {"tls_context": context, "require_starttls": True, "authenticator": self._log_in}
        self._controller = _AnyPort(self, **options)
        self._controller.start()
        assert self._controller.server is not None
        self.port: int = self._controller.server.sockets[0].getsockname()[1]

    def stop(self) -> None:
        """Stop listening; again does nothing."""
        if not self._controller.loop.is_closed():
            self._controller.stop()

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Hook of aiosmtpd."""
        if self.answer_to_recipient:
            return self.answer_to_recipient
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Hook of aiosmtpd."""
        content = envelope.content
        assert isinstance(content, bytes)
        self.received.append(
            email.message_from_bytes(content, _class=EmailMessage, policy=email.policy.default)
        )
        self.recipients.append(list(envelope.rcpt_tos))
        if self.cut_after_data:
            assert server.transport is not None
            server.transport.abort()
        return "250 OK"

    @staticmethod
    def _log_in(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        is_right = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=is_right, handled=False)


class _AnyPort(Controller):
    """aiosmtpd tries its own port after starting, which must be known by then."""

    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


class Certificate:
    """A self-made certificate for 127.0.0.1 and localhost.

    Attributes:
        file: PEM, for `SSL_CERT_FILE` of whoever must trust it.
    """

    def __init__(self, folder: Path) -> None:
        """Make it with openssl."""
        self.file, self._key = folder / "certificate.pem", folder / "key.pem"
        names = "subjectAltName=DNS:localhost,IP:127.0.0.1"
        command = [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
        ]
        options = ["-keyout", str(self._key), "-out", str(self.file), "-days", "2", "-subj", "/CN=localhost"]
        subprocess.run([*command, *options, "-addext", names], check=True, capture_output=True)

    def context(self) -> ssl.SSLContext:
        """For a server."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.file, self._key)
        return context
