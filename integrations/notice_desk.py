"""Messages to applicants: their texts are written and frozen, then handed over one by one."""

from cases.operations import notices as operations
from cases.rules.free_words import kept_words
from cases.store import departures, notices
from cases.store.case_types import pinned
from cases.store.leases import lock
from cases.store.tables.case import Case
from cases.store.tables.office import Office
from cases.store.tables.telling import ApplicantNotice, ApplicantTelephone
from cases.vocabulary.case_type import CaseType
from cases.vocabulary.errors import RecipientRefused
from cases.vocabulary.status import Language
from cases.vocabulary.telling import NoticeWay
from cases.vocabulary.values import ShortMessage
from integrations.telling.texts import Texts
from integrations.wiring import House

LONGEST = 500  #: Characters that are kept; a template of ours makes some eighty.


def write_notices(house: House) -> int:
    """Write every text that is missing and return how many; one that is written never changes.

    Raises TemplateBroken, StoreUnavailable.
    """
    texts = Texts(house.settings.templates)
    with house.database.reading() as session:
        found = [
            (
                row.id,
                _text(texts, row, case, ours, pinned(session, case.type_code, case.type_version)),
            )
            for row, case, ours in notices.unwritten(session)
        ]
    for notice_id, text in found:
        with house.database.transaction("notice") as session:
            row = session.get_one(ApplicantNotice, notice_id, with_for_update=True)
            row.text = row.text or text
    return len(found)


def message_of(house: House, notice: ApplicantNotice) -> ShortMessage:
    """Return what the gateway gets. Raises RecipientRefused when the number is gone, DiskFault."""
    with house.database.reading() as session:
        kept = session.get(ApplicantTelephone, notice.case_id)
    if kept is None:
        raise RecipientRefused("no telephone number is kept any more")
    number = house.safe.reveal(kept.sealed, case_id=notice.case_id)
    return ShortMessage(notice.message_id, number, notice.text)


def settle_notice(house: House, notice: ApplicantNotice, *, holder: str, words: str) -> None:
    """Settle a message that the gateway has, and say so in the case's journal."""
    now = house.clock.now()
    with house.database.transaction("applicantnotice-sent") as session:
        case = lock(session, notice.case_id)
        row = departures.settle_sent(
            session, ApplicantNotice, notice.id, holder=holder, words=words, now=now
        )
        if row is not None:
            operations.record_told(session, case, row, NoticeWay.SMS, now=now)


def _text(texts: Texts, row: ApplicantNotice, case: Case, ours: Office, case_type: CaseType) -> str:
    is_chinese = case.language is Language.CHINESE
    refusal = case_type.notices.refusal
    words = {
        "kind": row.kind.value,
        "office": ours.name_zh if is_chinese else ours.name_en or ours.name_zh,
        "reference": case.reference,
        "telephone": ours.telephone,
        "refusal": (refusal.zh if is_chinese else refusal.en) if refusal else "",
    }
    text = texts.write(f"notice/{case.language.value}.txt", words)
    return kept_words(" ".join(text.split("\n")), longest=LONGEST)
