"""The desk has words for everything that can stand on a page, in both languages."""

import re
from datetime import date

import pytest

from cases.vocabulary.errors import InvalidValue, NotAllowed
from cases.vocabulary.status import Language, NextAction
from integrations.desk import wording
from integrations.desk.acts import ACTS
from integrations.desk.case_page import DONE

CHINESE, ENGLISH = Language.CHINESE, Language.ENGLISH


def test_every_next_action_has_its_reason_in_words() -> None:
    for action in NextAction:
        assert re.search(r"[\u4e00-\u9fff]", wording.reason(action, CHINESE))
        assert wording.reason(action, ENGLISH).isascii()


def test_every_act_says_afterwards_that_it_was_done() -> None:
    assert set(ACTS) <= set(DONE)


def test_a_date_reads_as_the_office_writes_it() -> None:
    on = date(2026, 11, 3)
    assert wording.day(on, CHINESE) == "2026年11月3日 周二"
    assert wording.day(on, ENGLISH) == "Tue 3 Nov 2026"
    assert wording.day(on, CHINESE, weekday=False) == "2026年11月3日"


@pytest.mark.parametrize(
    ("fault", "chinese"),
    [
        (InvalidValue("a reason is needed"), "请填写理由。"),
        (
            InvalidValue("the person number is not valid: the check digit does not fit the others"),
            "公民身份号码有误：校验码不符。",
        ),
        (
            NotAllowed("mail may not sign a letter; this needs the role clerk, manager"),
            "您无权办理此事；需要经办人、负责人角色。",
        ),
        (
            InvalidValue("never heard of"),
            "内容有误：never heard of",
        ),
    ],
)
def test_a_refusal_is_said_in_chinese(fault: Exception, chinese: str) -> None:
    assert wording.refusal(fault, CHINESE) == chinese
