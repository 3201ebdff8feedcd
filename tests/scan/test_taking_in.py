"""What taking in a stack does to the cases: replies wake them, everything is written once."""

import pytest
from sqlmodel import select

from cases.operations import dispatch
from cases.store import address_repairs, correspondence, documents, journal, outbox
from cases.store.tables.journal import JournalEntry
from cases.store.tables.scan import FiledScan, ScanBatch, TrayItem
from cases.vocabulary.errors import InvalidValue, NotAllowed
from cases.vocabulary.scans import TrayReason
from cases.vocabulary.status import Channel, EntryKind, Verdict
from integrations.scans.intake import ScanIntake
from tests.scan.mail_room import Found, MailRoom


def counts(room: MailRoom) -> list[int]:
    """Count stacks, filed scans, items and journal entries."""
    with room.house.database.reading() as session:
        tables = (ScanBatch, FiledScan, TrayItem, JournalEntry)
        return [len(session.exec(select(table)).all()) for table in tables]


def test_a_slip_becomes_a_reply_by_post_and_wakes_the_case(mail_room: MailRoom) -> None:
    story = mail_room.story
    case = story.open()
    story.rest()
    mail_room.tell(mail_room.slip(case), "", "")
    assert story.stands(case).startswith("look by zhou")
    with mail_room.house.database.reading() as session:
        (reply,) = correspondence.replies_of(session, story.case(case).id)
    assert (reply.channel, reply.received_on.isoformat(), reply.recorded_by) == (
        *(Channel.POST, "2026-03-02"),
        "mail",
    )
    assert "2 pages behind it wait in the tray" in reply.summary
    assert mail_room.house.documents.get(reply.document, case_id=reply.case_id)
    (item,) = mail_room.tray()
    assert (item.reason, item.guess, item.reply_id, item.pages) == (
        *(TrayReason.BEHIND_SLIP, case),
        *(reply.id, [2, 3]),
    )


def test_a_clerk_still_looks_and_only_then_does_the_case_close(mail_room: MailRoom) -> None:
    story = mail_room.story
    case = story.open()
    story.rest()
    mail_room.tell(mail_room.slip(case))
    story.rest()
    assert story.stands(case).startswith("look by zhou")
    story.review(case, Verdict.COMPLETE)
    story.rest()
    assert story.stands(case) == "closed answered"


def test_the_same_file_again_files_nothing(mail_room: MailRoom) -> None:
    case = mail_room.story.open()
    mail_room.story.rest()
    first = mail_room.tell(mail_room.slip(case), "")
    before = counts(mail_room)
    again = mail_room.tell(mail_room.slip(case), "", name="another-name.pdf", login="zhou")
    assert (first.is_known, again.is_known) == (False, True)
    assert again.batch.id == first.batch.id
    assert counts(mail_room) == before


def test_a_sealed_letter_is_recorded_as_such_and_changes_nothing_else(
    mail_room: MailRoom,
) -> None:
    story = mail_room.story
    case = story.open()
    story.turn()
    before = story.stands(case)
    pages = [mail_room.code(case, number + 1) for number in range(mail_room.pages(case))]
    taken = mail_room.tell(*reversed(pages))
    assert set(mail_room.where(taken.batch).values()) == {Found(case, "sealed_letter")}
    assert story.stands(case) == before
    (scan,) = mail_room.filed(case)
    assert scan.pages == list(range(len(pages), 0, -1))


def test_a_letter_that_came_back_is_in_the_journal(mail_room: MailRoom) -> None:
    story = mail_room.story
    case = story.open()
    story.rest()
    pages = [mail_room.code(case, number + 1) for number in range(mail_room.pages(case))]
    mail_room.tell(*pages, returned=True)
    with mail_room.house.database.reading() as session:
        entry = journal.last_of_kinds(session, story.case(case).id, EntryKind.SCAN_FILED)
    assert entry is not None
    assert (entry.result["as"], entry.result["letter"], entry.actor) == ("return", 1, "mail")


def test_a_posted_letter_that_came_back_puts_its_office_in_doubt(mail_room: MailRoom) -> None:
    """The days of an office that never got the letter do not run."""
    story = mail_room.story
    case = story.open(case_type=story.publish("by-post", channels=["post"]))
    story.rest()
    (message,) = story.outbox(case)
    with mail_room.house.database.transaction("posted") as session:
        row = outbox.get(session, message.id)
        dispatch.record_posted(session, story.actor("mail"), row, now=story.clock.now())
    assert story.request(case).due_on is not None
    pages = [mail_room.code(case, number + 1) for number in range(mail_room.pages(case))]
    mail_room.tell(*pages, returned=True)
    assert story.request(case).due_on is None
    with mail_room.house.database.reading() as session:
        (repair,) = address_repairs.listed(session)
        assert repair.office_id == story.request(case).office_id
    again = mail_room.tell(*pages, "", returned=True)
    assert mail_room.where(again.batch)[1] == Found(case, "return"), "it had left all the same"


