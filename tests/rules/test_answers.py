"""What an answer is beside the one that holds, and what a reply says to each question."""

import pytest

from cases.rules.answers import Said, Taken, compare, said_by
from cases.vocabulary.errors import InvalidValue
from cases.vocabulary.status import Verdict

REFUSED = Said(is_refusal=True)


@pytest.mark.parametrize(
    ("current", "given", "taken"),
    [
        (None, Said("已婚"), Taken.NEW),
        (None, REFUSED, Taken.NEW),
        (Said("地址：新桥路 12 号。"), Said("地址:新桥路１２号"), Taken.SAME),
        (Said("在册"), Said("不在册"), Taken.CONFLICT),
        (Said("在册"), Said(), Taken.SAME),
        (Said(), Said("在册"), Taken.SAME),
        (Said("在册"), REFUSED, Taken.CONFLICT),
        (REFUSED, Said(), Taken.CONFLICT),
        (REFUSED, REFUSED, Taken.SAME),
    ],
    ids=[
        "the first answer is new",
        "the first refusal is new",
        "spaces, marks and widths do not count",
        "other words contradict",
        "an answer in the reply itself contradicts no words",
        "words after an answer in the reply itself are no contradiction",
        "a refusal contradicts an answer",
        "an answer contradicts a refusal",
        "two refusals agree",
    ],
)
def test_an_answer_beside_the_one_that_holds(
    current: Said | None, given: Said, taken: Taken
) -> None:
    assert compare(current, given) is taken


QUESTIONS = ("household", "archive")


@pytest.mark.parametrize(
    ("verdict", "given", "answered", "said"),
    [
        (Verdict.PARTIAL, {"archive": "在馆"}, (), {"archive": Said("在馆")}),
        (
            Verdict.COMPLETE,
            {"archive": "在馆"},
            (),
            {"archive": Said("在馆"), "household": Said()},
        ),
        (Verdict.COMPLETE, {}, ("household",), {"archive": Said()}),
        (Verdict.REFUSAL, {}, ("household",), {"archive": REFUSED}),
        (Verdict.REFUSAL, {}, QUESTIONS, {"household": REFUSED, "archive": REFUSED}),
        (Verdict.QUESTION, {}, (), {}),
        (Verdict.NOT_COMPETENT, {}, (), {}),
    ],
    ids=[
        "a part answers what it answers",
        "a complete one answers the rest by itself",
        "what is answered already is not answered again without words",
        "a refusal refuses what is left",
        "a refusal when nothing is left refuses the whole",
        "a question answers nothing",
        "an office that is not competent answers nothing",
    ],
)
def test_what_a_reply_says(
    verdict: Verdict, given: dict[str, str], answered: tuple[str, ...], said: dict[str, Said]
) -> None:
    assert said_by(verdict, given, QUESTIONS, answered) == said


def test_a_question_that_was_not_asked_is_refused() -> None:
    with pytest.raises(InvalidValue, match="'income'"):
        said_by(Verdict.PARTIAL, {"income": "x"}, QUESTIONS, ())


def test_words_that_come_with_no_answer_are_refused() -> None:
    with pytest.raises(InvalidValue, match="answers nothing"):
        said_by(Verdict.NO_ANSWER, {"archive": "x"}, QUESTIONS, ())
