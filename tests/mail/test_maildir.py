"""Mail without a mail server: each letter once, whole, where a person finds it."""

import asyncio
import errno
import mailbox
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cases.vocabulary.errors import MailUnavailable
from cases.vocabulary.status import LetterKind
from cases.vocabulary.values import Envelope, RenderedLetter
from integrations.mail.addresses import message_id
from integrations.mail.compose import compose
from integrations.mail.maildir import MaildirTransport, kept_mails

PROJECT = Path(__file__).parents[2]


def letter(key: str = "one", recipient: str = "office@shunqing.example") -> Envelope:
    """Return a synthetic letter under the key's message id."""
    id_ = message_id(key, "haidian.example")
    rendered = RenderedLetter(f"协查函 {key}", "请予协助。\n", b"%PDF-1.7 synthetic", pages=1)
    content = compose(
        sender="desk@haidian.example",
        recipient=recipient,
        letter=rendered,
        kind=LetterKind.REQUEST,
        reference="HC-2026-000123-5",
        message_id=id_,
        dated_at=datetime(2026, 3, 2, tzinfo=UTC),
    )
    return Envelope(id_, "desk@haidian.example", recipient, content)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "mail"


def send(folder: Path, *envelopes: Envelope) -> list[str]:
    async def run() -> list[str]:
        transport = MaildirTransport(folder)
        return [await transport.send(envelope) for envelope in envelopes]

    return asyncio.run(run())


def files_in(folder: Path) -> list[str]:
    return sorted(path.parent.name for path in folder.rglob("*") if path.is_file())


def test_a_letter_is_kept_byte_for_byte_where_mail_programs_look(folder: Path) -> None:
    (words,) = send(folder, letter())
    assert words.startswith("kept in the local Maildir as ")
    (kept,) = kept_mails(folder)
    assert kept.path.read_bytes() == letter().content
    (found,) = mailbox.Maildir(folder, create=False)
    assert found["Message-ID"] == letter().message_id


def test_the_list_shows_what_a_person_looks_for(folder: Path) -> None:
    send(folder, letter("one"), letter("two", "superior@nanchong.example"))
    first, second = kept_mails(folder)
    assert (first.subject, first.recipient) == ("协查函 one", "office@shunqing.example")
    assert (second.subject, second.recipient) == ("协查函 two", "superior@nanchong.example")
    assert first.message_id == letter("one").message_id
    assert first.dated == "Mon, 02 Mar 2026 00:00:00 +0000"
    assert not first.is_read


def test_an_empty_maildir_has_no_letters(folder: Path) -> None:
    assert list(kept_mails(folder)) == []


def test_a_letter_sent_again_is_recognised(folder: Path) -> None:
    first, second = send(folder, letter(), letter())
    assert first.startswith("kept")
    assert second.startswith("already")
    assert files_in(folder) == ["new"]


def test_a_letter_sent_again_after_it_was_read_is_recognised(folder: Path) -> None:
    send(folder, letter())
    (kept,) = kept_mails(folder)
    kept.path.rename(folder / "cur" / f"{kept.path.name}:2,S")
    assert send(folder, letter())[0].startswith("already")
    assert files_in(folder) == ["cur"]
    assert [mail.is_read for mail in kept_mails(folder)] == [True]


def test_one_letter_to_two_offices_is_two_letters(folder: Path) -> None:
    send(folder, letter("one"), letter("one", "superior@nanchong.example"))
    assert files_in(folder) == ["new", "new"]


def test_two_senders_at_the_same_time_keep_one_letter(folder: Path) -> None:
    async def run() -> None:
        transports = [MaildirTransport(folder) for _ in range(8)]
        await asyncio.gather(*(transport.send(letter()) for transport in transports))

    asyncio.run(run())
    assert files_in(folder) == ["new"]


def test_only_the_owner_may_read_the_mail(folder: Path) -> None:
    send(folder, letter())
    assert all(path.stat().st_mode & 0o077 == 0 for path in (folder, *folder.rglob("*")))


def test_a_full_disk_is_for_later_and_leaves_nothing_half_written(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as full:
        full.setattr("os.write", write)
        with pytest.raises(MailUnavailable, match="No space left on device"):
            send(folder, letter())
    assert files_in(folder) == []
    assert send(folder, letter())[0].startswith("kept")


SEND_AND_DIE = """
import asyncio, os, signal, sys
from pathlib import Path
from cases.vocabulary.values import Envelope
from integrations.mail.maildir import MaildirTransport

setattr(os, sys.argv[2], lambda *_: os.kill(os.getpid(), signal.SIGKILL))
letter = Envelope("<1@haidian.example>", "a@x.example", "b@x.example", b"x" * 100_000)
asyncio.run(MaildirTransport(Path(sys.argv[1])).send(letter))
"""


@pytest.mark.parametrize("step", ["write", "rename"])
def test_a_sender_killed_on_the_way_leaves_no_half_letter(folder: Path, step: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SEND_AND_DIE, str(folder), step],
        check=False,
        cwd=PROJECT,
        timeout=60,
    )
    assert done.returncode == -9
    assert list(kept_mails(folder)) == []
    whole = Envelope("<1@haidian.example>", "a@x.example", "b@x.example", b"x" * 100_000)
    send(folder, whole)
    (kept,) = kept_mails(folder)
    assert kept.path.stat().st_size == 100_000
