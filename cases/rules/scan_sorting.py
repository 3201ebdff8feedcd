"""A stack of scanned pages sorted into documents: filed by the codes on them, or to the tray.

Nothing is filed by a guess. What is not certain goes to the tray, with what it probably is and
why. A page without a code that lies behind a receipt slip is only proposed for that reply.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from cases.rules.page_code import ENDS_WITH_SLIP, NotAPage, PageCode, guesses, read_page_code
from cases.vocabulary.scans import ScanKind, ScannedPage, TrayReason
from cases.vocabulary.status import LetterKind

#: A page with less ink than this is a blank back: 5 square mm of A4, a pen stroke of 1 cm. Dust
#: and shadows measured a third of that. Left out are pages, never documents with anything on them.
BLANK_INK = 0.0001

Key = tuple[str, int]  #: Reference and letter.


@dataclass(frozen=True, slots=True)
class LetterFacts:
    """What is known of a letter that a code names; its case exists."""

    case_id: UUID
    is_ours: bool  #: The case is worked by the office that scans.
    is_closed: bool
    kind: LetterKind | None = None  #: None: the case has no such letter.
    pages: int = 0
    has_left: bool = False
    is_void: bool = False
    awaits_seal: bool = False  #: It was printed to be stamped and scanned back.
    is_sealed: bool = False  #: That was done: its sealed scan is on file.


@dataclass(frozen=True, slots=True)
class Parcel:
    """One document of the stack: pages in reading order, and what happens to it.

    Either `filed_as` is set or `reason`.
    """

    pages: tuple[int, ...]
    why: str
    filed_as: ScanKind | None = None
    reason: TrayReason | None = None
    code: PageCode | None = None  #: Of one of its pages.
    guess: str = ""  #: The case it probably belongs to.
    guess_as: ScanKind | None = None
    texts: tuple[str, ...] = ()  #: Codes on it that name no page.


@dataclass(frozen=True, slots=True)
class SortedStack:
    """All pages of a stack: each is in one parcel, or blank, or one picture twice."""

    parcels: tuple[Parcel, ...]
    blanks: tuple[int, ...] = ()
    doubles: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Run:
    """A page with a code and the pages without one behind it; the first run may have no head."""

    head: ScannedPage | None
    code: PageCode | TrayReason | None  #: A reason: what the head's code says names no page.
    behind: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Reading:
    are_returned: bool
    may_return: bool


@dataclass(frozen=True, slots=True)
class _Verdict:
    why: str
    filed_as: ScanKind | None = None
    reason: TrayReason | None = None
    guess_as: ScanKind | None = None


def page_codes_of(pages: Sequence[ScannedPage]) -> list[PageCode]:
    """Return every page of ours that a stack names or may mean, so that it can be looked up."""
    found: list[PageCode] = []
    for page in pages:
        for text in page.codes:
            code = read_page_code(text)
            found += [code] if isinstance(code, PageCode) else guesses(text)
    return found


def sort_stack(
    pages: Sequence[ScannedPage],
    known: Mapping[Key, LetterFacts],
    *,
    are_returned: bool = False,
    may_return: bool = True,
) -> SortedStack:
    """Sort a stack in the order it was scanned. `known` holds the letters that its codes name.

    `are_returned`: the mail room says that these are letters that came back (退件). Unless
    `may_return`, a person has to say of each that it did: a return holds an office's letters.
    """
    how = _Reading(are_returned, may_return)
    blanks: list[int] = []
    doubles: list[int] = []
    runs = list(_runs(pages, blanks, doubles))
    parcels: list[Parcel] = []
    letters: dict[Key, list[_Run]] = {}
    for run in runs:
        if isinstance(run.code, PageCode):
            letters.setdefault((run.code.reference, run.code.letter), []).append(run)
        else:
            parcels.append(_stranger(run, known))
    is_reversed = bool(runs) and runs[0].head is None and len(runs) > 1
    for key, of_letter in letters.items():
        parcels += _letter(of_letter, known.get(key), how, is_reversed)
    parcels.sort(key=lambda parcel: min(parcel.pages))
    return SortedStack(tuple(parcels), tuple(blanks), tuple(doubles))


def _runs(pages: Sequence[ScannedPage], blanks: list[int], doubles: list[int]) -> Iterator[_Run]:
    """Yield the runs of a stack; blank backs and a picture that is there twice are left out."""
    seen: set[tuple[str, str]] = set()
    run: _Run | None = None
    for page in pages:
        code = _code_of(page)
        if isinstance(code, PageCode) and (str(code), page.digest) in seen:
            doubles.append(page.number)
        elif code is None and page.ink < BLANK_INK:
            blanks.append(page.number)
        elif code is not None:
            if run is not None:
                yield run
            run = _Run(page, code)
            seen.add((str(code), page.digest))
        else:
            run = run or _Run(None, None)
            run.behind.append(page.number)
    if run is not None:
        yield run


def _code_of(page: ScannedPage) -> PageCode | TrayReason | None:
    """Return the page that the codes name; offices print codes of their own on certificates."""
    read = [read_page_code(text) for text in page.codes]
    ours = {code for code in read if isinstance(code, PageCode)}
    if len(ours) > 1:
        return TrayReason.CONFLICT
    if ours:
        return ours.pop()
    is_ours = any(code is not NotAPage.FOREIGN for code in read)
    return TrayReason.MISCODED if is_ours or any(map(guesses, page.codes)) else None


def _stranger(run: _Run, known: Mapping[Key, LetterFacts]) -> Parcel:
    """Return the parcel of a run that no code of ours begins."""
    if run.head is None or not isinstance(run.code, TrayReason):
        return Parcel(
            tuple(run.behind),
            "no code of ours, and no page before it that has one",
            reason=TrayReason.NO_CODE,
        )
    pages = (run.head.number, *run.behind)
    if run.code is TrayReason.CONFLICT:
        why = "one page carries the codes of two: " + ", ".join(run.head.codes)
        return Parcel(pages, why, reason=run.code, texts=run.head.codes)
    likely = [code for text in run.head.codes for code in guesses(text)]
    real = [code for code in likely if (code.reference, code.letter) in known]
    guess = real[0].reference if len({code.reference for code in real}) == 1 else ""
    why = f"the code {', '.join(run.head.codes)} is wrong"
    if real:
        why += "; it may be " + " or ".join(str(code) for code in real[:3])
    return Parcel(pages, why, reason=run.code, guess=guess, texts=run.head.codes)


def _letter(
    runs: Sequence[_Run], facts: LetterFacts | None, how: _Reading, is_reversed: bool
) -> Iterator[Parcel]:
    """Yield the parcels of one letter: its coded pages in order, and what lies behind them."""
    coded = sorted(
        (
            (run.code, run.head.number)
            for run in runs
            if isinstance(run.code, PageCode) and run.head
        ),
        key=lambda each: (each[0].page, each[1]),
    )
    code, pages = coded[0][0], tuple(number for _, number in coded)
    behind = tuple(number for run in runs for number in run.behind)
    verdict = _judge([each for each, _ in coded], facts, how)
    guess = code.reference if facts else ""
    if verdict.filed_as is None:
        yield Parcel(
            (*pages, *behind),
            verdict.why,
            reason=verdict.reason,
            code=code,
            guess=guess,
            guess_as=verdict.guess_as,
        )
        return
    yield Parcel(pages, verdict.why, filed_as=verdict.filed_as, code=code)
    if not behind:
        return
    if verdict.filed_as is ScanKind.REPLY:
        reason, why = TrayReason.BEHIND_SLIP, f"lies behind the receipt slip {code}"
        if is_reversed:
            why += "; the stack began without a slip, it may lie in reverse"
    else:
        reason, why = TrayReason.NO_CODE, f"lies behind our letter {code}, not behind a slip"
    yield Parcel(behind, why, reason=reason, code=code, guess=guess, guess_as=verdict.filed_as)


def _judge(codes: Sequence[PageCode], facts: LetterFacts | None, how: _Reading) -> _Verdict:
    """Return what the coded pages of one letter are, or why that is not certain."""
    first = codes[0]
    numbers = [code.page for code in codes]
    in_the_way = _conflict(codes) or _in_the_way(first, facts)
    if in_the_way is not None or facts is None:
        return in_the_way or _Verdict("", reason=TrayReason.UNKNOWN_CASE)
    has_slip = facts.kind in ENDS_WITH_SLIP
    missing = [number for number in range(1, first.of + 1) if number not in numbers]
    is_at_home = facts.awaits_seal or (facts.is_sealed and not facts.has_left)
    if has_slip and numbers == [first.of] and not how.are_returned and not is_at_home:
        return _Verdict(f"receipt slip {first}", filed_as=ScanKind.REPLY)
    if missing == [first.of] and has_slip and not facts.has_left and not is_at_home:
        missing = []  # A letter is sealed before its slip is put to it.
    if missing:
        gone = ", ".join(map(str, missing))
        return _Verdict(f"of {first.of} pages these are missing: {gone}", reason=TrayReason.GAP)
    if is_at_home or facts.is_sealed:
        return _sealed(first, facts, how, has_slip=has_slip)
    if not facts.has_left:
        return _Verdict(f"our letter {first}, not yet sent", filed_as=ScanKind.SEALED_LETTER)
    if not how.are_returned and has_slip:
        why = "the whole letter with its slip: it came back undelivered, or is part of the answer"
    elif not how.may_return:
        why = f"our letter {first}, which had left; somebody has to say that it came back"
    else:
        return _Verdict(f"our letter {first}, which had left", filed_as=ScanKind.RETURN)
    return _Verdict(why, reason=TrayReason.UNCLEAR, guess_as=ScanKind.RETURN)


def _conflict(codes: Sequence[PageCode]) -> _Verdict | None:
    """Return how the pages of one letter contradict each other; None if they do not."""
    numbers = [code.page for code in codes]
    if len({code.of for code in codes}) > 1:
        return _Verdict("its pages tell different counts", reason=TrayReason.CONFLICT)
    if len(set(numbers)) == len(numbers):
        return None
    twice = next(number for number in numbers if numbers.count(number) > 1)
    why = f"page {twice} of {codes[0].of} is there more than once, each time different"
    return _Verdict(why, reason=TrayReason.CONFLICT)


def _sealed(code: PageCode, facts: LetterFacts, how: _Reading, *, has_slip: bool) -> _Verdict:
    """Return what a whole letter is that needs a wet seal, or has it."""
    if not facts.has_left and how.are_returned:
        why = f"our letter {code} has not left; it cannot have come back"
        return _Verdict(why, reason=TrayReason.UNCLEAR, guess_as=ScanKind.SEALED_LETTER)
    if facts.awaits_seal:
        return _Verdict(f"our letter {code} with its seal", filed_as=ScanKind.SEALED_LETTER)
    if not facts.has_left:
        why = f"the sealed scan of {code} is on file; a second one replaces nothing"
        return _Verdict(why, reason=TrayReason.UNCLEAR, guess_as=ScanKind.SEALED_LETTER)
    if how.are_returned and how.may_return:
        return _Verdict(f"our letter {code}, which had left", filed_as=ScanKind.RETURN)
    answer = ", or is part of the answer" if has_slip else ""
    why = f"our sealed letter {code} had left: it came back, or was scanned here again{answer}"
    return _Verdict(why, reason=TrayReason.UNCLEAR, guess_as=ScanKind.RETURN)


def _in_the_way(code: PageCode, facts: LetterFacts | None) -> _Verdict | None:
    """Return why nothing can be filed to this case or for this letter; None if it can."""
    if facts is None:
        return _Verdict(
            f"no case has the reference {code.reference}", None, TrayReason.UNKNOWN_CASE
        )
    if not facts.is_ours:
        why = f"{code.reference} is worked by another office"
        return _Verdict(why, None, TrayReason.OTHER_OFFICE)
    if facts.is_closed and not facts.awaits_seal:  # The notice of how it ended may wait for one.
        return _Verdict(f"{code.reference} is closed", None, TrayReason.CASE_CLOSED)
    if facts.is_void:
        why = f"letter {code.letter} of {code.reference} was cancelled"
        return _Verdict(why, None, TrayReason.LETTER_VOID)
    if facts.kind is None or facts.pages != code.of:
        why = f"{code.reference} printed no letter {code.letter} of {code.of} pages"
        return _Verdict(why, None, TrayReason.UNKNOWN_LETTER)
    return None
