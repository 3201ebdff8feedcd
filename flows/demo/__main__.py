"""`python -m flows.demo [--out DIR]`: play it, show it, check it."""

import argparse
import logging
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from rich.console import Console
from rich.table import Table

from cases.vocabulary.errors import CaseError, SystemFault
from flows.demo import harvest, page, script, stage
from flows.demo.harvest import Harvest
from flows.demo.play import Play, Played
from flows.demo.timeline import Event, events_of
from integrations.preparation import prepare

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  #: Mon 2026-03-02, 09:00 in China.
MARKS = ("[cyan]甲[/]", "[magenta]乙[/]", "[yellow]丙[/]")

console = Console(highlight=False, soft_wrap=True)


def main() -> int:
    """Return 0 only if each case closed and each letter exists and was delivered once."""
    parser = argparse.ArgumentParser(prog="hancha demo", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("demo-output"))
    out = parser.parse_args().out
    logging.disable(logging.WARNING)
    try:
        return _demo(out)
    except (CaseError, SystemFault) as fault:
        console.print(f"[red]hancha demo: {fault}[/]")
        return 4


def _demo(out: Path) -> int:
    started = time.monotonic()
    if out.exists() and not (out / "index.html").exists() and any(out.iterdir()):
        raise SystemFault(f"{out} is not empty and no earlier demo's; choose another with --out")
    shutil.rmtree(out, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix="hancha-demo-") as scratch:
        folder = Path(scratch)
        server = stage.MailServer(folder / "sink")
        settings = stage.settings_for(folder, server.port)
        clock = stage.clock_of(settings)
        clock.set(START)
        script.furnish(prepare(settings).database, START)
        console.print("[bold]函查演示[/] 三件办件，自 2026年3月2日 起，时钟逐步前行")
        with server.serving(), stage.running(settings, _say) as house:
            teller = _Teller()
            play = Play(house, clock, lambda: teller.tell(events_of(house.database, teller.ids)))
            played = []
            for each in script.read_cases():
                played.append(play.open(each))
                clock.set(clock.now() + timedelta(minutes=12))
            teller.introduce(played)
            play.run(played)
            found = harvest.gather(house, played, server, out)
            with house.database.reading() as session:
                stray = harvest.strays(session, server)
            events = events_of(house.database, teller.ids)
        page.write_page(out / "index.html", found, events)
    return _conclude(found, stray, out, time.monotonic() - started)


class _Teller:
    """Prints each event once."""

    def __init__(self) -> None:
        self.ids: list[UUID] = []
        self._told: set[object] = set()
        self._day = ""

    def introduce(self, played: Sequence[Played]) -> None:
        """Name the cases and their marks."""
        self.ids = [each.case_id for each in played]
        for mark, each in zip(MARKS, played, strict=True):
            console.print(f"  {mark}  {each.reference}  {each.script.title_zh}")

    def tell(self, events: Sequence[Event]) -> None:
        """Print what has not been told yet, under its day."""
        for event in events:
            if event.entry_id in self._told:
                continue
            self._told.add(event.entry_id)
            if event.day != self._day:
                self._day = event.day
                console.print(f"[dim]{event.day}[/]")
            console.print(f"    {MARKS[self.ids.index(event.case_id)]}  {event.zh}")


def _conclude(found: Sequence[Harvest], stray: Sequence[str], out: Path, seconds: float) -> int:
    table = Table(title="办理结果", title_justify="left", box=None, pad_edge=False)
    for column in ("办件编号", "结果", "发函", "投递"):
        table.add_column(column)
    for each in found:
        outcome = "[green]已办结[/]" if not each.faults else f"[red]{'; '.join(each.faults)}[/]"
        table.add_row(
            each.case.reference,
            outcome,
            f"{len(each.pdfs)} 件",
            f"{len(each.mails)} 份，各送达一次",
        )
    console.print()
    console.print(table)
    is_good = not stray and not any(each.faults for each in found)
    console.print(
        f"\n函件、邮件与办理经过：{out / 'index.html'}（用时 {seconds:.0f} 秒）\n"
        f"{'Every case closed, every letter delivered exactly once.' if is_good else 'FAILED'}"
    )
    return 0 if is_good else 1


def _say(line: str) -> None:
    console.print(f"[dim]{line}[/]")


if __name__ == "__main__":
    sys.exit(main())
