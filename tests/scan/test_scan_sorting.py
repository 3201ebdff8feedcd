"""A stack sorted into documents: a table that a mail room can check, and what must always hold."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.rules.page_code import PageCode, check_character
from cases.rules.scan_sorting import BLANK_INK, LetterFacts, Parcel, sort_stack
from cases.vocabulary.reference import case_reference
from cases.vocabulary.scans import ScanKind, ScannedPage
from cases.vocabulary.status import LetterKind

A, B, CLOSED, OTHERS, UNKNOWN = (case_reference(2026, number) for number in range(1, 6))


def facts(number: int, kind: LetterKind, pages: int, **more: bool) -> LetterFacts:
    given = {"is_ours": True, "is_closed": False, "has_left": True, **more}
    return LetterFacts(UUID(int=number), kind=kind, pages=pages, **given)


#: A.1 is a request of three pages (the third its slip) that left, A.2 a reminder of two that left,
#: A.3 one that was cancelled, A.4 a request that has not left. A.5 waits for its seal, A.6 has it
#: and has not left, A.7 is a sealed reminder that left; CLOSED.2 is a notice that waits for a seal.
KNOWN = {
    (A, 1): facts(1, LetterKind.REQUEST, 3),
    (A, 2): facts(1, LetterKind.REMINDER, 2),
    (A, 3): facts(1, LetterKind.REMINDER, 1, is_void=True),
    (A, 4): facts(1, LetterKind.REQUEST, 3, has_left=False),
    (A, 5): facts(1, LetterKind.REQUEST, 3, has_left=False, awaits_seal=True),
    (A, 6): facts(1, LetterKind.REQUEST, 2, has_left=False, is_sealed=True),
    (A, 7): facts(1, LetterKind.REMINDER, 1, is_sealed=True),
    (CLOSED, 2): facts(
        3, LetterKind.CLOSING_NOTICE, 1, is_closed=True, has_left=False, awaits_seal=True
    ),
    (A, 9): LetterFacts(UUID(int=1), is_ours=True, is_closed=False),
    (B, 1): facts(2, LetterKind.REQUEST, 2),
    (CLOSED, 1): facts(3, LetterKind.REQUEST, 2, is_closed=True),
    (OTHERS, 1): facts(4, LetterKind.REQUEST, 2, is_ours=False),
}
NAMES = {"A": A, "B": B, "CLOSED": CLOSED, "OTHERS": OTHERS, "UNKNOWN": UNKNOWN}


def page(number: int, word: str) -> ScannedPage:
    """Read "A.1/3/3" (a code), "foreign", "blank", "A.1/3/3 again" (the same picture again)."""
    name = word.removesuffix(" again").removesuffix(" wrong")
    codes: tuple[str, ...] = ()
    if "/" in name:
        codes = tuple(map(code_of, name.split("+")))
    if word.endswith("wrong"):
        codes = (codes[0].replace("2026", "2062"),)
    if name == "stranger's code":
        codes = ("https://verify.province.example/7",)
    picture = name if word.endswith("again") else f"{number}"
    ink = BLANK_INK / 2 if name == "blank" else 0.02
    return ScannedPage(number, codes, ink, picture)


def code_of(word: str) -> str:
    name, _, rest = word.partition(".")
    letter, number, of = map(int, rest.split("/"))
    if number <= of:
        return str(PageCode(NAMES[name], letter, number, of))
    text = f"{NAMES[name]}.{letter}/{number}/{of}-"
    return text + check_character(text)


def told(parcel: Parcel) -> str:
    """Return "1 2: reply A" or "3: tray, gap, A?"."""
    pages = " ".join(map(str, parcel.pages))
    names = {reference: name for name, reference in NAMES.items()}
    if parcel.filed_as is not None and parcel.code is not None:
        return f"{pages}: {parcel.filed_as.value} {names[parcel.code.reference]}"
    assert parcel.reason is not None
    guess = f", {names[parcel.guess]}?" if parcel.guess else ""
    return f"{pages}: tray, {parcel.reason.value}{guess}"


TABLE: dict[str, tuple[list[str], list[str]]] = {
    "A slip is a reply": (["A.1/3/3"], ["1: reply A"]),
    "Pages behind a slip are proposed for its reply": (
        ["A.1/3/3", "foreign", "foreign"],
        ["1: reply A", "2 3: tray, behind_slip, A?"],
    ),
    "Codes of others are none of ours": (
        ["A.1/3/3", "stranger's code"],
        ["1: reply A", "2: tray, behind_slip, A?"],
    ),
    "The next slip ends what lies behind the first": (
        ["A.1/3/3", "foreign", "B.1/2/2", "foreign"],
        [
            *("1: reply A", "2: tray, behind_slip, A?"),
            *("3: reply B", "4: tray, behind_slip, B?"),
        ],
    ),
    "Blank backs are left out": (
        ["A.1/3/3", "blank", "foreign", "blank"],
        [
            *("1: reply A", "3: tray, behind_slip, A?"),
        ],
    ),
    "A page before any slip is nobody's": (
        ["foreign", "A.1/3/3"],
        ["1: tray, no_code", "2: reply A"],
    ),
    "A letter that has not left is a sealed one, its pages put in order": (
        ["A.4/3/3", "A.4/1/3", "A.4/2/3"],
        ["2 3 1: sealed_letter A"],
    ),
    "A letter may be sealed without its slip": (
        ["A.4/1/3", "A.4/2/3"],
        ["1 2: sealed_letter A"],
    ),
    "What waits for its seal is sealed once every page is there, in any order": (
        ["A.5/3/3", "A.5/1/3", "A.5/2/3"],
        ["2 3 1: sealed_letter A"],
    ),
    "The slip of a sealed letter is one of its pages": (
        ["A.5/1/3", "A.5/2/3"],
        ["1 2: tray, gap, A?"],
    ),
    "A slip alone of what waits for its seal is no reply": (["A.5/3/3"], ["1: tray, gap, A?"]),
    "What has its seal is not sealed again": (
        ["A.6/1/2", "A.6/2/2"],
        ["1 2: tray, unclear, A?"],
    ),
    "A sealed letter that had left was scanned here again, or came back": (
        ["A.7/1/1"],
        ["1: tray, unclear, A?"],
    ),
    "The notice of a closed case waits for its seal, too": (
        ["CLOSED.2/1/1"],
        ["1: sealed_letter CLOSED"],
    ),
    "A reminder that had left has come back": (["A.2/2/2", "A.2/1/2"], ["2 1: return A"]),
    "A whole request with its slip is unclear, unless the mail room says that it came back": (
        ["A.1/1/3", "A.1/2/3", "A.1/3/3"],
        ["1 2 3: tray, unclear, A?"],
    ),
    "Two letters mixed are told apart": (
        ["A.2/1/2", "A.4/2/3", "A.2/2/2", "A.4/1/3", "A.4/3/3"],
        ["1 3: return A", "4 2 5: sealed_letter A"],
    ),
    "A missing page is a gap": (["A.1/1/3", "A.1/3/3"], ["1 2: tray, gap, A?"]),
    "A missing page takes what lies behind along": (
        ["A.1/2/3", "A.1/3/3", "foreign"],
        ["1 2 3: tray, gap, A?"],
    ),
    "The same page twice with different content is a conflict": (
        ["A.1/3/3", "A.1/3/3"],
        ["1 2: tray, conflict, A?"],
    ),
    "The same picture twice counts once": (["A.1/3/3 again", "A.1/3/3 again"], ["1: reply A"]),
    "Two codes on one page are a conflict": (["A.1/3/3+B.1/2/2"], ["1: tray, conflict"]),
    "A code with a wrong character names nothing, and what is behind stays with it": (
        ["A.1/3/3 wrong", "foreign"],
        ["1 2: tray, miscoded, A?"],
    ),
    "The fourth page of three cannot be": (["A.1/4/3"], ["1: tray, miscoded"]),
    "No such case": (["UNKNOWN.1/2/2", "foreign"], ["1 2: tray, unknown_case"]),
    "A closed case": (["CLOSED.1/2/2"], ["1: tray, case_closed, CLOSED?"]),
    "A case of another office": (["OTHERS.1/2/2"], ["1: tray, other_office, OTHERS?"]),
    "No such letter": (["A.9/1/1"], ["1: tray, unknown_letter, A?"]),
    "A letter printed with another number of pages": (
        ["A.1/2/2"],
        ["1: tray, unknown_letter, A?"],
    ),
    "Pages that tell different counts": (
        ["A.2/1/2", "A.2/1/1"],
        ["1 2: tray, conflict, A?"],
    ),
    "A cancelled letter": (["A.3/1/1"], ["1: tray, letter_void, A?"]),
    "A page behind a letter, not behind a slip": (
        ["A.2/1/2", "A.2/2/2", "foreign"],
        ["1 2: return A", "3: tray, no_code, A?"],
    ),
    "Nothing but blank pages": (["blank", "blank"], []),
}


@pytest.mark.parametrize(("stack", "expected"), TABLE.values(), ids=TABLE.keys())
def test_table(stack: list[str], expected: list[str]) -> None:
    pages = [page(number, word) for number, word in enumerate(stack, start=1)]
    assert [told(parcel) for parcel in sort_stack(pages, KNOWN).parcels] == expected


@pytest.mark.parametrize(
    ("stack", "expected"),
    [
        (["A.1/1/3", "A.1/2/3", "A.1/3/3"], ["1 2 3: return A"]),
        (["A.2/1/2", "A.2/2/2"], ["1 2: return A"]),
        (["A.1/3/3"], ["1: tray, gap, A?"]),
        (["A.7/1/1"], ["1: return A"]),
        (["A.6/1/2", "A.6/2/2"], ["1 2: tray, unclear, A?"]),
    ],
    ids=[
        "a whole request",
        "a reminder",
        "a slip alone is no letter that came back",
        "a sealed reminder",
        "what has not left cannot come back",
    ],
)
def test_what_the_mail_room_says_came_back(stack: list[str], expected: list[str]) -> None:
    pages = [page(number, word) for number, word in enumerate(stack, start=1)]
    found = sort_stack(pages, KNOWN, are_returned=True).parcels
    assert [told(parcel) for parcel in found] == expected


def test_whoever_may_not_record_post_files_no_return() -> None:
    pages = [page(1, "A.2/1/2"), page(2, "A.2/2/2")]
    found = sort_stack(pages, KNOWN, may_return=False).parcels
    assert [told(parcel) for parcel in found] == ["1 2: tray, unclear, A?"]
    assert found[0].guess_as is ScanKind.RETURN


def test_a_stack_that_begins_without_a_slip_may_lie_in_reverse_and_says_so() -> None:
    pages = [page(1, "foreign"), page(2, "A.1/3/3"), page(3, "foreign")]
    assert "reverse" in sort_stack(pages, KNOWN).parcels[-1].why


def test_a_wrong_code_is_told_with_what_it_may_be() -> None:
    (parcel,) = sort_stack([page(1, "A.1/3/3 wrong")], KNOWN).parcels
    assert str(PageCode(A, 1, 3, 3)) in parcel.why


WORDS = st.sampled_from(
    [
        *("foreign", "foreign", "blank", "stranger's code", "A.1/3/3", "A.1/1/3", "A.1/2/3"),
        *("A.2/1/2", "A.2/2/2", "A.4/1/3", "A.4/2/3", "B.1/2/2", "CLOSED.1/2/2", "A.1/3/3 again"),
        *("A.5/1/3", "A.5/2/3", "A.5/3/3", "A.6/1/2", "A.6/2/2", "A.7/1/1", "CLOSED.2/1/1"),
        *("A.1/3/3 wrong", "A.1/3/3+B.1/2/2", "UNKNOWN.1/1/1", "OTHERS.1/2/2"),
    ]
)


@given(st.lists(WORDS, max_size=20), st.booleans(), st.booleans())
def test_every_page_is_in_one_place_and_only_coded_pages_are_filed(
    words: list[str], are_returned: bool, may_return: bool
) -> None:
    pages = [page(number, word) for number, word in enumerate(words, start=1)]
    stack = sort_stack(pages, KNOWN, are_returned=are_returned, may_return=may_return)
    places = [number for parcel in stack.parcels for number in parcel.pages]
    assert sorted([*places, *stack.blanks, *stack.doubles]) == list(range(1, len(pages) + 1))
    for parcel in stack.parcels:
        assert (parcel.filed_as is None) is (parcel.reason is not None)
        if parcel.filed_as is None:
            continue
        assert parcel.code is not None
        of_letter = {f"{parcel.code.reference}.{parcel.code.letter}/"}
        for number in parcel.pages:
            (code,) = pages[number - 1].codes
            assert {code[: code.index("/") + 1]} == of_letter
        if parcel.filed_as is ScanKind.REPLY:
            assert len(parcel.pages) == 1


@given(st.lists(WORDS, max_size=20), st.booleans())
def test_a_letter_is_sealed_by_all_its_pages_in_order_and_once(
    words: list[str], are_returned: bool
) -> None:
    pages = [page(number, word) for number, word in enumerate(words, start=1)]
    for parcel in sort_stack(pages, KNOWN, are_returned=are_returned).parcels:
        if parcel.filed_as is not ScanKind.SEALED_LETTER or parcel.code is None:
            continue
        facts_ = KNOWN[parcel.code.reference, parcel.code.letter]
        if facts_.awaits_seal:
            read = [words[number - 1].removesuffix(" again") for number in parcel.pages]
            assert [int(word.split("/")[1]) for word in read] == list(range(1, facts_.pages + 1))
        assert not facts_.is_sealed
        assert not facts_.has_left
