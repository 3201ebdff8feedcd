"""Encryption and login: only the right server gets a letter, and nobody sees the password."""

import asyncio
import base64
from pathlib import Path
from typing import Any

import pytest

from cases.vocabulary.errors import MailUnavailable, SettingsFault
from cases.vocabulary.values import Envelope
from integrations.mail.smtp import SmtpSettings, SmtpTransport, TlsMode
from tests.mail.certificates import Certificates, make_certificates
from tests.mail.mail_servers import (
    HOST,
    PASSWORD,
    Friendly,
    KnowsPassword,
    mail_server,
    server_context,
)

LETTER = Envelope(
    message_id="<1@haidian.example>",
    sender="desk@haidian.example",
    recipient="office@shunqing.example",
    content=b"Subject: synthetic\r\n\r\nsynthetic\r\n",
)


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("certificates"), HOST)


@pytest.fixture(scope="module")
def strangers(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """An authority that knows nothing of our server."""
    return make_certificates(tmp_path_factory.mktemp("strangers"), HOST)


def encryption(mode: TlsMode, certificates: Certificates) -> dict[str, Any]:
    """Return what the server needs for the mode."""
    context = server_context(str(certificates.server), str(certificates.server_key))
    if mode is TlsMode.TLS:
        return {"ssl_context": context}
    return {"tls_context": context, "require_starttls": True}


def settings(port: int, mode: TlsMode, **more: Any) -> SmtpSettings:
    return SmtpSettings(host=HOST, port=port, tls=mode, timeout=5, **more)


def send(chosen: SmtpSettings) -> str:
    async def conversation() -> str:
        transport = SmtpTransport(chosen)
        try:
            return await transport.send(LETTER)
        except MailUnavailable as refusal:
            return f"MailUnavailable: {refusal}"
        finally:
            await transport.close()

    return asyncio.run(conversation())


both_modes = pytest.mark.parametrize("mode", [TlsMode.STARTTLS, TlsMode.TLS])


@both_modes
def test_a_server_that_our_authority_vouches_for_gets_the_letter(
    mode: TlsMode, certificates: Certificates
) -> None:
    server = Friendly()
    with mail_server(server, **encryption(mode, certificates)) as port:
        assert send(settings(port, mode, ca_file=certificates.authority)).startswith("2.0.0 OK")
    assert len(server.letters) == 1


@both_modes
def test_a_server_that_nobody_vouches_for_gets_nothing(
    mode: TlsMode, certificates: Certificates, strangers: Certificates
) -> None:
    server = Friendly()
    with mail_server(server, **encryption(mode, certificates)) as port:
        for trusted in (None, strangers.authority):
            line = send(settings(port, mode, ca_file=trusted))
            assert line.startswith("MailUnavailable: ")
            assert "does not prove that it is the right one" in line
            assert "certificate verify failed" in line
    assert server.letters == []


@both_modes
def test_a_server_of_another_name_gets_nothing(mode: TlsMode, certificates: Certificates) -> None:
    server = Friendly()
    with mail_server(server, **encryption(mode, certificates)) as port:
        elsewhere = SmtpSettings(
            host="localhost", port=port, tls=mode, ca_file=certificates.authority, timeout=5
        )
        assert "does not prove that it is the right one" in send(elsewhere)
    assert server.letters == []


@both_modes
def test_checking_can_be_switched_off_by_name_only(
    mode: TlsMode, certificates: Certificates
) -> None:
    assert SmtpSettings(host=HOST, port=25).verify_certificates
    server = Friendly()
    with mail_server(server, **encryption(mode, certificates)) as port:
        assert send(settings(port, mode, verify_certificates=False)).startswith("2.0.0 OK")


def test_a_server_without_encryption_gets_nothing_when_encryption_is_set() -> None:
    server = Friendly()
    with mail_server(server) as port:
        line = send(settings(port, TlsMode.STARTTLS))
        assert "cannot be used with these settings: SMTP STARTTLS extension not supported" in line
        assert "does not prove" in send(settings(port, TlsMode.TLS))
    assert server.letters == []


def test_a_certificate_file_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(SettingsFault, match="no file"):
        settings(25, TlsMode.TLS, ca_file=tmp_path / "gone.pem")


def test_a_certificate_file_without_certificates_is_for_later(tmp_path: Path) -> None:
    """The file may be mended without a restart."""
    (tmp_path / "empty.pem").write_text("no certificate here")
    line = send(settings(25, TlsMode.TLS, ca_file=tmp_path / "empty.pem"))
    assert line.startswith("MailUnavailable: ")


def login(password: str, certificates: Certificates, **options: Any) -> tuple[str, Friendly]:
    server = Friendly()
    options = {**encryption(TlsMode.STARTTLS, certificates), "auth_required": True, **options}
    with mail_server(server, authenticator=KnowsPassword(), **options) as port:
        chosen = settings(
            port,
            TlsMode.STARTTLS,
            ca_file=certificates.authority,
            username="hancha",
            password=password,
        )
        return send(chosen), server


def test_the_right_password_lets_the_letter_in(certificates: Certificates) -> None:
    words, server = login(PASSWORD, certificates)
    assert words.startswith("2.0.0 OK")
    assert len(server.letters) == 1


def test_a_wrong_password_waits_for_our_settings_and_is_not_shown(
    certificates: Certificates,
) -> None:
    line, server = login("wrong-secret", certificates)
    assert line.startswith("MailUnavailable: ")
    assert "refuses our login: 535 5.7.8 Authentication credentials invalid" in line
    assert "wrong-secret" not in line
    assert server.letters == []


class Echoes(Friendly):
    """Says the password back, plainly and as it came."""

    async def auth_PLAIN(self, server: Any, words: list[str]) -> Any:  # noqa: N802
        password = base64.b64decode(words[1]).split(b"\0")[2].decode()
        encoded = base64.b64encode(password.encode()).decode()
        await server.push(f"535 5.7.8 Wrong: {words[1]} is {password} or {encoded}")
        return None


def test_a_password_that_the_server_says_back_is_blotted_out(certificates: Certificates) -> None:
    server = Echoes()
    with mail_server(
        server,
        **encryption(TlsMode.STARTTLS, certificates),
        auth_exclude_mechanism=["LOGIN"],
    ) as port:
        line = send(
            settings(
                port,
                TlsMode.STARTTLS,
                ca_file=certificates.authority,
                username="hancha",
                password="wrong-secret",
            )
        )
    assert "refuses our login: 535" in line
    assert "***" in line
    assert "wrong-secret" not in line
    for form in ("wrong-secret", "\0hancha\0wrong-secret"):
        assert base64.b64encode(form.encode()).decode() not in line


def test_a_server_that_wants_no_login_says_so() -> None:
    server = Friendly()
    with mail_server(server) as port:
        line = send(settings(port, TlsMode.NONE, username="hancha", password=PASSWORD))
    assert "cannot be used with these settings: The SMTP AUTH extension is not supported" in line
    assert PASSWORD not in line
