"""What the post office gave back: tracking numbers, and postage as cost lines of the cases."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from cases.rules.access import Act, require
from cases.rules.posting import read_postage, read_tracking_number, shares, tracking_warning
from cases.store import post
from cases.store.tables.post import CostLine, PostBatch, PostEnvelope
from cases.vocabulary.errors import CaseError, InvalidValue
from cases.vocabulary.values import Actor


@dataclass(frozen=True, slots=True)
class PostedLine:
    """One line of the mail room's list as it comes back: texts as they stand there."""

    number: int  #: Line of the file, from 1.
    envelope: str
    tracking: str = ""
    postage: str = ""


@dataclass(frozen=True, slots=True)
class LineResult:
    """What became of a line: taken, taken with a doubt, or refused."""

    number: int
    envelope: str
    refusal: str = ""
    warning: str = ""


def record_lines(
    session: Session, actor: Actor, lines: Sequence[PostedLine], *, now: datetime
) -> list[LineResult]:
    """Keep what each line says about its envelope; one that cannot be read stops no other.

    A line that says nothing changes nothing; one that says it again is taken again, with a
    warning where it differs. Raises NotAllowed.
    """
    require(actor, Act.RECORD_POST, office_id=actor.office_id)
    return list(_results(session, actor, lines, now))


def _results(
    session: Session, actor: Actor, lines: Sequence[PostedLine], now: datetime
) -> Iterator[LineResult]:
    used: dict[str, str] = {}
    for line in lines:
        if not line.tracking.strip() and not line.postage.strip():
            continue
        try:
            warning = _record(session, actor, line, used, now)
        except CaseError as refusal:
            yield LineResult(line.number, line.envelope, refusal=str(refusal))
        else:
            yield LineResult(line.number, line.envelope, warning=warning)


def _record(
    session: Session, actor: Actor, line: PostedLine, used: dict[str, str], now: datetime
) -> str:
    """Keep one line and return what is doubtful about it."""
    envelope = post.envelope_of_code(session, line.envelope)
    if envelope is None:
        raise InvalidValue(f"there is no envelope {line.envelope!r}")
    batch = session.get_one(PostBatch, envelope.batch_id)
    require(actor, Act.RECORD_POST, office_id=batch.office_id)
    tracking = read_tracking_number(line.tracking) if line.tracking.strip() else ""
    fen = read_postage(line.postage) if line.postage.strip() else None
    if tracking and used.setdefault(tracking, envelope.code) != envelope.code:
        raise InvalidValue(f"{tracking} stands at {used[tracking]} already")
    warnings = []
    if tracking:
        warnings.append(tracking_warning(tracking))
        if envelope.tracking_number not in ("", tracking):
            warnings.append(f"was {envelope.tracking_number} before")
        envelope.tracking_number = tracking
    if fen is not None:
        _keep_costs(session, actor, envelope, fen, now)
    session.flush()
    return "; ".join(filter(None, warnings))


def _keep_costs(
    session: Session, actor: Actor, envelope: PostEnvelope, fen: int, now: datetime
) -> None:
    """Charge the cases in an envelope with equal shares of its postage, instead of any before."""
    envelope.postage_fen = fen
    for before in post.costs_of_envelope(session, envelope.id):
        session.delete(before)
    session.flush()
    cases = post.cases_in(session, envelope.id)
    for case_id, share in zip(cases, shares(fen, len(cases)), strict=True):
        session.add(
            CostLine(
                case_id=case_id,
                envelope_id=envelope.id,
                fen=share,
                recorded_at=now,
                recorded_by=actor.name,
            )
        )
