"""The directory: entering and changing offices and people, by an administrator alone."""

import pytest

from tests.cli.terminal import Terminal


def test_an_office_is_entered_shown_and_changed(hancha: Terminal) -> None:
    added = hancha.json(
        *("office", "add", "DZ", "--name", "样本县丁镇人民政府", "--superior", "YX"),
        *("--email", "dz@office.example", "--address", "样本县丁镇", "--as", "admin"),
    )
    assert (added["code"], added["superior"], added["is_ours"]) == ("DZ", "YX", False)
    changed = hancha.json(
        *("office", "set", "DZ", "--telephone", "000-3", "--email", "", "--as", "admin"),
        *("--valid-to", "2026-12-31", "--successor", "BZ"),
    )
    assert changed["telephone"] == "000-3"
    assert changed["email"] is None
    assert changed["address"] == "样本县丁镇"
    assert (changed["valid_to"], changed["successor"]) == ("2026-12-31", "BZ")
    assert changed == hancha.json("office", "show", "DZ") | {"is_applied": True, "moved": []}


REFUSED = {
    "by a clerk": (("set", "YZ", "--telephone", "1", "--as", "zhou"), "NotAllowed"),
    "of no office": (("set", "QQ", "--telephone", "1", "--as", "admin"), "UnknownOffice"),
    "under an unknown superior": (
        ("set", "YZ", "--superior", "QQ", "--as", "admin"),
        "UnknownOffice",
    ),
    "above itself": (("set", "YX", "--superior", "YZ", "--as", "admin"), "InvalidValue"),
    "as its own superior": (("set", "YX", "--superior", "YX", "--as", "admin"), "InvalidValue"),
    "as its own successor": (("set", "YX", "--successor", "YX", "--as", "admin"), "InvalidValue"),
    "without a name": (("set", "YX", "--name", "", "--as", "admin"), "InvalidValue"),
    "at an address that mail cannot reach": (
        ("set", "YX", "--email", "yx at office", "--as", "admin"),
        "InvalidValue",
    ),
    "in a zone that is none": (
        ("set", "YX", "--zone", "Mars/North", "--as", "admin"),
        "InvalidValue",
    ),
    "under a code that is taken": (
        ("add", "YX", "--name", "又一", "--as", "admin"),
        "InvalidValue",
    ),
    "with no name at all": (("add", "NN", "--as", "admin"), "InvalidValue"),
}


@pytest.mark.parametrize(("command", "name"), REFUSED.values(), ids=REFUSED)
def test_an_office_is_not_kept(hancha: Terminal, command: tuple[str, ...], name: str) -> None:
    before = hancha.json("office", "list")
    said = hancha("office", *command)
    assert (said.code, said.refusal) == (3, name)
    assert hancha.json("office", "list") == before


def test_a_case_goes_to_the_address_that_was_mended(hancha: Terminal) -> None:
    hancha.json("office", "set", "YZ", "--email", "new@office.example", "--as", "admin")
    hancha.opened()
    hancha.story.live_until("Mon 2026-03-02 10:00")
    (sent,) = hancha.story.mail.accepted
    assert sent.recipient == "new@office.example"


def test_a_person_is_entered_and_may_work_at_once(hancha: Terminal) -> None:
    added = hancha.json(
        *("person", "add", "qian", "--name", "钱示例", "--office", "XQ"),
        *("--role", "clerk", "--role", "mail_room", "--as", "admin"),
    )
    assert added["roles"] == ["clerk", "mail_room"]
    assert hancha.open(**{"as": "qian"}).code == 0
    assert "qian" in [person["login"] for person in hancha.json("person", "list")]


@pytest.mark.parametrize(
    ("login", "office", "role", "by", "code"),
    [
        ("zhou", "XQ", "clerk", "admin", 3),
        ("sun", "QQ", "clerk", "admin", 3),
        ("sun", "XQ", "clerk", "wu", 3),
        ("孙", "XQ", "clerk", "admin", 3),
        ("engine", "XQ", "clerk", "admin", 3),
        ("sun", "XQ", "engine", "admin", 2),
        ("sun", "XQ", "emperor", "admin", 2),
    ],
    ids=[
        "a login that is taken",
        "an unknown office",
        "entered by a manager",
        "a login that is not ASCII",
        "the engine's own name",
        "the engine's role",
        "a role that is none",
    ],
)
def test_a_person_is_not_entered_with(
    hancha: Terminal, login: str, office: str, role: str, by: str, code: int
) -> None:
    before = hancha.json("person", "list")
    said = hancha(
        *("person", "add", login, "--name", "某", "--office", office),
        *("--role", role, "--as", by),
    )
    assert said.code == code
    assert said.refusal
    assert hancha.json("person", "list") == before
