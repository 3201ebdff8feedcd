"""Lives to be lived twice: scripts of what people do and when, and what is left at their end."""

import json
import re
from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import strategies as st
from sqlalchemy import update
from sqlmodel import col, select

from cases.operations import clock, closing
from cases.store import offices
from cases.store.tables.case import Case
from cases.store.tables.correspondence import (
    Extension,
    Letter,
    LetterNumber,
    Reply,
    Request,
    StoppedClock,
)
from cases.store.tables.journal import JournalEntry
from cases.store.tables.outbox import OutboxMessage
from cases.vocabulary.status import Verdict
from tests.outside_world import PowerCut
from tests.story import Story

Step = Callable[[Story, str], Any]


def until(text: str) -> Step:
    """Live on until an instant."""
    return lambda story, _case: story.live_until(text)


def answered(verdict: Verdict) -> Sequence[Step]:
    """A reply comes, a turn may pass, and a clerk looks at it."""
    return (
        lambda story, case: story.reply(case, summary="a reply"),
        lambda story, _case: story.rest(),
        lambda story, case: story.review(case, verdict),
        lambda story, _case: story.rest(),
    )


def restarted(story: Story, case: str) -> None:
    """Restart the clock."""
    story.act("zhou", clock.restart_clock, case)


def extended(story: Story, case: str) -> None:
    """Grant two more days."""
    story.act("wu", clock.extend, case, 2, "they telephoned")


def referred(story: Story, case: str) -> None:
    """Pass the request to the other office."""
    with story.house.database.reading() as session:
        other = offices.by_code(session, "BZ")
    story.act("zhou", closing.refer, case, other, "he moved away")


def withdrawn(story: Story, case: str) -> None:
    """Withdraw the case."""
    story.act("zhou", closing.withdraw, case, "no longer needed")


def reopened(story: Story, case: str) -> None:
    """Ask again."""
    story.act("wu", closing.reopen, case, "it was incomplete after all")


#: Each part begins and ends with a waiting case; the dates of one follow those of another.
EVENTS: dict[str, Sequence[Step]] = {
    "nothing": (),
    "a part of the answer": answered(Verdict.PARTIAL),
    "a contested refusal": answered(Verdict.CONTESTED),
    "a question and its answer": (*answered(Verdict.QUESTION), restarted),
    "more time": (extended,),
    "a referral": (referred,),
}
ENDS: dict[str, Sequence[Step]] = {
    "answered": answered(Verdict.COMPLETE),
    "refused": answered(Verdict.REFUSAL),
    "withdrawn": (withdrawn,),
    "answered and asked again": (*answered(Verdict.COMPLETE), reopened),
}
MOMENTS = ("Tue 2026-03-10 10:00", "Tue 2026-03-24 08:00", "Wed 2026-04-01 16:00")


@st.composite
def scripts(draw: st.DrawFn) -> list[Step]:
    """Something happens at each of three moments, and then it ends."""
    steps: list[Step] = []
    for moment in MOMENTS:
        steps += [until(moment), *EVENTS[draw(st.sampled_from(list(EVENTS)))]]
    steps += ENDS[draw(st.sampled_from(list(ENDS)))]
    return [*steps, until("Fri 2026-04-03 17:00")]


def live(story: Story, script: Sequence[Step], *, cut_after: int | None = None) -> str:
    """Live a script, with a power cut when so many points were reached; return the case."""
    case = story.open()
    story.power.points_left = cut_after
    for step in script:
        attempt(story, case, step)
    story.power.points_left = None
    return case


def attempt(story: Story, case: str, step: Step) -> None:
    """Do one step; after a power cut do it again, unless it was a person's and is done."""
    try:
        step(story, case)
    except PowerCut as cut:
        recover(story)
        if str(cut) != "act:after-commit":
            step(story, case)


def recover(story: Story) -> None:
    """Let time pass until nobody holds a case or a mail any more."""
    story.expire_leases()
    with story.house.database.transaction("expire") as session:
        session.execute(update(OutboxMessage).values(claim_until_ms=0))


RECORDS = (Request, Letter, LetterNumber, OutboxMessage, Reply, StoppedClock, Extension)
#: Repeats after a doubt are counted, whoever held the lease is forgotten, ids are random.
NOT_COMPARED = {
    *("id", "lease_holder", "lease_until_ms", "fence", "attempts", "journal_head"),
    *("sends", "claimed_by", "claim_until_ms", "message_id", "content", "document"),
    *("arguments_hash", "payload_hash", "previous_hash", "entry_hash"),
}
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_ORDER = {
    OutboxMessage: ("created_at", "recipient"),
    Letter: ("drafted_at", "step_id"),
    LetterNumber: ("serial",),
    Request: ("round",),
    Reply: ("recorded_at",),
    StoppedClock: ("since",),
    Extension: ("granted_at",),
}


def left(story: Story, case: str) -> list[str]:
    """Return every row that a life left, one a line, times included, ids by order."""
    row = story.case(case)
    rows = [row, *story.entries(case)]
    for table in RECORDS:
        order = [col(getattr(table, name)) for name in _ORDER[table]]
        rows += story.rows(select(table).order_by(*order))
    lines = [f"{type(each).__name__} {_plain(each)}" for each in rows]
    seen: dict[str, str] = {}
    return [_ID.sub(lambda found: seen.setdefault(found[0], f"#{len(seen)}"), x) for x in lines]


def _plain(row: Case | JournalEntry | Any) -> str:
    values = {k: v for k, v in row.model_dump().items() if k not in NOT_COMPARED}
    if isinstance(row, JournalEntry):
        values["result"] = {k: v for k, v in row.result.items() if k not in NOT_COMPARED}
    return json.dumps(values, default=str, ensure_ascii=False, sort_keys=True)


def mailed(story: Story) -> list[tuple[str, int]]:
    """Return to whom each letter went, repeats under one Message-ID counted once."""
    ids: dict[str, set[str]] = {}
    for mail in story.mail.accepted:
        ids.setdefault(mail.recipient, set()).add(mail.message_id)
    return sorted((recipient, len(found)) for recipient, found in ids.items())
