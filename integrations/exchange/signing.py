"""Signed documents: exact bytes of JSON with an Ed25519 signature over them (RFC 8032)."""

import base64
import binascii
from collections.abc import Sequence
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pydantic import BaseModel, ConfigDict, ValidationError

from cases.store.tables.exchange import PartnerKey
from cases.vocabulary.errors import DiskFault, InvalidValue, SettingsFault
from integrations.durable_files import write_durably
from integrations.exchange.forms import FORMAT


class SignedDocument(BaseModel):
    """What lies in a file; the signature is over the format's name, a line end and the content."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: str
    key: str  #: The public key, base64; it proves nothing unless the receiver trusts it.
    signature: str
    content: str  #: JSON text, signed as it stands here.


class OwnKey:
    """The key that this installation signs with, in a file of its data folder."""

    def __init__(self, home: Path) -> None:
        self._file = home / "exchange.key"

    def public(self) -> str:
        """Return the public key, base64; the first call makes the pair. Raises SettingsFault."""
        raw = self._private().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return base64.b64encode(raw).decode()

    def rotate(self) -> str:
        """Make a new pair in place of the old one and return its public key. Raises DiskFault."""
        self._make()
        return self.public()

    def sign(self, content: str) -> bytes:
        """Return a signed document as bytes."""
        signature = base64.b64encode(self._private().sign(_signed(content))).decode()
        document = SignedDocument(
            format=FORMAT, key=self.public(), signature=signature, content=content
        )
        return document.model_dump_json().encode()

    def _private(self) -> Ed25519PrivateKey:
        if not self._file.exists():
            self._make()
        try:
            if self._file.stat().st_mode & 0o077:
                raise SettingsFault(f"{self._file} may be read by others; chmod 600 it")
            return Ed25519PrivateKey.from_private_bytes(base64.b64decode(self._file.read_bytes()))
        except (OSError, ValueError, binascii.Error) as fault:
            raise SettingsFault(f"{self._file} holds no key of the exchange: {fault}") from fault

    def _make(self) -> None:
        raw = base64.b64encode(Ed25519PrivateKey.generate().private_bytes_raw())
        try:
            write_durably(self._file, raw, self._file.parent)
        except OSError as fault:
            raise DiskFault(f"{self._file} cannot be written: {fault.strerror}") from fault


def proved(document: bytes, trusted: Sequence[PartnerKey]) -> str:
    """Return the content of a signed document. Raises InvalidValue unless a trusted key did it."""
    try:
        read = SignedDocument.model_validate_json(document)
        signature = base64.b64decode(read.signature, validate=True)
    except (ValidationError, ValueError) as fault:
        raise InvalidValue("this is no signed document of the exchange") from fault
    if read.format != FORMAT:
        raise InvalidValue(f"the format {read.format[:40]!r} is not known here; {FORMAT} is")
    for key in trusted:
        public = Ed25519PublicKey.from_public_bytes(base64.b64decode(key.public_key))
        try:
            public.verify(signature, _signed(read.content))
        except InvalidSignature:
            continue
        return read.content
    raise InvalidValue("the signature is not by a key that is trusted here")


def _signed(content: str) -> bytes:
    return f"{FORMAT}\n{content}".encode()
