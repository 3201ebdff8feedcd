"""What a digest says: its subject and its text."""

from collections.abc import Sequence
from datetime import date, datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from cases.operations.digests import DigestDue
from cases.rules.digests import DigestLine
from cases.vocabulary.status import Language
from integrations.telling.texts import Texts

MOST_LINES = 100  #: In one mail; the rest is counted.


def subject_of(due: DigestDue, now: datetime) -> str:
    """Return the subject: how many, and as of which day."""
    today = now.astimezone(ZoneInfo(due.zone)).date()
    total = len(due.lines)
    if due.language is Language.CHINESE:
        return f"函查待办提醒：{total}件（{_day(today, due.language)}）"
    return f"Hancha: {total} case(s) for you, {_day(today, due.language)}"


def text_of(texts: Texts, due: DigestDue, now: datetime) -> str:
    """Return the text. Raises TemplateBroken."""
    local = now.astimezone(ZoneInfo(due.zone))
    shown = due.lines[:MOST_LINES]
    today = _day(local.date(), due.language)
    at = (
        f"{local.hour}时{local.minute:02}分"
        if due.language is Language.CHINESE
        else f"{local:, %H:%M}"
    )
    return texts.write(
        f"digest/{due.language.value}.txt",
        {
            "name": due.name,
            "office": due.office,
            "as_of": f"{today}{at}",
            "dated_on": today,
            "total": len(due.lines),
            "more": len(due.lines) - len(shown),
            "groups": [
                (topic.value, [_words(line, due.language) for line in lines])
                for topic, lines in groupby(shown, key=lambda line: line.topic)
            ],
        },
    )


def preview(texts: Texts, due: Sequence[DigestDue], now: datetime) -> list[str]:
    """Return the texts that would be sent."""
    return [text_of(texts, each, now) for each in due if each.lines]


def _words(line: DigestLine, language: Language) -> dict[str, object]:
    return {
        "reference": line.reference,
        "office": line.office,
        "on": _day(line.on, language) if line.on else "",
        "overdue_days": line.overdue_days,
        "is_provisional": line.is_provisional,
        "on_behalf_of": line.on_behalf_of,
    }


def _day(on: date, language: Language) -> str:
    if language is Language.CHINESE:
        return f"{on.year}年{on.month}月{on.day}日"
    return on.isoformat()
