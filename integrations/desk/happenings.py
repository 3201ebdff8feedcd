"""The journal of a case as a timeline: what happened, in words, the newest first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from cases.vocabulary.status import (
    Channel,
    EntryKind,
    Language,
    LetterKind,
    Outcome,
    Role,
    Verdict,
)
from integrations.desk import wording
from integrations.reading.case_brief import Facts


class Side(StrEnum):
    """Whose doing it was: it sets the mark on the timeline."""

    OURS = "ours"
    THEIRS = "theirs"
    ENGINE = "engine"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of the timeline."""

    at: datetime
    actor: str
    title: str
    details: tuple[str, ...]
    side: Side


_LABELS = {
    "number": ("发文字号", "number"),
    "kind": ("函种", "letter"),
    "cases": ("所列办件数", "cases that it lists"),
    "channel": ("渠道", "channel"),
    "received_on": ("收到日", "received on"),
    "before": ("原为", "before"),
    "due_on": ("截止日期", "due on"),
    "verdict": ("意见", "verdict"),
    "days": ("天数", "days"),
    "since": ("自", "since"),
    "until": ("至", "until"),
    "outcome": ("结果", "outcome"),
    "home_office": ("被函机关", "asked"),
    "to": ("转送至", "to"),
    "round": ("轮次", "round"),
    "reason": ("理由", "reason"),
    "summary": ("摘要", "summary"),
    "note": ("说明", "note"),
    "comment": ("意见", "comment"),
    "applicant": ("申请人", "applicant"),
    "words": ("对方服务器", "the server said"),
    "error": ("原因", "why"),
    "cause": ("原因", "cause"),
}
_LISTS: dict[str, type[StrEnum]] = {
    "kind": LetterKind,
    "channel": Channel,
    "verdict": Verdict,
    "outcome": Outcome,
    "role": Role,
}
_SIDES = {
    EntryKind.REPLY_RECORDED: Side.THEIRS,
    EntryKind.SCAN_FILED: Side.THEIRS,
    EntryKind.PAGES_ADDED: Side.THEIRS,
    EntryKind.RETURNED: Side.WARNING,
    EntryKind.DISPATCH_FAILED: Side.WARNING,
    EntryKind.QUARANTINED: Side.WARNING,
    EntryKind.HELD: Side.WARNING,
    EntryKind.HANDED_TO_MANAGER: Side.WARNING,
    EntryKind.ESCALATED: Side.WARNING,
}
#: The engine's own bookkeeping; what it led to stands beside it.
_UNSAID = (EntryKind.DRAFTED, EntryKind.WAITED)


def happenings(facts: Facts, language: Language) -> list[Happening]:
    """Return what happened in a case, the newest first."""
    letters = {str(row["id"]): row for row in facts["letters"]}
    told = [
        _happening(entry, letters, language)
        for entry in facts["timeline"]
        if entry["kind"] not in _UNSAID
    ]
    return told[::-1]


def _happening(entry: Facts, letters: dict[str, Facts], language: Language) -> Happening:
    kind, actor = entry["kind"], entry["actor"]
    said = {**entry["result"], **(entry["personal"] or {})}
    letter = letters.get(str(said.get("letter")))
    if letter is not None:  # Its number is given when it is signed: the row knows it best.
        said = {**said, "kind": letter["kind"], "number": said.get("number") or letter["number"]}
    side = _SIDES.get(kind, Side.ENGINE if actor == "engine" else Side.OURS)
    details = tuple(_details(said, language))
    return Happening(entry["at"], actor, wording.say(kind, language), details, side)


def _details(said: dict[str, Any], language: Language) -> Iterator[str]:
    t = wording.both(language)
    for name, value in said.items():
        if name not in _LABELS or value in (None, "", False):
            continue
        label = t(*_LABELS[name])
        yield f"{label}{t('：', ': ')}{_value(name, value, language)}"
    if said.get("is_late"):
        yield t("逾期收到", "late")
    if said.get("is_surplus"):
        yield t("重复复函", "surplus")
    if said.get("is_copy"):
        yield t("抄送", "copy")


def _value(name: str, value: Any, language: Language) -> str:
    words = _LISTS.get(name)
    if words is not None and value in set(words):
        return wording.say(words(value), language)
    if name in ("received_on", "before", "due_on", "since", "until"):
        try:
            return wording.day(date.fromisoformat(value), language, weekday=False)
        except (TypeError, ValueError):
            return str(value)
    return str(value)
