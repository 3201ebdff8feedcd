"""Words that can be kept, and those that cannot."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.rules.free_words import MAX_REASON, check_reason, check_words
from cases.vocabulary.errors import InvalidValue

KEPT = {
    "Chinese": "申请人补交材料",
    "two paragraphs": "first\nsecond\r\n\tindented",
    "a character of four bytes": "𠮷\U0001f600",
    "exactly as long as can be kept": "由" * MAX_REASON,
}
REFUSED = {
    "one character too many": ("x" * (MAX_REASON + 1), "301 characters; 300 can be kept"),
    "NUL, which PostgreSQL does not keep": ("a\x00b", r"U\+0000"),
    "an escape sequence": ("\x1b[2J", r"U\+001B"),
    "half of a surrogate pair": ("\ud83d", r"U\+D83D"),
    "a code point that is none": ("\uffff", r"U\+FFFF"),
}


@pytest.mark.parametrize("words", KEPT.values(), ids=KEPT.keys())
def test_kept(words: str) -> None:
    assert check_words(words, "the reason", longest=MAX_REASON) == words


@pytest.mark.parametrize(("words", "why"), REFUSED.values(), ids=REFUSED.keys())
def test_refused_and_said_why(words: str, why: str) -> None:
    with pytest.raises(InvalidValue, match=f"the note .*{why}"):
        check_words(words, "the note", longest=MAX_REASON)


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_a_reason_must_say_something(reason: str) -> None:
    with pytest.raises(InvalidValue, match="a reason is needed"):
        check_reason(reason)


@given(st.text(max_size=400))
def test_what_is_accepted_can_be_written_in_utf_8_without_a_nul(words: str) -> None:
    try:
        check_words(words, "the note", longest=300)
    except InvalidValue:
        return
    assert b"\x00" not in words.encode("utf-8")
    assert len(words) <= 300
