"""Our mail signed with our domain's key (DKIM, RFC 6376), so that others can trust its sender."""

import asyncio
from dataclasses import dataclass, field, replace
from pathlib import Path

import dkim

from cases.ports import MailTransport
from cases.vocabulary.errors import SettingsFault
from cases.vocabulary.values import Envelope

#: Signed whether they are there or not, so that nobody can add one (RFC 6376, 5.4.1).
SIGNED = (
    *(b"from", b"to", b"subject", b"date", b"message-id", b"reply-to", b"in-reply-to"),
    *(b"references", b"auto-submitted", b"mime-version", b"content-type"),
)


@dataclass(frozen=True, slots=True)
class DkimKey:
    """The domain's RSA key and its name in the DNS. Raises SettingsFault if it cannot be used."""

    domain: str
    selector: str
    file: Path | None
    _pem: bytes = field(init=False, repr=False, default=b"")

    def __post_init__(self) -> None:
        if not self.selector or self.file is None:
            raise SettingsFault("DKIM: HANCHA_DKIM_SELECTOR and HANCHA_DKIM_KEY_FILE are needed")
        try:
            pem = self.file.read_bytes()
        except OSError as fault:
            raise SettingsFault(f"DKIM: {self.file} cannot be read: {fault.strerror}") from fault
        object.__setattr__(self, "_pem", pem)
        self.sign(b"From: a@b.example\r\n\r\n\r\n")

    def sign(self, message: bytes) -> bytes:
        """Return the message with its signature before it. Raises SettingsFault."""
        try:
            header: bytes = dkim.sign(
                message,
                self.selector.encode("idna"),
                self.domain.encode("idna"),
                self._pem,
                canonicalize=(b"relaxed", b"simple"),
                include_headers=list(SIGNED),
            )
        except Exception as fault:  # Keys are read by code that raises all sorts of things.
            raise SettingsFault(f"DKIM: {self.file} is no RSA key that can sign") from fault
        return header + message


class SigningTransport:
    """Signs each message when it leaves; the frozen bytes, and its Message-ID, stay as they are."""

    def __init__(self, transport: MailTransport, key: DkimKey) -> None:
        self._transport, self._key = transport, key

    async def send(self, envelope: Envelope) -> str:
        """Sign the letter and send it as the inner transport does."""
        signed = await asyncio.to_thread(self._key.sign, envelope.content)
        return await self._transport.send(replace(envelope, content=signed))

    async def close(self) -> None:
        """Close the inner transport."""
        await self._transport.close()
