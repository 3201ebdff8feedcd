"""Closed lists. Each member says what it means to the people who use it."""

from enum import IntEnum, StrEnum


class CaseStatus(StrEnum):
    """Where a case stands as a whole."""

    OPEN = "open"  #: The engine follows it.
    HELD = "held"  #: A person must say whether it goes on (a run was cancelled, say).
    QUARANTINED = "quarantined"  #: The engine failed on it repeatedly; an owner must look.
    CLOSED = "closed"  #: Finished, with an outcome.


class Outcome(StrEnum):
    """How a case ended (办结结果)."""

    ANSWERED = "answered"  #: A complete answer is on file.
    REFUSED = "refused"  #: The other office refused and we accepted its reasons.
    WITHDRAWN = "withdrawn"  #: The applicant or our office withdrew it.
    UNANSWERED = "unanswered"  #: A manager closed it without an answer.


class Side(StrEnum):
    """On which side of the inquiry our office stands in a case."""

    ASKING = "asking"  #: 去函: we ask another office; its days count.
    ASKED = "asked"  #: 来函: another office asks us; our days count.


class RequestStatus(StrEnum):
    """Where one request to one office stands."""

    DRAFTED = "drafted"  #: Written; the letter has not left.
    AWAITING_REPLY = "awaiting_reply"  #: Sent; the office's clock runs.
    CLOCK_STOPPED = "clock_stopped"  #: Waiting for someone other than the office.
    DECLINED = "declined"  #: The office says that it is not competent; a clerk refers it.
    ANSWERED = "answered"  #: A complete reply or an accepted refusal is on file.
    REFERRED = "referred"  #: Passed on to another office; that request carries on.
    WITHDRAWN = "withdrawn"  #: We no longer ask.

    @property
    def has_ended(self) -> bool:
        """Whether the office no longer has to answer this request."""
        ended = (RequestStatus.ANSWERED, RequestStatus.REFERRED, RequestStatus.WITHDRAWN)
        return self in ended


class Verdict(StrEnum):
    """What a clerk found on looking at a reply."""

    COMPLETE = "complete"  #: Answers everything that was asked; ends the waiting.
    PARTIAL = "partial"  #: Answers a part; the waiting goes on.
    REFUSAL = "refusal"  #: Refused with reasons that we accept; ends the waiting.
    CONTESTED = "contested"  #: Refused, but we do not accept the reasons; the waiting goes on.
    QUESTION = "question"  #: The office asks something back; its clock stops.
    NOT_COMPETENT = "not_competent"  #: The office says so; its clock stops until it is referred.
    NO_ANSWER = "no_answer"  #: An acknowledgement or something unrelated; nothing changes.

    @property
    def ends_the_waiting(self) -> bool:
        """Whether the request is answered by a reply with this verdict."""
        return self in (Verdict.COMPLETE, Verdict.REFUSAL)


class Channel(StrEnum):
    """The way a letter or an answer travels."""

    EMAIL = "email"
    POST = "post"
    TELEPHONE = "telephone"
    PLATFORM = "platform"
    LINK = "link"  #: The reply page; answers alone come this way.


class Language(StrEnum):
    """Language of a letter."""

    CHINESE = "zh"
    ENGLISH = "en"


class LetterKind(StrEnum):
    """The letters of a case; the value is the name of the template's folder."""

    REQUEST = "request"  #: 协查函: asks the office for something.
    REMINDER = "reminder"  #: 催复函: first reminder to the same office.
    SECOND_REMINDER = "second_reminder"  #: 再次催复函, copied to the superior office.
    ESCALATION = "escalation"  #: 提请上级机关督办: to the superior office.
    JOINT_REMINDER = "joint_reminder"  #: 合并催复函: reminds an office of several cases at once.
    CLOSING_NOTICE = "closing_notice"  #: Tells the applicant how the case ended.
    ACKNOWLEDGEMENT = (
        "acknowledgement"  #: 签收告知函: we have the inquiry, and until when we answer.
    )
    REPLY_LETTER = "reply_letter"  #: 复函: our answer to the office that asked.

    @property
    def tells_the_asking_office(self) -> bool:
        """Whether it goes back to the office that asked us; no days of another run by it."""
        return self in (LetterKind.ACKNOWLEDGEMENT, LetterKind.REPLY_LETTER)


