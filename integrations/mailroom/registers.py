"""The register of an office (收发文登记簿): what left, what came in, which numbers are void."""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel import Session

from cases.store import offices, registers
from cases.store.tables.case import Case
from cases.store.tables.correspondence import Letter, LetterNumber, Reply
from cases.store.tables.office import Office
from cases.store.tables.outbox import OutboxMessage
from cases.store.tables.post import PostEnvelope
from cases.vocabulary.errors import InvalidValue
from cases.vocabulary.status import Channel
from integrations.letters.faces import Faces
from integrations.letters.typesetting import Typesetter
from integrations.mailroom.words import CHANNELS, CLASSES, VERDICTS

#: A copy that left: its message, its letter, its case, the envelope it lay in.
Left = tuple[OutboxMessage, Letter, Case, PostEnvelope | None]

LONGEST_DAYS = 366
_MARKS = re.compile(r"（[^（）]*办件编号[^（）]*）$")  #: What a subject adds for e-mail.


#: The tables: title, and columns with their widths.
_LEFT = (
    "发文登记簿",
    {
        "序号": 6,
        "发文日期": 12,
        "发文字号": 22,
        "文件标题": 38,
        "收文机关": 25,
        "页数": 6,
        "方式": 11,
        "邮件号码": 18,
        "办件编号": 20,
        "备注": 8,
    },
)
_CAME = (
    "收文登记簿",
    {
        "序号": 6,
        "收文日期": 12,
        "来文机关": 36,
        "办件编号": 20,
        "方式": 12,
        "审阅结果": 18,
        "登记人": 14,
        "备注": 18,
    },
)
_VOID = ("作废文号登记", {"序号": 6, "发文字号": 30, "作废原因": 90})


@dataclass(frozen=True, slots=True)
class Part:
    """One table of the register."""

    title: str
    columns: tuple[str, ...]
    widths: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]
    total: str = ""


@dataclass(frozen=True, slots=True)
class Register:
    """The register of one office for some days."""

    office: str
    first: date
    last: date
    parts: tuple[Part, ...]


def register_of(session: Session, ours: Office, first: date, last: date) -> Register:
    """Return what stands in the register for these days. Raises InvalidValue."""
    if not first <= last or (last - first).days > LONGEST_DAYS:
        raise InvalidValue(f"a register holds 1 to {LONGEST_DAYS} days, the first one first")
    zone = ZoneInfo(ours.zone)
    since = datetime.combine(first, time(), zone)
    until = datetime.combine(last + timedelta(days=1), time(), zone)
    papers = _papers(registers.left_between(session, ours.id, since, until))
    came = registers.received_between(session, ours.id, first, last)
    void = registers.void_numbers(session, ours.code, range(first.year, last.year + 1))
    parts = (
        _part(_LEFT, [_left(session, zone, paper) for paper in papers], _postage(papers)),
        _part(_CAME, [_came(session, *row) for row in came]),
        _part(_VOID, [_void(row) for row in void]),
    )
    return Register(ours.name_zh, first, last, parts)


def _part(
    shape: tuple[str, dict[str, int]], rows: Sequence[tuple[str, ...]], total: str = ""
) -> Part:
    title, columns = shape
    numbered = tuple((str(n), *row) for n, row in enumerate(rows, start=1))
    return Part(title, tuple(columns), tuple(columns.values()), numbered, total)


def set_register(faces: Faces, register: Register, printed_on: date) -> bytes:
    """Return the register as a PDF, A4 across. Raises SystemFault."""
    data: dict[str, object] = {
        "title": "收发文登记簿",
        "office": register.office,
        "period": f"{_day(register.first)}至{_day(register.last)}",
        "parts": [asdict(part) for part in register.parts],
    }
    return Typesetter(faces, "register").pdf(data, printed_on)


def _papers(left: Sequence[Left]) -> list[list[Left]]:
    """Return what left, the copies of one joint letter for one office together."""
    papers: dict[tuple[UUID, UUID | None], list[Left]] = {}
    for row in left:
        message = row[0]
        papers.setdefault((message.joint_id or message.id, message.office_id), []).append(row)
    return list(papers.values())


def _left(session: Session, zone: ZoneInfo, paper: Sequence[Left]) -> tuple[str, ...]:
    message, letter, _, envelope = paper[0]
    assert message.sent_at is not None  # It left.
    to = _name(session, message.office_id) or "申请人"
    way = CLASSES[envelope.mail_class] if envelope else CHANNELS[message.channel]
    marks = ("抄送" if message.is_copy else "", "合并" if len(paper) > 1 else "")
    return (
        f"{message.sent_at.astimezone(zone):%Y-%m-%d}",
        letter.number or "—",
        _MARKS.sub("", letter.subject),
        to,
        str(letter.pages),
        way,
        envelope.tracking_number if envelope else "",
        "\n".join(sorted(row[2].reference for row in paper)),
        "、".join(filter(None, marks)),
    )


def _came(session: Session, reply: Reply, case: Case, asked: UUID | None) -> tuple[str, ...]:
    return (
        f"{reply.received_on:%Y-%m-%d}",
        _name(session, asked or case.home_office_id),
        case.reference,
        CHANNELS[reply.channel],
        VERDICTS[reply.verdict] if reply.verdict else "待审阅",
        reply.recorded_by,
        "逾期" if reply.is_late else "",
    )


def _void(row: LetterNumber) -> tuple[str, ...]:
    return row.printed, row.void_reason


def _postage(papers: Sequence[Sequence[Left]]) -> str:
    envelopes = {paper[0][3].id: paper[0][3] for paper in papers if paper[0][3] is not None}
    fen = sum(each.postage_fen or 0 for each in envelopes.values())
    posted = sum(paper[0][0].channel is Channel.POST for paper in papers)
    if not posted:
        return ""
    return f"邮寄{posted}件，{len(envelopes)}封；邮资合计{fen // 100}.{fen % 100:02}元。"


def _name(session: Session, office_id: UUID | None) -> str:
    return offices.get(session, office_id).name_zh if office_id else ""


def _day(on: date) -> str:
    return f"{on.year}年{on.month}月{on.day}日"
