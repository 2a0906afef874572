"""Owns a real SMTP server on loopback for tests: it keeps what it takes, and answers as it is told."""

from __future__ import annotations

import asyncio
import contextlib
import email
import ssl
import warnings
from email.message import EmailMessage
from email.policy import default
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

from aiosmtpd.smtp import SMTP, AuthResult


class Mailbox:
    """What the server took, and what it answers to each recipient (an SMTP reply); accepted when not named."""

    def __init__(self) -> None:
        self.url = ""
        self.mails: list[EmailMessage] = []
        self.envelopes: list[tuple[str, list[str]]] = []
        self.answers: dict[str, str] = {}
        self.logins: list[tuple[bytes, bytes]] = []
        self.came = asyncio.Event()

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802  aiosmtpd's name
        """A recipient is named."""
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802  the same
        """A mail comes."""
        self.mails.append(email.message_from_bytes(envelope.original_content, policy=default))
        self.envelopes.append((envelope.mail_from, envelope.rcpt_tos))
        self.came.set()
        return self.answers.get("data", "250 kept")

    async def arrived(self, count: int = 1, within_s: float = 10.0) -> list[EmailMessage]:
        """The mails, once there are so many."""
        async with asyncio.timeout(within_s):
            while len(self.mails) < count:
                self.came.clear()
                await self.came.wait()
        return self.mails

    def to(self, address: str) -> list[EmailMessage]:
        """What came for an address."""
        return [one for one in self.mails if one["To"] == address]


@contextlib.asynccontextmanager
async def mailbox(
    *, tls: ssl.SSLContext | None = None, secret: tuple[bytes, bytes] | None = None
) -> AsyncIterator[Mailbox]:
    """A running server; with `tls` it offers STARTTLS and wants it, with `secret` it wants that login."""
    box = Mailbox()

    def authenticate(_server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
        box.logins.append((given.login, given.password))
        return AuthResult(success=(given.login, given.password) == secret, handled=False)

    def talk() -> SMTP:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that a login is wanted without TLS is the test's own wish
            return SMTP(
                box,
                hostname="mail.test",
                tls_context=tls,
                require_starttls=tls is not None,
                authenticator=authenticate if secret else None,
                auth_required=secret is not None,
                auth_require_tls=False,
            )

    server = await asyncio.get_running_loop().create_server(talk, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    box.url = f"127.0.0.1:{port}"
    try:
        yield box
    finally:
        server.close()
        await server.wait_closed()
