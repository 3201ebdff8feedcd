"""The office's electronic seal: can its key be read, and how long is its certificate valid."""

from datetime import datetime, timedelta

from cases.vocabulary.errors import SettingsFault
from integrations.cli.checks import Finding, Level
from integrations.sealing.pkcs12 import holder_of
from integrations.settings import Settings
from integrations.wiring import seal_of

SOON = timedelta(days=30)


def check_seal(settings: Settings, now: datetime) -> Finding:
    """Return what is found; the value is the number of days that the certificate is still valid."""
    seal = seal_of(settings)
    if seal is None:
        return _found(Level.OK, "none is set; letters are stamped by hand, if at all")
    try:
        certificate = seal.certificate()
    except SettingsFault as fault:
        return _found(Level.BAD, str(fault))
    until, left = certificate.not_valid_after_utc, certificate.not_valid_after_utc - now
    level = Level.BAD if left < timedelta() else Level.WARN if left < SOON else Level.OK
    return _found(level, f"{holder_of(certificate)}, valid until {until:%F}", left.days)


def _found(level: Level, detail: str, value: int | None = None) -> Finding:
    return Finding("electronic_seal", "电子印章", level, detail, value)
