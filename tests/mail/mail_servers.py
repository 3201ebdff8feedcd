"""Real mail servers on the loopback, each with its own temper."""

# The names and the arguments of `handle_EHLO` and so on are aiosmtpd's.
# ruff: noqa: ARG002, N802

import asyncio
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

HOST = "127.0.0.1"
PASSWORD = "correct horse 密码"


class Friendly:
    """Takes every letter and keeps it."""

    def __init__(self) -> None:
        self.letters: list[tuple[str, str, bytes]] = []
        self.sessions: set[int] = set()
        self.greetings: list[str] = []
        self._open: list[Session] = []  # Keeps ids from being used again.

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, name: str, answers: list[str]
    ) -> list[str]:
        self._open.append(session)
        self.sessions.add(id(session))
        self.greetings.append(name)
        session.host_name = name
        return answers

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert envelope.mail_from is not None
        assert isinstance(envelope.content, bytes)
        (recipient,) = envelope.rcpt_tos
        self.letters.append((envelope.mail_from, recipient, envelope.content))
        return f"250 2.0.0 OK queued as {len(self.letters)}"


class RefusesUnknown(Friendly):
    """Knows nobody called "nobody"."""

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.startswith("nobody@"):
            return "550 5.1.1 No such office here"
        envelope.rcpt_tos.append(address)
        return "250 OK"


class Greylists(Friendly):
    """Wants to be asked twice."""

    def __init__(self) -> None:
        super().__init__()
        self.attempts = 0

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.attempts += 1
        if self.attempts == 1:
            return "451 4.7.1 Greylisted, come back in a minute"
        envelope.rcpt_tos.append(address)
        return "250 OK"


class Says(Friendly):
    """Answers the letter itself with a fixed line."""

    def __init__(self, answer: str) -> None:
        super().__init__()
        self.answer = answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        await super().handle_DATA(server, session, envelope)
        return self.answer


class SaysOfSender(Friendly):
    """Answers the sender line with a fixed line."""

    def __init__(self, answer: str) -> None:
        super().__init__()
        self.answer = answer

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        return self.answer


class HangsUpAfterData(Friendly):
    """Takes the letter and cuts the line before it says so."""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = await super().handle_DATA(server, session, envelope)
        if len(self.letters) == 1:
            assert server.transport is not None
            server.transport.abort()
            await asyncio.Event().wait()  # The handler ends with its connection.
        return answer


class HangsUpWhenIdle(Friendly):
    """Takes a letter, says so, and cuts the line a moment later."""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        transport = server.transport
        assert transport is not None
        asyncio.get_running_loop().call_later(0.05, transport.abort)
        return await super().handle_DATA(server, session, envelope)


class OneLetterEach(Friendly):
    """Takes one letter on a connection, and says so on the second."""

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if getattr(session, "had_its_letter", False):
            return "421 4.7.0 Only one letter on a connection"
        session.had_its_letter = True  # type: ignore[attr-defined]
        envelope.mail_from = address
        return "250 OK"


class FallsSilent(Friendly):
    """Takes the first letter and says nothing for as long as anybody waits."""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = await super().handle_DATA(server, session, envelope)
        if len(self.letters) == 1:
            await asyncio.sleep(5)
        return answer


class KnowsPassword:
    """Lets in the user "hancha" with the right password."""

    def __init__(self) -> None:
        self.logins: list[bytes] = []

    def __call__(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.logins.append(data.login)
        is_right = (data.login, data.password) == (b"hancha", PASSWORD.encode("utf-8"))
        return AuthResult(success=is_right, handled=False)


@contextmanager
def mail_server(handler: Friendly, *, port: int = 0, **options: Any) -> Iterator[int]:
    """Run the server in a thread of its own and give its port."""
    controller = Controller(
        handler, hostname=HOST, port=port or free_port(), server_hostname="mail.example", **options
    )
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
        assert isinstance(port, int)
        return port


def server_context(certificate: str, key: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context