class LetterStatus(StrEnum):
    """From draft to dispatch (拟稿、签发、发出)."""

    DRAFTED = "drafted"  #: Waits for a signature.
    SIGNED = "signed"  #: Numbered; its words can no longer change.
    AWAITING_SEAL = "awaiting_seal"  #: 待用印: to be printed, stamped by hand and scanned back.
    SEALED = "sealed"  #: Its sealed scan is on file, whole; it may be issued.
    COLLECTED = "collected"  #: In the outbox; written with the others for its office (待合并).
    ISSUED = "issued"  #: Rendered and in the outbox.
    LEFT = "left"  #: Every copy has left the house.
    VOID = "void"  #: Cancelled before it left; its number is kept void.


class VoidReason(StrEnum):
    """Why a letter number was given out and no letter left under it (作废原因), as it is kept."""

    ANSWERED = "发出前对方已答复 answered before it left"
    CASE_CLOSED = "发出前办件已办结 the case was closed before it left"
    REQUEST_ENDED = "发出前协查请求已撤回或者转送 the request was withdrawn or referred"
    REOPENED = "办件重新办理 the case was reopened"
    NOTHING_TO_LIST = "印发前所列事项均已答复或者撤回 no case was left to list"
    NOT_WANTED = "发送未成，已不需发出 its sending failed and it was no longer wanted"


class SignOff(StrEnum):
    """Who signs a kind of letter before it leaves (签发)."""

    NONE = "none"  #: Nobody; an administrative message.
    STANDING = "standing"  #: Signed once for the kind; leaves by itself.
    EACH = "each"  #: A manager signs each letter.


class Seal(StrEnum):
    """Which seal a kind of letter bears (用印)."""

    NONE = "none"  #: The signature is enough.
    WET = "wet"  #: 实物印章: stamped on paper; the sealed scan is what e-mail sends.
    ELECTRONIC = "electronic"  #: 电子印章: signed into the PDF; it has no force on paper.


class RungAction(StrEnum):
    """What happens when a rung's days have passed without an answer."""

    REMIND = "remind"
    REMIND_WITH_COPY = "remind_with_copy"  #: Copy to the superior office.
    ESCALATE = "escalate"
    REMIND_CLERK = "remind_clerk"  #: Inside our office: the clerk is to answer.
    TELL_MANAGER = "tell_manager"  #: Inside our office: the manager sees to it.
    HAND_TO_MANAGER = "hand_to_manager"

    @property
    def is_inside(self) -> bool:
        """Whether it urges our own people, by no letter."""
        return self in (RungAction.REMIND_CLERK, RungAction.TELL_MANAGER)


class Awaiting(StrEnum):
    """What an open case waits for; the value is the name of its Prefect state."""

    ENGINE = "AwaitingEngine"  #: Nothing: the engine's next turn is due.
    SIGNATURE = "AwaitingSignature"  #: A manager's signature on a letter.
    SEAL = "AwaitingSeal"  #: A letter's seal: printed, stamped by hand, scanned back.
    DISPATCH = "AwaitingDispatch"  #: The letter has not left the house yet.
    REPLY = "AwaitingReply"  #: The other office.
    LOOK = "AwaitingLook"  #: A clerk must look at a reply.
    INTAKE = "AwaitingIntake"  #: Our mailbox has not been read since the due date.
    REFERRAL = "AwaitingReferral"  #: The office is not competent; a clerk refers the request.
    DISCREPANCY = "AwaitingDiscrepancy"  #: Two answers do not agree; a person says which holds.
    RESTART = "AwaitingRestart"  #: The clock is stopped until somebody restarts it.
    CALENDAR = "AwaitingCalendar"  #: The year of the due date is not published.
    MANAGER = "AwaitingManager"  #: A manager must decide.
    CLERK = "AwaitingClerk"  #: Our own answer to an office that asked us.


class NextAction(StrEnum):
    """What happens next on an open case; every open case has exactly one."""

    ENGINE_TURN = "engine_turn"  #: The engine takes its turn.
    SIGN = "sign"  #: A manager signs or sends back a draft.
    SEAL = "seal"  #: A clerk prints a letter, has it stamped and scans it back.
    SEND = "send"  #: The letter leaves the house.
    REPAIR_DISPATCH = "repair_dispatch"  #: A clerk mends an address and sends again.
    CLIMB = "climb"  #: The next rung, unless the office answers before.
    LOOK = "look"  #: A clerk looks at a reply.
    READ_INTAKE = "read_intake"  #: The mailbox is read; nothing is urged before.
    REFER = "refer"  #: A clerk refers the request to the competent office, or insists.
    RESOLVE_DISCREPANCY = "resolve_discrepancy"  #: A clerk says which of two answers holds.
    RESTART_CLOCK = "restart_clock"  #: A clerk restarts the clock.
    PUBLISH_CALENDAR = "publish_calendar"  #: A manager publishes the year.
    DECIDE = "decide"  #: A manager decides how it goes on.
    RELEASE = "release"  #: A manager releases the case from quarantine or from being held.
    ANSWER = "answer"  #: Our office answers the inquiry.


