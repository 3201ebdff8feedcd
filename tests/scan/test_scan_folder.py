"""The folder of the scanner: each file is taken in once and moved aside, by the worker itself."""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from cases.vocabulary.errors import SettingsFault, UnknownOffice
from cases.vocabulary.values import ENGINE
from flows import housekeeping
from integrations.scans.folder import Gathered, ScanFolder
from integrations.scans.intake import ScanIntake
from tests.scan.desk import Desk
from tests.scan.mail_room import MailRoom
from tests.scan.paper import Wear, rasterised, stack_of, worn


class Scanner:
    """A scanner and its folder, looked at as the worker does."""

    def __init__(self, room: MailRoom) -> None:
        self.room, self.root = room, room.folder / "scanner"
        self.root.mkdir()

    def puts(self, name: str, content: bytes, *, seconds_ago: float = 60) -> None:
        """Write a file that was last changed so long ago."""
        path = self.root / name
        path.write_bytes(content)
        now = path.stat().st_mtime
        os.utime(path, (now - seconds_ago, now - seconds_ago))

    def slip(self, case: str) -> bytes:
        """Return the receipt slip of a case, scanned."""
        picture = rasterised(self.room.printed(case), self.room.pages(case), 150)
        return stack_of([worn(picture, Wear(150), 0)])

    def gather(self) -> Gathered:
        """Look into the folder as the engine."""
        house = self.room.house
        intake = ScanIntake(house.database, house.documents, house.clock, self.room.reader)
        office_id = self.room.story.actor("mail").office_id
        assert office_id is not None
        return ScanFolder(self.root, intake).gather(ENGINE, office_id)

    def files(self) -> list[str]:
        """Return what lies in the folder and below."""
        return sorted(
            path.relative_to(self.root).as_posix()
            for path in self.root.rglob("*")
            if path.is_file()
        )


@pytest.fixture
def scanner(mail_room: MailRoom) -> Iterator[Scanner]:
    """Give a scanner with an empty folder."""
    return Scanner(mail_room)


def asked(room: MailRoom) -> str:
    case = room.story.open()
    room.story.rest()
    return case


def test_a_stack_is_filed_by_the_engine_and_moved_to_done(scanner: Scanner) -> None:
    case = asked(scanner.room)
    scanner.puts("0001.pdf", scanner.slip(case))
    (taken,) = scanner.gather().taken
    assert taken.batch.taken_by == "engine"
    assert scanner.room.story.stands(case).startswith("look by zhou")
    assert scanner.files() == ["done/0001.pdf"]
    assert scanner.gather() == Gathered()


def test_the_same_stack_under_another_name_is_moved_and_files_nothing(scanner: Scanner) -> None:
    case = asked(scanner.room)
    slip = scanner.slip(case)
    scanner.puts("0001.pdf", slip)
    scanner.puts("0002.pdf", slip)
    first, second = scanner.gather().taken
    assert (first.is_known, second.is_known) == (False, True)
    assert len(scanner.room.filed(case)) == 1
    scanner.puts("0001.pdf", slip)
    scanner.gather()
    assert scanner.files() == ["done/0001-2.pdf", "done/0001.pdf", "done/0002.pdf"]


def test_what_cannot_be_taken_goes_to_refused_with_its_reason(scanner: Scanner) -> None:
    case = asked(scanner.room)
    scanner.puts("0001.pdf", b"not a scan")
    scanner.puts("0002.pdf", scanner.slip(case))
    gathered = scanner.gather()
    assert [len(gathered.taken), len(gathered.refused)] == [1, 1]
    assert scanner.files() == ["done/0002.pdf", "refused/0001.pdf", "refused/0001.pdf.txt"]
    reason = (scanner.root / "refused" / "0001.pdf.txt").read_text("utf-8")
    assert reason == "the scan 0001.pdf is neither PDF nor TIFF, JPEG or PNG\n"


def test_what_is_not_through_yet_or_no_file_of_the_scanner_stays(scanner: Scanner) -> None:
    scanner.puts("still-writing.pdf", b"%PDF-1.7", seconds_ago=1)
    scanner.puts(".hidden.pdf", b"%PDF-1.7")
    secret = scanner.room.folder / "secret.pdf"
    secret.write_bytes(b"%PDF-1.7")
    (scanner.root / "link.pdf").symlink_to(secret)
    before = scanner.files()
    assert scanner.gather() == Gathered()
    assert scanner.files() == before


def test_a_worker_that_died_before_it_moved_a_file_files_nothing_twice(
    scanner: Scanner, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = asked(scanner.room)
    scanner.puts("0001.pdf", scanner.slip(case))

    def die(*_given: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(ScanFolder, "_move", die)
        with pytest.raises(KeyboardInterrupt):
            scanner.gather()
    assert scanner.files() == ["0001.pdf"]
    (taken,) = scanner.gather().taken
    assert taken.is_known
    assert len(scanner.room.filed(case)) == 1
    assert scanner.files() == ["done/0001.pdf"]


def test_a_folder_that_is_not_there_is_said(scanner: Scanner) -> None:
    scanner.root.rmdir()
    with pytest.raises(SettingsFault, match="HANCHA_SCAN_FOLDER"):
        scanner.gather()


class TestTheScheduledFlow:
    @pytest.fixture
    def worker(self, mail_room: MailRoom, monkeypatch: pytest.MonkeyPatch) -> MailRoom:
        """Give a mail room whose house the flow lives in."""
        monkeypatch.setattr(housekeeping, "house", lambda: mail_room.house)
        return mail_room

    def test_without_the_setting_it_does_nothing(self, worker: MailRoom) -> None:
        assert worker.house.settings.scan_folder is None
        assert asyncio.run(housekeeping.take_in_scans.fn()) == 0

    def test_it_takes_in_the_folder_for_our_only_office(self, worker: MailRoom) -> None:
        scanner = Scanner(worker)
        worker.house.settings.scan_folder = scanner.root
        case = asked(worker)
        scanner.puts("0001.pdf", scanner.slip(case))
        assert asyncio.run(housekeeping.take_in_scans.fn()) == 1
        assert worker.story.stands(case).startswith("look by zhou")

    def test_an_office_that_is_not_ours_cannot_own_the_folder(self, worker: MailRoom) -> None:
        worker.house.settings.scan_folder = worker.folder
        worker.house.settings.scan_office = "YZ"
        with pytest.raises(UnknownOffice, match="HANCHA_SCAN_OFFICE"):
            asyncio.run(housekeeping.take_in_scans.fn())


def test_the_command_without_a_file_takes_in_the_folder(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = desk.asked()
    root = desk.folder / "scanner"
    root.mkdir()
    monkeypatch.setenv("HANCHA_SCAN_FOLDER", str(root))
    path = root / "0001.pdf"
    path.write_bytes(stack_of(desk.sheets(case)[-1:]))
    os.utime(path, (1_700_000_000, 1_700_000_000))
    (root / "0002.pdf").write_bytes(b"not a scan")
    os.utime(root / "0002.pdf", (1_700_000_000, 1_700_000_000))
    told, refused = desk.hancha.json("scan", "--as", "mail")
    assert refused == {"refused": "the scan 0002.pdf is neither PDF nor TIFF, JPEG or PNG"}
    assert [each["reference"] for each in told["filed"]] == [case]
    assert Path(root / "done" / "0001.pdf").is_file()
