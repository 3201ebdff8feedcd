"""An electronic seal whose key lies in a PKCS#12 file; fits cases.ports.ElectronicSeal."""

from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from pathlib import Path

from cryptography.hazmat.primitives.serialization.pkcs12 import load_key_and_certificates
from cryptography.x509 import Certificate
from cryptography.x509.oid import NameOID
from pydantic import SecretStr

from cases.vocabulary.errors import SettingsFault
from cases.vocabulary.values import SealedPdf


@dataclass(frozen=True, slots=True)
class Pkcs12Seal:
    """Seals letters with a key in a file; it is read each time, so a new one holds at once."""

    file: Path
    password: SecretStr

    def seal(self, pdf: bytes, *, at: datetime) -> SealedPdf:
        """Return the letter with a PAdES signature (ETSI EN 319 142-1, B-B) that nobody sees.

        Raises SettingsFault for a key that cannot be used, or not at that time.
        """
        content, certificate = self._read()
        if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
            raise SettingsFault(
                f"the seal's certificate is valid from {certificate.not_valid_before_utc:%F}"
                f" to {certificate.not_valid_after_utc:%F}"
            )
        holder = holder_of(certificate)
        # pyHanko takes a second to import; only a process that seals pays it.
        sign = import_module("integrations.sealing.pades").sign
        sealed: bytes = sign(pdf, content, self._password, holder)
        return SealedPdf(sealed, holder, at)

    def certificate(self) -> Certificate:
        """Return the seal's certificate. Raises SettingsFault."""
        return self._read()[1]

    @property
    def _password(self) -> bytes | None:
        return self.password.get_secret_value().encode() or None

    def _read(self) -> tuple[bytes, Certificate]:
        try:
            content = self.file.read_bytes()
            key, certificate, _ = load_key_and_certificates(content, self._password)
        except OSError as fault:
            reason = fault.strerror or fault
            raise SettingsFault(f"HANCHA_SEAL_FILE: {self.file}: {reason}") from fault
        except ValueError as fault:
            raise SettingsFault(
                f"HANCHA_SEAL_FILE: {self.file} is no PKCS#12 file, or its password is another"
            ) from fault
        if key is None or certificate is None:
            raise SettingsFault(f"HANCHA_SEAL_FILE: {self.file} holds no key with a certificate")
        return content, certificate


def holder_of(certificate: Certificate) -> str:
    """Return whose seal it is, as its certificate names it."""
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value)[:60] if names else "?"