def test_a_letter_that_was_mailed_electronically_cannot_put_an_address_in_doubt(
    mail_room: MailRoom,
) -> None:
    case = mail_room.story.open()
    mail_room.story.rest()
    before = mail_room.story.stands(case)
    pages = [mail_room.code(case, number + 1) for number in range(mail_room.pages(case))]
    mail_room.tell(*pages, returned=True)
    assert mail_room.story.stands(case) == before
    with mail_room.house.database.reading() as session:
        assert address_repairs.listed(session) == []


def test_a_stack_for_many_cases_is_one_batch(mail_room: MailRoom) -> None:
    story = mail_room.story
    cases = [story.open() for _ in range(4)]
    story.rest()
    taken = mail_room.tell(*(code for case in cases for code in (mail_room.slip(case), "")))
    places = mail_room.where(taken.batch)
    assert [places[page] for page in (1, 3, 5, 7)] == [Found(case, "reply") for case in cases]
    assert [places[page] for page in (2, 4, 6, 8)] == [
        Found(case, "tray: behind_slip") for case in cases
    ]


def test_a_closed_case_gets_nothing_by_itself(mail_room: MailRoom) -> None:
    story = mail_room.story
    case = story.open()
    story.rest()
    slip = mail_room.slip(case)
    story.answer(case)
    story.rest()
    taken = mail_room.tell(slip, "")
    assert set(mail_room.where(taken.batch).values()) == {Found(case, "tray: case_closed")}


def test_what_is_not_certain_goes_to_the_tray_with_guess_and_reason(mail_room: MailRoom) -> None:
    story = mail_room.story
    case = story.open()
    story.rest()
    slip = mail_room.slip(case)
    wrong = slip.replace("2026", "2062")
    mail_room.tell(wrong, "")
    (item,) = mail_room.tray()
    assert (item.reason, item.guess, item.pages) == (TrayReason.MISCODED, case, [1, 2])
    assert slip in item.why


def test_a_case_that_closes_while_the_stack_is_read_is_looked_at_again(
    mail_room: MailRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = mail_room.story
    case = story.open()
    story.rest()
    slip = mail_room.slip(case)
    as_ever = ScanIntake._documents

    def meanwhile(intake: ScanIntake, *given: object) -> list[str]:
        monkeypatch.setattr(ScanIntake, "_documents", as_ever)
        story.answer(case)
        story.rest()
        return as_ever(intake, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(ScanIntake, "_documents", meanwhile)
    taken = mail_room.tell(slip)
    assert mail_room.where(taken.batch) == {1: Found(case, "tray: case_closed")}


def test_who_may_not_take_in_scans_files_nothing(mail_room: MailRoom) -> None:
    case = mail_room.story.open()
    mail_room.story.rest()
    before = counts(mail_room)
    with pytest.raises(NotAllowed, match="clerk, mail_room, manager"):
        mail_room.tell(mail_room.slip(case), login="audit")
    assert counts(mail_room) == before


def test_a_case_of_another_office_is_not_theirs_to_file(mail_room: MailRoom) -> None:
    case = mail_room.story.open()
    mail_room.story.rest()
    taken = mail_room.tell(mail_room.slip(case), login="zheng")
    assert mail_room.where(taken.batch) == {1: Found(case, "tray: other_office")}


def test_every_document_is_named_with_whom_it_is_bound_to(mail_room: MailRoom) -> None:
    case = mail_room.story.open()
    mail_room.story.rest()
    mail_room.tell(mail_room.slip(case), "", "UNREADABLE")
    with mail_room.house.database.reading() as session:
        named = list(documents.named(session))
    for address, binding in named:
        assert mail_room.house.documents.get(address, case_id=binding)
    (item,) = mail_room.tray()
    assert (item.document, item.id) in named


def test_a_day_to_come_is_refused(mail_room: MailRoom) -> None:
    case = mail_room.story.open()
    mail_room.story.rest()
    mail_room.tell(mail_room.slip(case))
    path = mail_room.folder / "told.pdf"
    intake = mail_room._intake(mail_room.told)
    actor = mail_room.story.actor("mail")
    assert actor.office_id is not None
    tomorrow = mail_room.story.clock.now().date().replace(day=4)
    stack = mail_room.told.stacks[path]
    mail_room.told.stacks[path] = type(stack)("0" * 64, stack.pages, stack.pictures)
    with pytest.raises(InvalidValue, match="not here yet"):
        intake.take_in(path, actor, actor.office_id, received_on=tomorrow)
