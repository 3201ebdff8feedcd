"""Closed lists of telling people: digests for those who work here, notices to applicants."""

from enum import StrEnum


class Rhythm(StrEnum):
    """How often somebody wants a digest of what waits for them (待办提醒)."""

    NONE = "none"
    AT_ONCE = "at_once"  #: Whatever is new, as soon as it is seen, in office hours.
    DAILY = "daily"  #: Each working day of their office.
    WEEKLY = "weekly"  #: The first working day of each week.


class DigestTopic(StrEnum):
    """What a line of a digest asks for, the most pressing first."""

    RELEASE = "release"  #: Held or in quarantine: a manager releases it.
    DECIDE = "decide"  #: A manager decides how it goes on.
    SIGN = "sign"  #: A letter waits for a signature.
    SEAL = "seal"  #: A letter waits to be stamped and scanned back.
    LOOK = "look"  #: A reply waits for a look.
    REPAIR = "repair"  #: A letter could not be sent.
    RESTART = "restart"  #: The clock stands.
    CALENDAR = "calendar"  #: A due date rests on a year that is not published.
    OVERDUE = "overdue"  #: The asked office is out of time.
    DUE = "due"  #: An answer is due within the next working days.


class NoticeKind(StrEnum):
    """What an applicant is told (告知事项)."""

    REGISTERED = "registered"  #: The case is on record.
    WAITING = "waiting"  #: The other office has been asked.
    READY = "ready"  #: The answer is here and can be collected.
    REFUSED = "refused"  #: The other office refused, in the words that the type allows.


class NoticeWay(StrEnum):
    """How a type tells its applicants (告知方式)."""

    SMS = "sms"
    TELEPHONE = "telephone"  #: A clerk calls, from a list.
    LETTER = "letter"  #: The closing notice alone.
