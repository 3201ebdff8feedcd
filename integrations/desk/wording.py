"""How the desk speaks: one language at a time, dates and closed lists in it."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from cases.vocabulary.status import Language, NextAction, Role
from integrations import words
from integrations.refusals import name_in_chinese

WEEKDAYS = "一二三四五六日"

#: Why something is to be done, as a sentence: what a person reads first in the morning.
REASONS = {
    NextAction.ENGINE_TURN: ("系统正在处理", "the engine takes its turn"),
    NextAction.SIGN: ("函件已拟稿，等待签发", "a letter is drafted and waits for a signature"),
    NextAction.ANSWER: ("来函待我方答复", "another office asks; the answer is ours"),
    NextAction.SEAL: (
        "函件待印制、用印并扫描归入",
        "a letter is to be printed, stamped and scanned back",
    ),
    NextAction.SEND: ("函件待寄出", "a letter waits to leave the house"),
    NextAction.REPAIR_DISPATCH: (
        "函件未能送出，请核对地址后重发",
        "a letter could not be delivered; mend the address and send it again",
    ),
    NextAction.CLIMB: ("等待复函，逾期由系统催复", "waits for the reply; reminded if late"),
    NextAction.LOOK: ("复函已到，等待审阅", "a reply is here and waits to be looked at"),
    NextAction.READ_INTAKE: ("先收取来件，再行催复", "the mailbox is read before anybody is urged"),
    NextAction.REFER: (
        "对方称不属其职责，等待转送",
        "the office says that it is not competent; refer the request",
    ),
    NextAction.RESOLVE_DISCREPANCY: (
        "两份答复不一致，请认定以哪份为准",
        "two answers do not agree; say which holds",
    ),
    NextAction.RESTART_CLOCK: ("计时已中止，等待恢复", "the clock stands until it is restarted"),
    NextAction.PUBLISH_CALENDAR: (
        "期限跨入未公布的年度，等待公布日历",
        "the date rests on a year that is not published",
    ),
    NextAction.DECIDE: (
        "末级催办期满仍未复函，等待决定",
        "no answer after the last rung; decide how it goes on",
    ),
    NextAction.RELEASE: ("办件已搁置，等待解除", "the case is held until it is released"),
}

_NEEDS = re.compile(r".* may not .*; this needs the role (.*)")


def both(language: Language) -> Callable[[str, str], str]:
    """Return the function by which templates say everything: `t("我的工作", "My work")`."""
    return lambda chinese, english: chinese if language is Language.CHINESE else english


def say(member: StrEnum | None, language: Language) -> str:
    """Return the word for a member of a closed list; a dash for nothing."""
    if member is None:
        return words.NONE
    if language is Language.CHINESE:
        return words.CHINESE[type(member)][member.value]
    return member.value.replace("_", " ")


def day(on: date | None, language: Language, *, weekday: bool = True) -> str:
    """Return "2026年11月23日 周一" or "Mon 23 Nov 2026"."""
    if on is None:
        return words.NONE
    if language is Language.CHINESE:
        tail = f" 周{WEEKDAYS[on.weekday()]}" if weekday else ""
        return f"{on.year}年{on.month}月{on.day}日{tail}"
    return f"{on:%a} {on.day} {on:%b %Y}" if weekday else f"{on.day} {on:%b %Y}"


def minute(at: datetime | None, language: Language, zone: ZoneInfo) -> str:
    """Return the day and the time in a zone."""
    if at is None:
        return words.NONE
    local = at.astimezone(zone)
    return f"{day(local.date(), language, weekday=False)} {local:%H:%M}"


def owner(name: str, language: Language, names: Mapping[str, str]) -> str:
    """Return who has to act, as words."""
    t = both(language)
    if name in ("", "engine"):
        return t("系统", "the engine") if name else words.NONE
    role, _, office = name.partition(":")
    if office and role in (Role.MANAGER, Role.MAIL_ROOM):
        return f"{office} {say(Role(role), language)}"
    return names.get(name, name)


def reason(action: NextAction, language: Language) -> str:
    """Return why the next action is what it is, as a sentence."""
    chinese, english = REASONS[action]
    return both(language)(chinese, english)


def refusal(fault: Exception, language: Language) -> str:
    """Return a refusal as a sentence to the person who met it."""
    told = str(fault)
    if language is not Language.CHINESE:
        return told[:1].upper() + told[1:] + ("" if told.endswith(".") else ".")
    needs = _NEEDS.fullmatch(told)
    if needs:
        roles = "、".join(words.CHINESE[Role][each] for each in needs[1].split(", "))
        return f"您无权办理此事；需要{roles}角色。"
    return in_chinese(told) or f"{name_in_chinese(fault).strip()}：{told}"


def in_chinese(told: str) -> str:
    """Return what is known to be said in Chinese of an English sentence, else nothing."""
    for english, chinese in _sentences():
        match = english.fullmatch(told)
        if match is None:
            continue
        said = match.expand(chinese)
        reason = match[1] if match.lastindex and chinese.endswith(r"：\1") else ""
        return said.replace(reason, in_chinese(reason) or reason) if reason else said
    return ""


@lru_cache(maxsize=1)
def _sentences() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return the sentences that people meet often; anything else keeps its English words."""
    text = (Path(__file__).parent / "said_in_chinese.txt").read_text("utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    pairs = (line.split("\t") for line in lines)
    return tuple((re.compile(english), chinese) for english, chinese in pairs)