class Role(StrEnum):
    """What a person may do for an office."""

    CLERK = "clerk"  #: 经办人: opens and works cases.
    MANAGER = "manager"  #: 负责人: signs, decides, releases.
    MAIL_ROOM = "mail_room"  #: 收发室: sends and takes in.
    AUDITOR = "auditor"  #: 审计员: reads everything, changes nothing.
    ADMINISTRATOR = "administrator"  #: Keeps people, offices and settings; works no cases.
    ENGINE = "engine"  #: The case worker itself.
    ASKED_OFFICE = "asked_office"  #: The other office, by its link; nobody of ours.


class OutboxStatus(StrEnum):
    """What became of one copy of a letter."""

    PENDING = "pending"  #: To be sent.
    SENDING = "sending"  #: Claimed by a sender; in doubt if the sender dies.
    HELD = "held"  #: A reply came in; waits until a clerk has looked at it.
    SENT = "sent"  #: Accepted by the mail server, or posted.
    GIVEN_UP = "given_up"  #: A person must act; the reason is kept.
    CANCELLED = "cancelled"  #: Withdrawn before it left.


class Priority(IntEnum):
    """Order in which waiting cases are advanced; the lowest first."""

    REPLY = 0
    CLERK = 1
    DUE = 2
    BULK = 3


class ReceivedBasis(StrEnum):
    """How we know the day on which an office received a letter."""

    RECORDED = "recorded"  #: A delivery record says so.
    PRESUMED = "presumed"  #: 推定收到: dispatch plus the channel's days in transit.


class DayUnit(StrEnum):
    """How an allowance is counted."""

    WORKING = "working"  #: 工作日
    CALENDAR = "calendar"  #: 自然日


class EntryKind(StrEnum):
    """What a journal entry records."""

    OPENED = "opened"
    DRAFTED = "drafted"
    SIGNED = "signed"
    SENT_BACK = "sent_back"
    ASKED = "asked"
    LEFT = "left"
    WAITED = "waited"
    REMINDED = "reminded"
    ESCALATED = "escalated"
    HANDED_TO_MANAGER = "handed_to_manager"
    REPLY_RECORDED = "reply_recorded"
    REPLY_REVIEWED = "reply_reviewed"
    CALLED = "called"
    CALL_CONFIRMED = "call_confirmed"
    ACCEPTED = "accepted"
    DISCREPANCY_OPENED = "discrepancy_opened"
    DISCREPANCY_RESOLVED = "discrepancy_resolved"
    CLOCK_STOPPED = "clock_stopped"
    CLOCK_RESTARTED = "clock_restarted"
    EXTENDED = "extended"
    REFERRED = "referred"
    NOTIFIED = "notified"
    CLOSED = "closed"
    REOPENED = "reopened"
    WITHDRAWN = "withdrawn"
    HELD = "held"
    RESUMED = "resumed"
    QUARANTINED = "quarantined"
    RELEASED = "released"
    DISPATCH_FAILED = "dispatch_failed"
    DISPATCH_RETRIED = "dispatch_retried"
    DATE_MOVED = "date_moved"
    PAYLOAD_ERASED = "payload_erased"
    NUMBER_SHOWN = "number_shown"
    OUTBOX_RELEASED = "outbox_released"
    RETURNED = "returned"
    SCAN_FILED = "scan_filed"
    PAGES_ADDED = "pages_added"
    EDITED = "edited"
    PRINTED_FOR_SEAL = "printed_for_seal"
    SEALED = "sealed"
    MAIL_FILED = "mail_filed"
    MAIL_NOTED = "mail_noted"
    TAKEN_ON = "taken_on"
    ACKNOWLEDGED = "acknowledged"
    CLERK_REMINDED = "clerk_reminded"
    MANAGER_TOLD = "manager_told"
    ANSWER_WRITTEN = "answer_written"
    ANSWERED = "answered"
    JOINED = "joined"  #: Its reminder went into a letter of the mail room: 见某某函.
    LINK_OPENED = "link_opened"
    LINK_TRIED = "link_tried"
    LINK_REFUSED = "link_refused"
    LINK_REVOKED = "link_revoked"
    RECEIPT_GIVEN = "receipt_given"
