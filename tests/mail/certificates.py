"""Certificates made for one test run."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID


@dataclass(frozen=True)
class Certificates:
    """Files in PEM: an authority, and a server on this machine that it vouches for."""

    authority: Path
    server: Path
    server_key: Path


def make_certificates(folder: Path, address: str) -> Certificates:
    """Write an authority and a server certificate for the IP address."""
    authority_key, server_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    authority_certificate = (
        _builder("Synthetic authority", authority_key, signed_with=authority_key)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_SIGNS_CERTIFICATES, critical=True)
        .sign(authority_key, hashes.SHA256())
    )
    server_certificate = (
        _builder("Synthetic mail server", server_key, signed_with=authority_key)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))]), critical=False
        )
        .sign(authority_key, hashes.SHA256())
    )
    files = Certificates(
        folder / "authority.pem", folder / "mail-server.pem", folder / "mail-server.key"
    )
    files.authority.write_bytes(authority_certificate.public_bytes(Encoding.PEM))
    files.server.write_bytes(server_certificate.public_bytes(Encoding.PEM))
    files.server_key.write_bytes(
        server_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    return files


def _builder(
    subject: str,
    key: ec.EllipticCurvePrivateKey,
    *,
    signed_with: ec.EllipticCurvePrivateKey,
) -> x509.CertificateBuilder:
    """Begin a certificate of the authority's with the key identifiers of RFC 5280, 4.2.1.1 and 2.

    Python asks for them since 3.13.
    """
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Synthetic authority")]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signed_with.public_key()),
            critical=False,
        )
    )


_SIGNS_CERTIFICATES = x509.KeyUsage(
    digital_signature=False,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=True,
    crl_sign=True,
    encipher_only=False,
    decipher_only=False,
)
