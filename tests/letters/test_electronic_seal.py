"""The electronic seal, checked by pyHanko's own validation: whole, unchanged, by whom."""

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from cryptography.x509.oid import NameOID
from pydantic import SecretStr
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from cases.vocabulary.errors import SettingsFault
from cases.vocabulary.values import LetterContent
from integrations.cli.checks import Level
from integrations.cli.checks_of_seals import check_seal
from integrations.letters import TypstPrinter
from integrations.sealing.pkcs12 import Pkcs12Seal
from integrations.settings import Settings

HOLDER = "示例市甲区新桥街道办事处（样例印章）"
MADE = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture(scope="module")
def certificate_and_seal(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, Pkcs12Seal]:
    """Return a synthetic certificate in DER, and the seal with its key."""
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOLDER)])
    usage = x509.KeyUsage(True, True, *[False] * 7)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), 7)
        .not_valid_before(MADE - timedelta(days=1))
        .not_valid_after(MADE + timedelta(days=365))
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("seal") / "seal.p12"
    secret = BestAvailableEncryption(b"open sesame")
    file.write_bytes(pkcs12.serialize_key_and_certificates(b"seal", key, made, None, secret))
    return made.public_bytes(Encoding.DER), Pkcs12Seal(file, SecretStr("open sesame"))


@pytest.fixture(scope="module")
def letter(printer: TypstPrinter, samples: dict[str, LetterContent]) -> bytes:
    """Return a letter before its seal."""
    return printer.render(samples["request-zh"]).pdf


def verified(sealed: bytes, certificate: bytes):  # type: ignore[no-untyped-def]
    """Return what pyHanko finds, trusting the seal's own certificate alone."""
    (signature,) = PdfFileReader(io.BytesIO(sealed)).embedded_signatures
    trusted = ValidationContext(trust_roots=[asn1.Certificate.load(certificate)])
    return validate_pdf_signature(signature, trusted)


def test_the_sealed_letter_is_valid_trusted_and_names_its_holder(
    certificate_and_seal: tuple[bytes, Pkcs12Seal], letter: bytes
) -> None:
    certificate, seal = certificate_and_seal
    sealed = seal.seal(letter, at=MADE)
    assert (sealed.by, sealed.at) == (HOLDER, MADE)
    assert sealed.content.startswith(letter), "the letter itself is not touched"
    found = verified(sealed.content, certificate)
    assert found.bottom_line
    assert found.coverage.name == "ENTIRE_FILE"
    (signature,) = PdfFileReader(io.BytesIO(sealed.content)).embedded_signatures
    assert signature.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"


def test_one_changed_byte_breaks_the_seal(
    certificate_and_seal: tuple[bytes, Pkcs12Seal], letter: bytes
) -> None:
    certificate, seal = certificate_and_seal
    sealed = bytearray(seal.seal(letter, at=MADE).content)
    place = sealed.index(b"/Producer") if b"/Producer" in sealed else 20
    sealed[place] ^= 1
    found = verified(bytes(sealed), certificate)
    assert not found.intact
    assert not found.bottom_line


def test_no_picture_of_a_seal_is_drawn(
    certificate_and_seal: tuple[bytes, Pkcs12Seal], letter: bytes
) -> None:
    sealed = certificate_and_seal[1].seal(letter, at=MADE).content
    (signature,) = PdfFileReader(io.BytesIO(sealed)).embedded_signatures
    assert [float(each) for each in signature.sig_field["/Rect"]] == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("days", "why"), [(-2, "is valid from"), (400, "is valid from")], ids=["too early", "expired"]
)
def test_a_certificate_out_of_its_time_seals_nothing(
    certificate_and_seal: tuple[bytes, Pkcs12Seal], letter: bytes, days: int, why: str
) -> None:
    with pytest.raises(SettingsFault, match=why):
        certificate_and_seal[1].seal(letter, at=MADE + timedelta(days=days))


def test_a_key_that_cannot_be_read_is_named(
    certificate_and_seal: tuple[bytes, Pkcs12Seal], tmp_path: Path
) -> None:
    file = certificate_and_seal[1].file
    (tmp_path / "text.p12").write_text("no key")
    for seal, why in (
        (Pkcs12Seal(file, SecretStr("wrong")), "password is another"),
        (Pkcs12Seal(tmp_path / "text.p12", SecretStr("")), "no PKCS#12 file"),
        (Pkcs12Seal(tmp_path / "gone.p12", SecretStr("")), "gone.p12: No such file"),
    ):
        with pytest.raises(SettingsFault, match=why):
            seal.seal(b"%PDF", at=MADE)


def test_the_doctor_says_whose_seal_it_is_and_until_when(
    certificate_and_seal: tuple[bytes, Pkcs12Seal],
) -> None:
    given = {"seal_file": certificate_and_seal[1].file, "seal_password": SecretStr("open sesame")}
    settings = Settings(**given)
    found = [check_seal(settings, MADE + timedelta(days=days)) for days in (0, 350, 366)]
    assert [each.level for each in found] == [Level.OK, Level.WARN, Level.BAD]
    assert HOLDER in found[0].detail
    assert check_seal(Settings(), MADE).level is Level.OK
    wrong = Settings(**{**given, "seal_password": SecretStr("x")})
    assert check_seal(wrong, MADE).level is Level.BAD
