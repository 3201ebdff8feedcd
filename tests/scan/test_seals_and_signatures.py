"""Every sign-off with every seal, a seal on a person's word, and power cuts on the way."""

from datetime import datetime

import pytest
from pydantic import ValidationError
from sqlalchemy import update

from cases.operations import tray
from cases.store import scans
from cases.store.tables.outbox import OutboxMessage
from cases.vocabulary.errors import InvalidValue, SealMissing
from cases.vocabulary.scans import ScanKind
from cases.vocabulary.status import LetterKind, LetterStatus
from cases.vocabulary.values import SealedPdf
from tests.outside_world import PowerCut
from tests.scan.mail_room import MailRoom
from tests.scan.sealing import HOME, asked_with_seal, codes, sealed_pdf, sent_pdf

#: In the order that a life comes to them, from the scan to the mail server.
POINTS = (
    *("scan:before-commit", "scan:after-commit"),
    *("asked:before-commit", "asked:after-commit"),
    *("waited:before-commit", "send:before", "send:after", "sent:before-commit"),
)


@pytest.mark.parametrize("point", POINTS)
def test_wherever_the_power_fails_the_mail_leaves_once_with_the_sealed_bytes(
    mail_room: MailRoom, point: str
) -> None:
    """SMTP alone may take it twice, if we die before we know: the same bytes, the same id."""
    case = asked_with_seal(mail_room)
    story, pages = mail_room.story, codes(mail_room, case)
    story.house.reached = story.power.reached
    story.power.cut_at = point

    def live_on() -> None:
        mail_room.tell(*pages)
        story.rest()

    with pytest.raises(PowerCut):
        live_on()
    story.expire_leases()
    with story.house.database.transaction("expire") as session:
        session.execute(update(OutboxMessage).values(claim_until_ms=0))
    mail_room.tell(*pages)
    story.rest()
    mails = story.mail.to(HOME)
    assert len({(mail.message_id, mail.content) for mail in mails}) == 1
    assert len(mails) == (2 if point in ("send:after", "sent:before-commit") else 1)
    story.mail.accepted = mails[:1]
    assert sent_pdf(mail_room) == sealed_pdf(mail_room, case)
    assert [entry.kind.value for entry in story.entries(case)].count("sealed") == 1


class TestOnThePersonsWord:
    """A code that cannot be read: a person looks, and says that it is the sealed letter."""

    def test_the_whole_letter_in_order_is_taken(self, mail_room: MailRoom) -> None:
        case = asked_with_seal(mail_room)
        pages = codes(mail_room, case)
        mail_room.tell(*[""] * len(pages))
        file_sealed(mail_room, case)
        mail_room.story.rest()
        assert sent_pdf(mail_room) == sealed_pdf(mail_room, case)
        assert mail_room.story.letters(case)[0].sealed_by == "zhou"

    def test_a_page_too_few_is_refused(self, mail_room: MailRoom) -> None:
        case = asked_with_seal(mail_room)
        mail_room.tell(*codes(mail_room, case)[:-1])
        with pytest.raises(InvalidValue, match=r"has 3 pages, here are 2"):
            file_sealed(mail_room, case)

    def test_pages_out_of_order_are_refused(self, mail_room: MailRoom) -> None:
        case = asked_with_seal(mail_room)
        first, _, slip = codes(mail_room, case)
        mail_room.tell(slip, "", first)
        with pytest.raises(InvalidValue, match="do not lie in order"):
            file_sealed(mail_room, case)

    def test_what_another_cases_code_is_on_is_refused(self, mail_room: MailRoom) -> None:
        case, other = asked_with_seal(mail_room), mail_room.story.open(case_type="stamped")
        mail_room.story.rest()
        mail_room.tell(*codes(mail_room, other)[:-1])
        with pytest.raises(InvalidValue, match="names another case's letter"):
            file_sealed(mail_room, case)


def file_sealed(room: MailRoom, case: str) -> None:
    """File what was put last in the tray as the sealed letter of a case."""
    item = room.tray()[-1]
    content = room.house.documents.get(item.document, case_id=item.id)
    document = room.house.documents.put(content, case_id=room.story.case(case).id)
    with room.house.database.transaction("tray-file") as session:
        row, now = scans.locked_item(session, item.id), room.story.clock.now()
        tray.file_as(
            session,
            room.story.actor("zhou"),
            row,
            room.story.locked(session, case),
            ScanKind.SEALED_LETTER,
            document,
            received_on=now.date(),
            now=now,
        )


SIGNED_BY = {
    ("none", "none"): "left at once",
    ("none", "standing"): "left at once",
    ("none", "each"): "sign by manager:XQ",
    ("wet", "none"): "refused: request bears a seal, so somebody has to sign it",
    ("wet", "standing"): "seal by zhou",
    ("wet", "each"): "sign by manager:XQ, then seal by zhou",
    ("electronic", "none"): "refused: request bears a seal, so somebody has to sign it",
    ("electronic", "standing"): "left at once",
    ("electronic", "each"): "sign by manager:XQ",
}


@pytest.mark.parametrize(
    ("seal", "sign_off", "what"),
    [(*key, what) for key, what in SIGNED_BY.items()],
    ids=[f"seal {seal}, signed {sign_off}" for seal, sign_off in SIGNED_BY],
)
def test_every_sign_off_with_every_seal(
    mail_room: MailRoom, seal: str, sign_off: str, what: str
) -> None:
    story = mail_room.story
    story.house.seal = InkPad()
    given = {**dict.fromkeys(LetterKind, "standing"), "request": sign_off}
    changes = {"sign_off": given, "seals": {"request": seal}, "channels": ["email"]}
    if what.startswith("refused"):
        with pytest.raises(ValidationError, match=what.removeprefix("refused: ")):
            story.publish("t", **changes)
        return
    case = story.open(case_type=story.publish("t", **changes))
    story.rest()
    seen = []
    if story.letters(case)[0].status is LetterStatus.DRAFTED:
        seen.append(story.stands(case).partition(" on ")[0])
        story.sign(case)
        story.rest()
    if story.letters(case)[0].status is LetterStatus.AWAITING_SEAL:
        seen.append(story.stands(case).partition(" on ")[0])
        mail_room.tell(*codes(mail_room, case))
        story.rest()
    assert (", then ".join(seen) or "left at once") == what
    assert story.letters(case)[0].status is LetterStatus.LEFT
    if seal != "none":
        assert sent_pdf(mail_room) == sealed_pdf(mail_room, case)


class InkPad:
    """Fits cases.ports.ElectronicSeal; only appends a comment, which no reader takes for a seal."""

    def seal(self, pdf: bytes, *, at: datetime) -> SealedPdf:
        """Return the letter with a comment behind it."""
        return SealedPdf(pdf + b"\n% sealed\n", "test seal", at)


def test_without_an_electronic_seal_a_type_that_asks_for_one_opens_no_case(
    mail_room: MailRoom,
) -> None:
    kind = mail_room.story.publish("e", seals={"request": "electronic"}, channels=["email"])
    with pytest.raises(SealMissing, match="e seals its request electronically"):
        mail_room.story.open(case_type=kind)
