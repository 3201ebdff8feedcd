"""What is wrong with a backup is said, and nothing of it is touched."""

from pathlib import Path

import pytest

from cases.vocabulary.errors import DiskFault
from integrations.backup.making import backup
from integrations.backup.verifying import verify
from integrations.documents.protection import protection_of
from tests.backup.places import EmptyHouse, flaws_of
from tests.world import World


class TestVerifying:
    @pytest.fixture
    def source(self, world: World, tmp_path: Path) -> Path:
        for _ in range(2):
            world.open()
        backup(world.house, tmp_path / "backup")
        return tmp_path / "backup"

    def test_a_whole_backup_has_no_flaw(self, world: World, source: Path) -> None:
        assert flaws_of(world, source) == []

    def test_without_keys_all_but_the_inside_of_documents_is_checked(self, source: Path) -> None:
        assert list(verify(source, None)) == []

    def test_checking_it_leaves_no_trace_in_it(self, world: World, source: Path) -> None:
        before = {path: path.stat().st_mtime_ns for path in source.rglob("*")}
        flaws_of(world, source)
        assert {path: path.stat().st_mtime_ns for path in source.rglob("*")} == before

    def test_a_byte_changed_in_any_file_is_found(self, world: World, source: Path) -> None:
        for path in sorted(source.rglob("*")):
            if not path.is_file() or path.name in ("SHA256SUMS", "manifest.json"):
                continue
            content = path.read_bytes()
            path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]) if content else b"!")
            name = path.relative_to(source).as_posix()
            assert flaws_of(world, source) == [f"{name} was changed"]
            path.write_bytes(content)

    def test_a_file_that_is_gone_and_a_stranger_are_found(self, world: World, source: Path) -> None:
        next(source.glob("documents/??/*")).unlink()
        (source / "stranger").write_bytes(b"")
        gone, stranger = flaws_of(world, source)
        assert gone.endswith(" is missing")
        assert stranger == "stranger is not in the list of checksums"

    def test_other_keys_are_named(self, source: Path, empty_house: EmptyHouse) -> None:
        other = protection_of(empty_house().settings, empty_house().database)
        assert other.keys.ring() is not None
        flaws = list(verify(source, other.keys))
        assert flaws[0].startswith("it needs the key ")

    @pytest.mark.parametrize("content", [None, b"", b"{}", b"\xff"])
    def test_a_folder_that_is_no_backup_is_refused(
        self, tmp_path: Path, content: bytes | None
    ) -> None:
        if content is not None:
            (tmp_path / "manifest.json").write_bytes(content)
        with pytest.raises(DiskFault, match=r"is no backup|cannot be read"):
            list(verify(tmp_path, None))
