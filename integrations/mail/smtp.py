"""Mail through an SMTP server."""

import asyncio
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from aiosmtplib import SMTP, SMTPException, SMTPResponseException

from cases.vocabulary.errors import SettingsFault
from cases.vocabulary.values import Envelope
from integrations.mail.server_words import one_line, refusal_of
from integrations.tls import TlsMode, is_loopback

#: Bytes a second of the slowest line worth waiting for. Ours: RFC 5321, 4.5.3.2 allows minutes
#: for each block, and a letter with a 20 MiB enclosure does not fit into a flat timeout.
_SLOWEST_LINE = 32 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpSettings:
    """Where the mail server is and how we talk to it. Raises SettingsFault.

    With `ca_file` (PEM) only its authorities are trusted, without it the system's. `timeout` is
    in seconds for each step of the conversation. `local_hostname` is our name in EHLO.
    """

    host: str
    port: int
    tls: TlsMode = TlsMode.STARTTLS
    verify_certificates: bool = True
    ca_file: Path | None = None
    username: str = ""
    password: str = field(default="", repr=False)
    timeout: float = 30.0
    local_hostname: str | None = None

    def __post_init__(self) -> None:
        if not self.host or not self.host.isprintable() or " " in self.host:
            raise SettingsFault(f"mail server: {self.host!r} is not a host name")
        if not 1 <= self.port <= 65535:
            raise SettingsFault(f"mail server: port {self.port} is not between 1 and 65535")
        if self.timeout <= 0:
            raise SettingsFault("mail server: the timeout must be more than 0 seconds")
        if self.tls is TlsMode.NONE and not self.is_on_this_machine:
            raise SettingsFault(
                f"mail server: {self.host} is another machine, so letters must be encrypted on the"
                " way; set TLS to starttls or tls"
            )
        if self.password and not self.username:
            raise SettingsFault("mail server: a password is set without a user name")
        if self.ca_file is not None and not self.ca_file.is_file():
            raise SettingsFault(f"mail server: no file {self.ca_file} with certificates")

    @property
    def is_on_this_machine(self) -> bool:
        """Whether the host is plainly a loopback one; no name is looked up."""
        return is_loopback(self.host)

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must not come back in a server's words: the password, and how it was sent."""
        if not self.password:
            return ()
        return (self.password, f"\0{self.username}\0{self.password}")

    @property
    def server(self) -> str:
        """The server as messages name it."""
        return f"mail server {self.host}:{self.port}"


class _Connection(SMTP):
    """Cuts the line when it closes: taking leave of TLS would outlive the event loop."""

    def close(self) -> None:
        """Close the connection."""
        if isinstance(self.transport, asyncio.WriteTransport):
            self.transport.abort()
        super().close()


class SmtpTransport:
    """Hands letters to one SMTP server over one connection, one after the other.

    The connection opens with the first letter, is used again for the next ones, and is replaced
    when it went stale in between. A transport belongs to the event loop of its first letter.
    """

    def __init__(self, settings: SmtpSettings) -> None:
        self._settings = settings
        self._turn = asyncio.Lock()
        self._connection: SMTP | None = None
        self._tls_context: ssl.SSLContext | None = None

    async def send(self, envelope: Envelope) -> str:
        """Return the server's words of acceptance, one line of at most 300 characters.

        Raises RecipientRefused when the server refuses this recipient or this letter for good
        (5xx), and MailUnavailable for everything that another attempt may mend: no connection,
        no trust, a refused login or sender, 4xx, silence. After silence the server may have the
        letter; the next attempt carries the same Message-ID.
        """
        async with self._turn:
            is_on_its_way = False
            try:
                connection = await self._open_envelope(envelope)
                await connection.rcpt(envelope.recipient)
                is_on_its_way = True
                patience = self._settings.timeout + len(envelope.content) / _SLOWEST_LINE
                answer = await connection.data(envelope.content, timeout=patience)
            except (SMTPException, OSError, ValueError) as fault:
                if not isinstance(fault, SMTPResponseException):
                    self._drop()
                # Without the cause: a server may echo the password, and a log prints causes.
                raise refusal_of(
                    fault,
                    self._settings.server,
                    is_on_its_way=is_on_its_way,
                    secrets=self._settings.secrets,
                ) from None
            except BaseException:
                # Cancelled half way: the server's next answer would be taken for the answer to
                # the next letter.
                self._drop()
                raise
            return one_line(answer.message)

    async def close(self) -> None:
        """Take leave of the server; the next letter opens a new connection."""
        async with self._turn:
            if self._connection is not None:
                with suppress(SMTPException, OSError):
                    await self._connection.quit()
            self._drop()

    async def _open_envelope(self, envelope: Envelope) -> SMTP:
        """Return a connection on which the server waits for the recipient.

        A connection from earlier may be gone, or the server may want no more letters on it (421):
        nothing of this letter has been said yet, so a new connection is opened at once.
        """
        if self._connection is not None:
            try:
                await self._connection.rset()
                await _say_sender(self._connection, envelope)
                return self._connection
            except (SMTPException, OSError):
                self._drop()
        self._connection = await self._connect()
        await _say_sender(self._connection, envelope)
        return self._connection

    async def _connect(self) -> SMTP:
        settings = self._settings
        if settings.tls is not TlsMode.NONE and self._tls_context is None:
            self._tls_context = await asyncio.to_thread(_trust, settings)
        connection = _Connection(
            hostname=settings.host,
            port=settings.port,
            username=settings.username or None,
            password=settings.password or None,
            # The library asks the DNS for our own name, which takes seconds where there is none.
            local_hostname=settings.local_hostname
            or ("localhost" if settings.is_on_this_machine else None),
            timeout=settings.timeout,
            use_tls=settings.tls is TlsMode.TLS,
            start_tls=settings.tls is TlsMode.STARTTLS,
            tls_context=self._tls_context,
        )
        await connection.connect()
        return connection

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


async def _say_sender(connection: SMTP, envelope: Envelope) -> None:
    """Open the envelope; a server with a size limit (RFC 1870) hears the size beforehand."""
    if connection.is_ehlo_or_helo_needed:
        await connection.ehlo()
    options = [f"SIZE={len(envelope.content)}"] if connection.supports_extension("size") else []
    await connection.mail(envelope.sender, options=options)


def _trust(settings: SmtpSettings) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=settings.ca_file)
    if not settings.verify_certificates:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
