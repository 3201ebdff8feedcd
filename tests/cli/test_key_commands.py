"""`hancha keys`: keys change while everything runs, and no secret is ever shown."""

import json

from tests.cli.terminal import PERSON_NUMBER, Terminal


def found(hancha: Terminal) -> list[str]:
    number = f"{PERSON_NUMBER}\n".encode()
    listed = hancha.json("case", "find", "--person-number", "-", "--as", "zhou", stdin=number)
    return [each["reference"] for each in listed]


def test_the_key_of_the_search_is_changed_with_the_others_and_shown_until_it_is_forgotten(
    hancha: Terminal,
) -> None:
    case = hancha.opened()
    assert hancha.json("keys", "show")["former_search_keys"] == 0
    done = hancha.json("keys", "rotate", "--search-key")
    assert (done["version"], done["person_numbers"]) == (2, 1)
    assert found(hancha) == [case]
    assert hancha.json("keys", "show")["former_search_keys"] == 1
    assert "hancha keys forget" in hancha("keys", "show").out
    assert hancha("keys", "forget").refusal == "InvalidValue", "the key is too young"


def test_a_ring_for_a_vault_holds_the_key_of_the_search_before_it_too(hancha: Terminal) -> None:
    hancha.opened()
    made = json.loads(hancha("keys", "make", "--search-key").out)
    plain = json.loads(hancha("keys", "make").out)
    assert len(made["keys"]) == len(plain["keys"]) == 2
    assert made["former_index_keys"] == [plain["index_key"]]
    assert plain["former_index_keys"] == []
