"""What is around the database: disk, Prefect, the mail server, the letters, the scanner."""

import base64
import shutil
import smtplib
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from cases.vocabulary.errors import CaseError, SystemFault
from cases.vocabulary.status import LetterKind
from integrations.cli.checks import Finding, Level
from integrations.cli.checks_of_scans import check_scan_folder
from integrations.cli.checks_of_seals import check_seal
from integrations.cli.premises import Premises
from integrations.keys.ring import read_ring
from integrations.letters.printer import TypstPrinter
from integrations.mail_round import imap_settings
from integrations.mailbox import imap
from integrations.settings import Settings
from integrations.tls import TlsMode

PATIENCE_SECONDS = 3.0
MEBIBYTE = 1024 * 1024
WARN_FREE, BAD_FREE = 1024 * MEBIBYTE, 128 * MEBIBYTE


def check_world(premises: Premises) -> Iterator[Finding]:
    """Yield every finding; none of them writes anything."""
    settings = premises.settings
    yield _disk(settings.home)
    yield _keys(premises)
    yield _prefect(settings)
    yield _mail(settings)
    yield _mailbox(settings)
    yield _letters(settings)
    yield check_scan_folder(settings.scan_folder)
    yield check_seal(settings, premises.clock.now())


def _keys(premises: Premises) -> Finding:
    source = premises.protection.keys.source
    try:
        content = source.read()
        if content is None:
            return Finding(
                "keys", "密钥", Level.OK, f"none yet; the first use makes {source.where}"
            )
        ring = read_ring(content, source.where)
    except SystemFault as fault:
        return Finding("keys", "密钥", Level.BAD, str(fault))
    current = ring.current
    if not current.is_spread:
        unfinished = f"key {current.version} is not on everything yet: hancha keys rotate"
        return Finding("keys", "密钥", Level.WARN, unfinished, current.version)
    detail = f"{len(ring.keys)}, the current one of {current.made_at:%Y-%m-%d}"
    return Finding("keys", "密钥", Level.OK, detail, current.version)


def _disk(home: Path) -> Finding:
    there = next(folder for folder in (home, *home.parents) if folder.exists())
    try:
        free = shutil.disk_usage(there).free
    except OSError as fault:
        return Finding("disk", "磁盘", Level.BAD, f"{there}: {fault.strerror}")
    level = Level.BAD if free < BAD_FREE else Level.WARN if free < WARN_FREE else Level.OK
    return Finding("disk", "磁盘", level, f"{free // MEBIBYTE:,} MiB free in {there}", free)


def _prefect(settings: Settings) -> Finding:
    """Prefect asks for the password made by `prefect_environment`; any answer means it is there."""
    url = f"{settings.prefect_api_url}/health"
    try:
        request = urllib.request.Request(url, headers=_credentials(settings.prefect_home))
        with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as reply:
            is_well = reply.status == 200
    except urllib.error.HTTPError as refused:
        refused.close()
        detail = f"{settings.prefect_api_url} answers {refused.code}"
        level = Level.WARN if refused.code in (401, 403) else Level.BAD
        return Finding("prefect", "Prefect", level, detail, refused.code)
    except (OSError, ValueError) as fault:
        reason = getattr(fault, "reason", fault)
        detail = f"{settings.prefect_api_url} does not answer ({reason}): hancha up"
        return Finding("prefect", "Prefect", Level.BAD, detail)
    level = Level.OK if is_well else Level.BAD
    return Finding("prefect", "Prefect", level, f"{settings.prefect_api_url} answers")


def _credentials(prefect_home: Path) -> dict[str, str]:
    try:
        password = (prefect_home / "password").read_bytes()
    except OSError:
        return {}
    return {"Authorization": f"Basic {base64.b64encode(password).decode('ascii')}"}


def _mail(settings: Settings) -> Finding:
    """Greet the mail server; no mail is sent and nobody signs in."""
    if not settings.smtp_host:
        detail = f"no server is set; mail stays in {settings.maildir}"
        return Finding("mail_server", "邮件服务器", Level.OK, detail)
    where = f"{settings.smtp_host}:{settings.smtp_port}"
    is_tls = settings.smtp_tls is TlsMode.TLS
    kind = smtplib.SMTP_SSL if is_tls else smtplib.SMTP
    try:
        with kind(settings.smtp_host, settings.smtp_port, timeout=PATIENCE_SECONDS) as server:
            code, words = server.ehlo()
    except (OSError, ValueError, OverflowError, smtplib.SMTPException) as fault:
        detail = f"{where} does not answer ({fault}); mail waits and is tried again"
        return Finding("mail_server", "邮件服务器", Level.BAD, detail)
    detail = f"{where} answers {code} {words.decode('utf-8', 'replace').splitlines()[0]}"
    level = Level.OK if 200 <= code < 300 else Level.BAD
    return Finding("mail_server", "邮件服务器", level, detail, code)


def _mailbox(settings: Settings) -> Finding:
    """Sign in to the mailbox; nothing is read."""
    if not settings.imap_host:
        return Finding("mailbox", "邮箱", Level.OK, "none is set; replies by mail are typed in")
    try:
        there = imap_settings(settings)
        with imap.opened(replace(there, timeout=PATIENCE_SECONDS)) as session:
            waiting = len(session.waiting())
    except (SystemFault, CaseError) as fault:
        return Finding("mailbox", "邮箱", Level.BAD, f"{fault}; nothing is urged meanwhile")
    return Finding("mailbox", "邮箱", Level.OK, f"{there.server}, {waiting} waiting", waiting)


def _letters(settings: Settings) -> Finding:
    """Read every template in every language; a broken one would refuse each case that needs it."""
    try:
        printer = TypstPrinter(templates=settings.templates, fonts=settings.fonts)
        read = [
            printer.shelf.template(kind, language)
            for kind in LetterKind
            for language in printer.languages(kind)
        ]
    except (CaseError, SystemFault) as broken:
        return Finding("letters", "函件模板", Level.BAD, str(broken))
    return Finding("letters", "函件模板", Level.OK, f"{len(read)} templates can be read", len(read))
