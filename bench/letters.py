"""Letters for the archive, one after another on one core: words, layout, codes, PDF/A-2a and UA-1.

Every letter has its own reference, number, name and reason, as in a run of reminders; the printer,
its fonts and one compiler stay loaded, as in a worker. "Per CPU second" is what one core does when
nobody else wants it.
"""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import gettempdir

import psutil

from bench.machine import yardsticks
from bench.meters import MIB
from bench.scale import Scale
from cases.vocabulary.reference import case_reference
from cases.vocabulary.status import LetterKind
from cases.vocabulary.values import LetterContent
from integrations.letters import TypstPrinter
from integrations.letters.samples import samples_of

WARM_UP = 20
#: The characters of GB2312's level 1, as nearly all names have; a rare one brings a face more.
COMMON = bytes(
    byte for row in range(0xB0, 0xD7) for cell in range(0xA1, 0xFF) for byte in (row, cell)
).decode("gb2312")
SAMPLES = (
    (LetterKind.CLOSING_NOTICE, "closing_notice-refused-zh"),
    (LetterKind.REMINDER, "reminder-zh"),
    (LetterKind.REQUEST, "request-zh"),
    (LetterKind.REMINDER, "reminder-en"),
)
Rows = list[dict[str, object]]


def run(scale: Scale) -> dict[str, object]:
    """Return letters and pages per second for letters of one, two and three pages."""
    started = time.perf_counter()
    printer = TypstPrinter()
    opened = (time.perf_counter() - started) * 1000
    rows: Rows = []
    for kind, name in SAMPLES:
        sample = dict(samples_of(printer, kind))[name]
        rows.append({"letter": name, **_measure(printer, sample, scale.letters)})
    return {
        "rows": rows,
        "fonts_opened_ms": round(opened),
        "rss_mib": round(psutil.Process().memory_info().rss / MIB),
        "note": "aim: 80 letters a second on one core",
        **yardsticks(Path(gettempdir())),
    }


def _measure(printer: TypstPrinter, sample: LetterContent, count: int) -> dict[str, object]:
    contents = list(_contents(sample, count + WARM_UP))
    for content in contents[:WARM_UP]:
        printer.render(content)
    wall, cpu = time.perf_counter(), time.process_time()
    letters = [printer.render(content) for content in contents[WARM_UP:]]
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    pages = sum(letter.pages for letter in letters)
    return {
        "pages_each": round(pages / count, 1),
        "per_s": round(count / wall),
        "per_cpu_s": round(count / cpu),
        "pages_per_cpu_s": round(pages / cpu),
        "kib_each": round(sum(len(letter.pdf) for letter in letters) / count / 1024),
    }


def _contents(sample: LetterContent, count: int) -> Iterator[LetterContent]:
    """Yield letters that share their template and nothing else that can differ."""
    for n in range(1, count + 1):
        yield replace(
            sample,
            reference=case_reference(2026, n),
            number=sample.number and f"新街办函〔2026〕{n}号",
            applicant_name="".join(COMMON[n * step % len(COMMON)] for step in (7, 311, 1009)),
            outcome_reason=sample.outcome_reason and f"申请人已于2019年迁往第{n}街道",
        )
