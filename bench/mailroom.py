"""The print file of a mail room's batch: letters of three pages, a scan enclosed, a carrier sheet.

Letters are rendered before the clock starts, as they are when a batch is printed.
"""

import time
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryFile, gettempdir

import psutil
from PIL import Image

from bench.machine import yardsticks
from bench.meters import MIB
from bench.scale import Scale
from cases.rules.postal_address import PostalAddress, window_lines
from cases.vocabulary.reference import case_reference
from cases.vocabulary.status import LetterKind
from integrations.letters import TypstPrinter
from integrations.letters.samples import samples_of
from integrations.mailroom.carriers import Carrier, set_carriers
from integrations.mailroom.print_file import LetterFiles, print_file

LETTERS, QUICK_LETTERS = 300, 60
WINDOW = (20.0, 45.0, 90.0, 45.0)
ADDRESS = PostalAddress("样本县乙镇人民政府", "示例省示例市样本县乙镇政府路8号", "100000", "示例")


def run(scale: Scale) -> dict[str, object]:
    """Return letters per second for a batch without and with scans enclosed."""
    count = LETTERS if scale.letters >= LETTERS else QUICK_LETTERS
    printer = TypstPrinter()
    sample = dict(samples_of(printer, LetterKind.REQUEST))["request-zh"]
    letters = [
        printer.render(
            replace(sample, reference=case_reference(2026, n), number=f"新街办函〔2026〕{n}号")
        ).pdf
        for n in range(1, count + 1)
    ]
    rows = [
        _measure(printer, "letters", letters, ()),
        _measure(printer, "with scans", letters, (_scan(),)),
    ]
    return {
        "rows": rows,
        "note": "aim: 250 letters a second, under 700 MiB",
        **yardsticks(Path(gettempdir())),
    }


def _measure(
    printer: TypstPrinter, what: str, letters: list[bytes], scans: tuple[bytes, ...]
) -> dict[str, object]:
    wall, cpu = time.perf_counter(), time.process_time()
    carriers = [
        Carrier(
            code=f"XQ-20260302-1-{n:03}",
            office="示例市甲区新桥街道办事处",
            sender="寄件：示例市甲区新桥街道办事处",
            address=window_lines(ADDRESS),
            mail_class="挂号信",
            size="DL",
            contents=(("1", f"新街办函〔2026〕{n}号", case_reference(2026, n), "协查函", "2"),),
        )
        for n in range(1, len(letters) + 1)
    ]
    sheets = set_carriers(printer.faces, carriers, WINDOW, date(2026, 3, 2))
    carriers_took = time.process_time() - cpu
    envelopes = ([LetterFiles(each, scans, True)] for each in letters)
    with TemporaryFile() as file:
        print_file(file, envelopes, sheets)
        size = file.tell()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return {
        "batch": what,
        "letters": len(letters),
        "per_s": round(len(letters) / wall),
        "per_cpu_s": round(len(letters) / cpu),
        "carriers_cpu_s": round(carriers_took, 2),
        "file_mib": round(size / MIB, 1),
        "rss_mib": round(psutil.Process().memory_info().rss / MIB),
    }


def _scan() -> bytes:
    """Return a page as a scanner makes it: a gray A4 at 150 dpi, some 200 KiB."""
    noise = Image.effect_noise((1240, 1754), 20)
    page = BytesIO()
    noise.save(page, "PDF", resolution=150, quality=50)
    return page.getvalue()
