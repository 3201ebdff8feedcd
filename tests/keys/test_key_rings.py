"""The key ring: made once, read by many, never told to anybody."""

import json
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from cases.vocabulary.errors import SettingsFault
from integrations.keys.ring import new_ring, read_ring
from integrations.keys.sources import KeyCommand, KeyFile
from integrations.keys.store import KeyStore
from tests.keys.rings import MADE_AT, KeptRing, keys_of, master_key, ring_of


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "keys" / "ring.json"


def first_use() -> bool:
    return True


class TestTheRing:
    def test_what_is_written_is_read_back(self) -> None:
        ring = new_ring(MADE_AT).grown(MADE_AT + timedelta(days=1))
        assert read_ring(ring.written(), "here") == ring

    def test_a_new_key_is_current_and_nothing_is_on_it_until_it_was_spread(self) -> None:
        ring = ring_of(1).grown(MADE_AT)
        assert (ring.current.version, ring.current.is_spread) == (2, False)
        assert ring.spread().current.is_spread
        assert ring.spread().current.secret == ring.current.secret

    def test_every_new_secret_is_another(self) -> None:
        ring = new_ring(MADE_AT).grown(MADE_AT).grown(MADE_AT)
        assert len({*(key.secret for key in ring.keys), ring.index_key}) == 4

    def test_the_key_of_each_use_is_another_and_none_is_the_secret(self) -> None:
        key = master_key(1)
        assert len({key.secret, key.wrapping, key.id.ljust(32, b"\0")}) == 3

    def test_no_secret_is_in_what_may_be_logged(self) -> None:
        ring = ring_of(7)
        told = f"{ring!r} {ring} {ring.current!r} {keys_of(7)!r}"
        written = json.loads(ring.written())
        assert written["keys"][0]["secret"] not in told
        assert written["index_key"] not in told
        assert repr(bytes([7]) * 32) not in told

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"", "no key ring that can be read"),
            (b"\xff\xfe", "no key ring that can be read"),
            (b"[]", "no key ring that can be read"),
            (b'{"format": 1, "keys": [], "index_key": "TOP-SECRET"}', "can be read"),
            (ring_of(1).written().replace(b'"secret": "AQEB', b'"secret": "AQ'), "can be read"),
            (ring_of(2, 1).written(), "in order"),
            (ring_of(1, 1).written(), "in order"),
            (ring_of().written(), "in order"),
            (ring_of(1).written().replace(b'"format": 1', b'"format": 9'), "another version"),
        ],
        ids=[
            *("nothing", "no text", "a list", "a short index key", "a short secret"),
            *("keys out of order", "a key twice", "no key", "a ring of a later version"),
        ],
    )
    def test_what_is_no_ring_is_refused_in_one_line_that_repeats_nothing(
        self, content: bytes, words: str
    ) -> None:
        with pytest.raises(SettingsFault, match=f"^here .*{words}") as refused:
            read_ring(content, "here")
        assert "\n" not in str(refused.value)
        assert "TOP-SECRET" not in str(refused.value)


class TestTheFile:
    def test_it_is_made_on_first_use_for_us_alone(self, file: Path) -> None:
        keys = KeyStore(KeyFile(file), is_first_use=first_use)
        assert not file.exists()
        version = keys.current().version
        assert version == 1
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert [path.name for path in file.parent.iterdir()] == [file.name]
        assert KeyStore(KeyFile(file)).current() == keys.current()

    def test_it_is_never_made_beside_something_encrypted(self, file: Path) -> None:
        with pytest.raises(SettingsFault, match="is not there, but something is encrypted"):
            KeyStore(KeyFile(file)).current()
        assert not file.exists()

    def test_of_many_that_begin_at_once_all_have_the_same_ring(self, file: Path) -> None:
        def begin(_: int) -> bytes:
            return KeyStore(KeyFile(file), is_first_use=first_use).current().secret

        with ThreadPoolExecutor(8) as threads:
            assert len(set(threads.map(begin, range(24)))) == 1

    @pytest.mark.parametrize("mode", [0o640, 0o604, 0o620], ids=["group", "others", "writers"])
    def test_a_file_that_is_open_to_others_is_refused(self, file: Path, mode: int) -> None:
        KeyStore(KeyFile(file), is_first_use=first_use).current()
        file.chmod(mode)
        with pytest.raises(SettingsFault, match="is open to others; chmod 600 it"):
            KeyStore(KeyFile(file)).current()

    def test_a_ring_that_somebody_replaced_is_used_from_the_next_document_on(
        self, file: Path
    ) -> None:
        keys = KeyStore(KeyFile(file), is_first_use=first_use)
        ring = keys.ring()
        KeyStore(KeyFile(file)).replace(ring.grown(MADE_AT))
        assert keys.current().version == 2

    def test_while_the_file_is_away_documents_can_be_read_but_none_is_written(
        self, file: Path
    ) -> None:
        keys = KeyStore(KeyFile(file), is_first_use=first_use)
        known = keys.current().id
        file.unlink()
        keys = keys_with_memory_of(keys)
        assert keys.find(known) is not None
        with pytest.raises(SettingsFault, match="is not there"):
            keys.current()


def keys_with_memory_of(keys: KeyStore) -> KeyStore:
    """Return the store as it is after its first use: something is encrypted now."""
    keys._is_first_use = lambda: False
    return keys


class TestTheCommand:
    def test_what_it_prints_is_the_ring(self, tmp_path: Path) -> None:
        printed = tmp_path / "printed"
        printed.write_bytes(ring_of(1, 2).written())
        assert KeyStore(KeyCommand(f"cat {printed}")).current().version == 2

    def test_no_shell_reads_it(self, tmp_path: Path) -> None:
        with pytest.raises(SettingsFault):
            KeyStore(KeyCommand(f"cat /dev/null; touch {tmp_path}/made")).current()
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize(
        ("command", "words"),
        [
            ("false", "ended with code 1"),
            ("no-such-command-anywhere", "cannot be run: No such file"),
            ("true", "holds no key ring"),
            ("'", "cannot be run"),
        ],
        ids=["it fails", "it does not exist", "it prints nothing", "it cannot be parsed"],
    )
    def test_one_that_gives_no_ring_is_a_fault_of_the_settings(
        self, command: str, words: str
    ) -> None:
        with pytest.raises(SettingsFault, match=words):
            KeyStore(KeyCommand(command)).current()

    def test_it_is_never_given_a_new_ring(self) -> None:
        with pytest.raises(SettingsFault, match="cannot take new ones"):
            KeyStore(KeyCommand("true")).replace(ring_of(1))

    def test_it_is_not_run_again_for_every_unknown_key(self) -> None:
        source = KeptRing(ring_of(1))
        keys = KeyStore(source)
        assert [keys.find(bytes([each]) * 8) for each in range(20)] == [None] * 20
        assert source.reads == 1
