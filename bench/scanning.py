"""Scanned stacks of 200 dots an inch, read on one core: rasterised, codes, ink, packed anew.

Each page is one of a letter, worn as paper and scanner wear it (`tests.scan.paper`: slanted, turned
over, blurred, noised, packed as JPEG); a limited process reads twenty at a time, as when an office
scans. "Per CPU second" is what one core does when nobody else wants it.
"""

import resource
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from bench.machine import yardsticks
from bench.scale import Scale
from cases.rules.page_code import PageCode, read_page_code
from cases.vocabulary.reference import case_reference
from cases.vocabulary.status import LetterKind
from integrations.letters import TypstPrinter
from integrations.letters.samples import samples_of
from integrations.scans.reader import ScanReader
from tests.scan.paper import rasterised, stack_of, wear, worn

RESOLUTIONS = (150, 200, 300)


def run(scale: Scale) -> dict[str, object]:
    """Return pages per second and the share of codes read, at each resolution."""
    with tempfile.TemporaryDirectory() as folder:
        rows = [_measure(Path(folder), dpi, scale.scanned_pages) for dpi in RESOLUTIONS]
    return {
        "rows": rows,
        "note": "aim: 8 pages a second on one core at 200 dots an inch",
        **yardsticks(Path(tempfile.gettempdir())),
    }


def _measure(folder: Path, dpi: int, count: int) -> dict[str, object]:
    path = folder / f"{dpi}.pdf"
    path.write_bytes(stack_of(_sheets(dpi, count)))
    wall, before = time.perf_counter(), _cpu()
    stack = ScanReader().read(path)
    wall, cpu = time.perf_counter() - wall, _cpu() - before
    read = sum(
        any(isinstance(read_page_code(text), PageCode) for text in page.codes)
        for page in stack.pages
    )
    return {
        "dpi": dpi,
        "pages": count,
        "codes_read": read,
        "per_s": round(count / wall, 1),
        "per_cpu_s": round(count / cpu, 1),
        "kib_each_kept": round(sum(len(each.jpeg) for each in stack.pictures) / count / 1024),
        "largest_process_mib": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024,
    }


def _sheets(dpi: int, count: int) -> list[bytes]:
    printer = TypstPrinter()
    sample = dict(samples_of(printer, LetterKind.REQUEST))["request-zh"]
    sheets: list[bytes] = []
    for number in range(1, count + 1):
        letter = printer.render(replace(sample, reference=case_reference(2026, number)))
        for page in range(1, letter.pages + 1):
            picture = rasterised(letter.pdf, page, dpi)
            sheets.append(worn(picture, wear(len(sheets), dpi), len(sheets)))
            if len(sheets) == count:
                return sheets
    return sheets


def _cpu() -> float:
    """Return the processor seconds of this process and of those it started."""
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in spent)
