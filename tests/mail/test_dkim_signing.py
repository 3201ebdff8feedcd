"""Our mail is signed by our domain's key, where the settings say so; its frozen bytes stay."""

import asyncio
import base64
from pathlib import Path

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from cases.vocabulary.errors import SettingsFault
from cases.vocabulary.values import Envelope
from integrations.mail.dkim_signing import DkimKey, SigningTransport
from tests.outside_world import KeptMail

MESSAGE = (
    b"From: hancha@office.example\r\nTo: yz@office.example\r\nSubject: =?utf-8?b?5Y2P5p+l5Ye9?=\r\n"
    b"Message-ID: <1@office.example>\r\nDate: Mon, 02 Mar 2026 09:00:00 +0800\r\n\r\nbody\r\n"
)


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65_537, 2_048)


@pytest.fixture
def key_file(key: rsa.RSAPrivateKey, tmp_path: Path) -> Path:
    path = tmp_path / "dkim.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        )
    )
    return path


def is_signed(message: bytes, key: rsa.RSAPrivateKey) -> bool:
    """Say what a receiving server finds, with the record that the DNS would give it."""
    public = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    record = b"v=DKIM1; k=rsa; p=" + base64.b64encode(public)

    def ask(name: bytes, timeout: int = 5) -> bytes:
        del timeout
        assert name == b"mail._domainkey.office.example."
        return record

    return bool(dkim.verify(message, dnsfunc=ask))


def test_what_leaves_is_signed_and_a_change_breaks_the_signature(
    key: rsa.RSAPrivateKey, key_file: Path
) -> None:
    inner = KeptMail()
    signing = SigningTransport(inner, DkimKey("office.example", "mail", key_file))
    envelope = Envelope("<1@office.example>", "hancha@office.example", "yz@office.example", MESSAGE)
    asyncio.run(signing.send(envelope))
    (sent,) = inner.accepted
    assert sent.content.endswith(MESSAGE)
    assert is_signed(sent.content, key)
    assert not is_signed(sent.content.replace(b"body", b"b0dy"), key)
    assert not is_signed(sent.content.replace(b"yz@office", b"xx@office"), key)
    assert not is_signed(b"Reply-To: evil@x.example\r\n" + sent.content, key)


@pytest.mark.parametrize("content", [b"", b"no key", None], ids=["empty", "no key", "missing"])
def test_a_key_that_cannot_sign_is_found_before_a_letter_leaves(
    content: bytes | None, tmp_path: Path
) -> None:
    path = tmp_path / "bad.pem"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SettingsFault, match=r"bad\.pem"):
        DkimKey("office.example", "mail", path)


def test_a_domain_without_selector_or_key_is_refused() -> None:
    with pytest.raises(SettingsFault, match="HANCHA_DKIM_SELECTOR"):
        DkimKey("office.example", "", None)
