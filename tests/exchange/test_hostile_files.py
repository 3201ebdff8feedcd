"""Files that a partner, or somebody who can write to the folder, should not have written."""

import base64
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlmodel import select

from cases.operations import directory, partners
from cases.store.tables.correspondence import Reply
from integrations.exchange.signing import OwnKey
from tests.exchange.neighbours import Neighbours

Change = Callable[[dict[str, Any]], None]


def laid(two: Neighbours) -> tuple[Path, dict[str, Any]]:
    """Let West lay its inquiry, and return the file and what it says."""
    two.ask()
    two.west.carry()
    (file,) = two.west.files()
    return file, json.loads(json.loads(file.read_bytes())["content"])


def resigned(two: Neighbours, file: Path, said: dict[str, Any], key: OwnKey | None = None) -> None:
    """Lay the file anew with other words, signed by West's key or another."""
    own = key or OwnKey(two.west.story.house.settings.home)
    file.write_bytes(own.sign(json.dumps(said)))


def refused(two: Neighbours) -> str:
    """Let East look, and return in which words it refused the file or its message."""
    two.east.carry()
    assert two.east.cases() == []
    (receipt,) = two.east.files("receipts")
    said = json.loads(json.loads(receipt.read_bytes())["content"])
    return str(said["refused"] or said["receipts"][0]["reason"])


def message(**changes: Any) -> Change:
    return lambda said: said["messages"][0].update(changes)


CHANGES: list[tuple[str, Change, str]] = [
    ("an office that the partner does not speak for", message(sender="BZ"), "does not speak"),
    ("an office that nobody knows", message(sender="ZZ"), "UnknownOffice"),
    ("an office that is not theirs to ask", message(recipient="BZ"), "no office of this"),
    (
        "a reply to no case",
        message(kind="reply", answers="HC-2026-000009-2"),
        "no case",
    ),
    ("a reminder of what was never asked", message(kind="reminder"), "is known here"),
    ("a field that the form does not know", message(household=1), "household"),
    ("more words than fit", message(asks="长" * 401), "asks"),
    ("no name", message(about=""), "name"),
    ("a character that no font has", message(asks="\U0001f600"), "MissingGlyph"),
    ("a date that is none", message(dated_on="2026-02-30"), "dated_on"),
    ("a date to come", message(dated_on="2027-01-01"), "days to come"),
    ("a paper that is no PDF", message(letter=base64.b64encode(b"x").decode()), "EnclosureRefused"),
    ("a paper that is no base64", message(letter="%"), "base64"),
    ("no messages", lambda said: said["messages"].clear(), "messages"),
    ("a file for somebody else", lambda said: said.update(written_for="north"), "for north"),
    ("a file by somebody else", lambda said: said.update(written_by="north"), "by north"),
    ("an old file", lambda said: said.update(written_at="2025-12-01T00:00:00Z"), "2025-12-01"),
    (
        "a file of next week",
        lambda said: said.update(written_at="2026-03-09T00:00Z"),
        "2026-03-09",
    ),
]


def test_each_is_refused_with_its_reason_and_nothing_is_written(two: Neighbours) -> None:
    file, said = laid(two)
    whole = json.dumps(said)
    for name, change, reason in CHANGES:
        wrong = json.loads(whole)
        change(wrong)
        resigned(two, file, wrong)
        if reason == "EnclosureRefused":
            two.east.use_the_real_reader()
        assert reason in refused(two), name


def test_an_altered_file_a_forged_one_and_garbage_are_refused(
    two: Neighbours, tmp_path: Path
) -> None:
    file, said = laid(two)
    whole = file.read_bytes()
    stranger = tmp_path / "stranger"
    stranger.mkdir()
    for forged in (
        whole.replace("户籍情况证明".encode(), "户籍情况说明".encode()),
        OwnKey(stranger).sign(json.dumps(said)),
        whole[: len(whole) // 2],
        b"",
        b"\xff\xfe{}",
        whole.replace(b"hancha-exchange/1", b"hancha-exchange/2"),
    ):
        file.write_bytes(forged)
        assert refused(two), forged[:40]
    file.write_bytes(whole)
    two.exchange()
    assert len(two.east.cases()) == 1, "the true one is taken in after all"


def test_a_retired_key_proves_nothing_and_a_new_one_does(two: Neighbours) -> None:
    own, east = OwnKey(two.west.story.house.settings.home), two.east.story
    old = own.public()
    laid(two)
    now = east.clock.now()
    with east.house.database.transaction("rotate") as session:
        partners.distrust(session, directory.FOUNDER, "west", partners.fingerprint(old), now=now)
    assert "signature" in refused(two)
    new = own.rotate()
    assert new != old
    with east.house.database.transaction("trust") as session:
        partners.trust(session, directory.FOUNDER, "west", new, now=now)
    (file,) = two.west.files()
    said = json.loads(json.loads(file.read_bytes())["content"])
    resigned(two, file, said)
    two.exchange()
    assert len(two.east.cases()) == 1


def test_the_same_id_never_says_two_things(two: Neighbours) -> None:
    file, said = laid(two)
    two.east.carry()
    said["messages"][0]["asks"] = "别的事"
    resigned(two, file, said)
    two.east.carry()
    (receipt,) = two.east.files("receipts")
    assert b"another message had this id" in receipt.read_bytes()
    assert len(two.east.cases()) == 1


def test_a_partner_answers_only_what_its_own_office_was_asked(two: Neighbours) -> None:
    other = two.west.story.open(home_office="BZ")
    two.asked()
    two.answer(two.east.cases()[0])
    two.east.carry()
    (file,) = two.east.files()
    said = json.loads(json.loads(file.read_bytes())["content"])
    said["messages"][0]["answers"] = other
    file.write_bytes(OwnKey(two.east.story.house.settings.home).sign(json.dumps(said)))
    two.west.carry()
    (receipt,) = two.west.files("receipts")
    assert "asked nothing of YZ" in receipt.read_bytes().decode()
    assert two.west.story.rows(select(Reply)) == []


def test_what_is_no_file_of_ours_is_left_alone(two: Neighbours, tmp_path: Path) -> None:
    file, _said = laid(two)
    (file.parent / "notes.txt").write_text("x")
    (file.parent / "..json").write_text("x")
    target = tmp_path / "secret.json"
    target.write_text("x")
    (file.parent / "0-link.json").symlink_to(target)
    (file.parent / "0-folder.json").mkdir()
    receipts = two.east.folder / "east" / "receipts"
    receipts.mkdir(parents=True)
    (receipts / file.name).write_text("no receipt")
    two.west.carry()
    (receipts / file.name).unlink()
    two.exchange()
    assert len(two.east.cases()) == 1


def test_two_clocks_may_be_a_day_apart(two: Neighbours) -> None:
    laid(two)
    two.east.story.clock.at -= timedelta(hours=12)
    two.east.carry()
    (receipt,) = two.east.files("receipts")
    assert "written on" not in receipt.read_bytes().decode()
