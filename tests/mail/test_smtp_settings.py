"""Settings of the mail server: what cannot work is refused before a letter is written."""

from typing import Any

import pytest

from cases.vocabulary.errors import SettingsFault
from integrations.mail.smtp import SmtpSettings, TlsMode

NOT_SETTINGS: dict[str, dict[str, Any]] = {
    "A server needs a name": {"host": ""},
    "A name has no blanks": {"host": "mail example"},
    "A name has no line breaks": {"host": "mail.example\r\n"},
    "A port is a number up to 65535": {"port": 70_000},
    "A port is at least 1": {"port": 0},
    "A timeout is longer than nothing": {"timeout": 0},
    "Letters do not travel unencrypted to another machine": {"tls": TlsMode.NONE},
    "Nor to an address elsewhere": {"host": "192.0.2.1", "tls": TlsMode.NONE},
    "A password needs a user name": {"password": "secret"},
}


@pytest.mark.parametrize("changes", NOT_SETTINGS.values(), ids=NOT_SETTINGS.keys())
def test_settings_that_cannot_be_used(changes: dict[str, Any]) -> None:
    with pytest.raises(SettingsFault, match=r"^mail server: "):
        SmtpSettings(**{"host": "mail.example", "port": 587, **changes})


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.8.8", "::1"])
def test_this_machine_may_be_spoken_to_plainly_when_that_is_set(host: str) -> None:
    assert SmtpSettings(host=host, port=25, tls=TlsMode.NONE).is_on_this_machine
    assert SmtpSettings(host=host, port=25).tls is TlsMode.STARTTLS


def test_the_password_is_not_shown_with_the_settings() -> None:
    settings = SmtpSettings(host="mail.example", port=587, username="hancha", password="secret")
    assert "secret" not in repr(settings)
