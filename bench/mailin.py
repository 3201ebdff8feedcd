"""Answers by mail taken in beside many open cases on SQLite: read, matched, filed, kept encrypted.

One process takes them in one after another, as the worker does, with the process that reads
messages; the IMAP server is left out. Half of the messages come twice. Memory is looked at after a
tenth of the messages and in the end.
"""

import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
from sqlmodel import col, select

from bench.copies import Original
from bench.machine import yardsticks
from bench.meters import MIB
from bench.scale import Scale
from cases.store.tables.outbox import OutboxMessage
from integrations.mail_intake import MailIntake
from integrations.mail_round import intake_of
from tests.architecture.sources import ROOT
from tests.cli.terminal import SettledInstallations
from tests.databases import SqliteDatabases
from tests.mailbox.letters_in import message
from tests.story import Story

ATTACHED = ROOT / "examples" / "enclosures" / "application.pdf"


def run(scale: Scale) -> dict[str, object]:
    """Return messages per second and memory, without and with a PDF."""
    with TemporaryDirectory(prefix="hancha-bench-") as folder:
        root = Path(folder)
        worlds = SettledInstallations(SqliteDatabases(root), root)
        with worlds.installation(root / "home") as (story, _):
            _ask(story, scale.mail_open_cases)
            answers = _answers(story)
            with_pdf = max(scale.mails // 500, 1)
            rows = [
                _measure(story, "words", scale.mails, b"", answers),
                _measure(story, "a PDF", with_pdf, ATTACHED.read_bytes(), answers),
            ]
        return {
            "open_cases": scale.mail_open_cases,
            "rows": rows,
            "note": "aim: 50 messages a second, memory flat",
            **yardsticks(root),
        }


def _ask(story: Story, count: int) -> None:
    reference = story.open()
    story.rest()
    case_id, url = story.case(reference).id, story.house.database.url
    original = Original(url, None, case_id=case_id, reference=reference, run_id=None)
    original.copy(count, series="B")


def _answers(story: Story) -> Iterator[str]:
    """Yield the Message-IDs of our requests, each once."""
    with story.house.database.reading() as session:
        found = session.exec(select(OutboxMessage.message_id).order_by(col(OutboxMessage.id)))
        yield from found.all()


def _measure(
    story: Story, what: str, count: int, pdf: bytes, answers: Iterator[str]
) -> dict[str, object]:
    house = story.house
    intake = intake_of(house.settings, house.database, house.documents, house.clock)
    filed = 0
    memory: list[float] = []
    began = time.perf_counter()
    try:
        for number in range(count):
            content = message(In_Reply_To=next(answers), pdf=pdf)
            filed += _take(intake, content, twice=number % 2 == 0)
            if number + 1 in (max(count // 10, 1), count):
                memory.append(_memory())
        seconds = time.perf_counter() - began
    finally:
        intake.reader.close()
    return {
        "message": what,
        "messages": count,
        "filed": filed,
        "per_s": round(count / seconds, 1),
        "mib_after_a_tenth": memory[0],
        "mib_in_the_end": memory[-1],
    }


def _take(intake: MailIntake, content: bytes, *, twice: bool) -> int:
    now = intake.clock.now()
    found = [intake.take_in(content, source="bench", arrived_at=now) for _ in range(1 + twice)]
    assert all(each.is_known for each in found[1:])
    return found[0].mail.place.value == "filed"


def _memory() -> float:
    """Return the memory of this process and of the one that reads messages, in MiB."""
    here = psutil.Process()
    everybody = [here, *here.children(recursive=True)]
    return round(sum(each.memory_info().rss for each in everybody) / MIB, 1)
