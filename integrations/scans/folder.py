"""The folder that a scanner writes to: each file is taken in once, then moved aside.

Taken in, a file goes to `done/`; one that cannot be taken goes to `refused/`, with the reason in
a text file beside it. A file that is still being written stays until it has rested.
"""

import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from cases.vocabulary.errors import DiskFault, ScanRefused, SettingsFault
from cases.vocabulary.values import Actor
from integrations.scans.intake import ScanIntake, TakenIn

DONE, REFUSED = "done", "refused"
#: Seconds since the last write after which a scanner is through with a file.
RESTED = 5.0


@dataclass(slots=True)
class Gathered:
    """What one look into the folder gave."""

    taken: list[TakenIn] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)  #: One line for each file.


class ScanFolder:
    """Takes in what lies in the folder."""

    def __init__(self, root: Path, intake: ScanIntake, *, rested: float = RESTED) -> None:
        self._root, self._intake, self._rested = root, intake, rested

    def gather(self, actor: Actor, office_id: UUID) -> Gathered:
        """Take in every file that has rested, by name.

        Raises SettingsFault when there is no folder, DiskFault, StoreUnavailable, NotAllowed.
        """
        gathered = Gathered()
        for path in self._waiting():
            try:
                gathered.taken.append(self._intake.take_in(path, actor, office_id))
            except ScanRefused as refusal:
                gathered.refused.append(str(refusal))
                self._move(path, REFUSED, str(refusal))
            else:
                self._move(path, DONE)
        return gathered

    def _waiting(self) -> list[Path]:
        if not self._root.is_dir():
            raise SettingsFault(f"HANCHA_SCAN_FOLDER: there is no folder {self._root}")
        limit = time.time() - self._rested
        try:
            return [
                path
                for path in sorted(self._root.iterdir())
                if not path.name.startswith(".")
                and path.is_file()
                and not path.is_symlink()
                and path.stat().st_mtime <= limit
            ]
        except OSError as fault:
            raise DiskFault(f"{self._root} cannot be read: {fault.strerror or fault}") from fault

    def _move(self, path: Path, to: str, reason: str = "") -> None:
        folder = self._root / to
        try:
            folder.mkdir(mode=0o700, exist_ok=True)
            place = folder / path.name
            for number in range(2, 10_000):
                if not place.exists():
                    break
                place = folder / f"{path.stem}-{number}{path.suffix}"
            os.rename(path, place)
            if reason:
                place.with_name(f"{place.name}.txt").write_text(f"{reason}\n", encoding="utf-8")
        except OSError as fault:
            raise DiskFault(f"{path} cannot be moved: {fault.strerror or fault}") from fault
