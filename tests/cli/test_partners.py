"""`hancha partner`: who we exchange inquiries with, as an administrator types it."""

from pathlib import Path

import pytest
from sqlmodel import select

from cases.operations.partners import fingerprint
from cases.store.tables.directory_entry import DirectoryEntry
from integrations.exchange.signing import OwnKey
from tests.cli.terminal import Terminal

PARTNERS_RECORD = select(DirectoryEntry).where(DirectoryEntry.subject == "partner:east")


def add(hancha: Terminal, folder: Path, login: str = "admin", office: str = "YZ") -> int:
    return hancha(
        *("partner", "add", "east", "--as", login, "--name", "东部示例", "--folder", str(folder)),
        *("--clerk", "zhou", "--office", office),
    ).code


def test_a_partner_is_entered_and_its_key_is_taken_and_retired(
    hancha: Terminal, tmp_path: Path
) -> None:
    theirs = OwnKey(tmp_path).public()
    assert add(hancha, tmp_path) == 0
    hancha("partner", "trust", "east", "--as", "admin", "--key", theirs)
    (shown,) = hancha.json("partner", "list")
    assert (shown["offices"], shown["keys"]) == (["YZ"], [fingerprint(theirs)])
    assert fingerprint(theirs) in " ".join(hancha("partner", "list").out.split())
    retired = hancha.json(
        *("partner", "distrust", "east", "--as", "admin", "--fingerprint", fingerprint(theirs))
    )
    assert retired["fingerprint"] == fingerprint(theirs)
    assert hancha.json("partner", "list")[0]["keys"] == []
    acts = sorted(each.act for each in hancha.story.rows(PARTNERS_RECORD))
    assert acts == ["added", "key retired", "key trusted"], "who did it and when is on record"


def test_our_own_key_stays_until_it_is_rotated(hancha: Terminal) -> None:
    first = hancha.json("partner", "key", "--as", "admin")
    assert hancha.json("partner", "key", "--as", "admin") == first
    assert (hancha.home / "exchange.key").stat().st_mode & 0o077 == 0
    assert hancha.json("partner", "key", "--as", "admin", "--rotate") != first


@pytest.mark.parametrize(("login", "office"), [("zhou", "YZ"), ("admin", "XQ"), ("admin", "ZZ")])
def test_only_who_keeps_the_directory_and_only_offices_of_others(
    hancha: Terminal, tmp_path: Path, login: str, office: str
) -> None:
    assert add(hancha, tmp_path, login, office) == 3
    assert hancha.json("partner", "list") == []


@pytest.mark.parametrize("key", ["", "AAAA", "not base64!"])
def test_what_is_no_key_is_refused(hancha: Terminal, tmp_path: Path, key: str) -> None:
    add(hancha, tmp_path)
    said = hancha("partner", "trust", "east", "--as", "admin", "--key", key)
    assert (said.code, said.refusal) == (3, "InvalidValue")
