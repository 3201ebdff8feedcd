"""Named refusals. The command line and the desk turn them into one clear line."""


class CaseError(Exception):
    """A refusal with a reason that a person can act on (exit code 3)."""


class SystemFault(Exception):
    """Something outside the case failed: a disk, a database, a server (exit code 4)."""


class UnknownOffice(CaseError):
    """No office of this code is in the directory."""


class UnknownPerson(CaseError):
    """Nobody of this login works here."""


class UnknownCase(CaseError):
    """No case carries this reference."""


class UnknownCaseType(CaseError):
    """No case type of this code and version is published."""


class UnknownLetter(CaseError):
    """No letter of this case matches."""


class UnknownReply(CaseError):
    """No reply of this case matches."""


class UnknownCall(CaseError):
    """No telephone call of this case matches."""


class UnknownTrayItem(CaseError):
    """Nothing in the tray matches."""


class TrayItemIsSettled(CaseError):
    """Somebody has filed, rejected or split this already."""


class ScanRefused(CaseError):
    """The scanned file cannot be taken: its kind, its size or its content."""


class NotAllowed(CaseError):
    """The actor's role does not allow this act."""


class CaseIsClosed(CaseError):
    """The case is closed; reopen it before adding to it."""


class CaseIsOpen(CaseError):
    """The case is open; this act needs a closed one."""


class CaseIsNotHeld(CaseError):
    """The case is neither held nor quarantined."""


class RequestIsAnswered(CaseError):
    """The request already has a complete answer."""


class NoOpenRequest(CaseError):
    """The case has no open request to act on."""


class ClockIsStopped(CaseError):
    """The clock is stopped already."""


class ClockIsRunning(CaseError):
    """The clock is running already."""


class ReplyIsReviewed(CaseError):
    """Somebody has looked at this reply already."""


class CallIsConfirmed(CaseError):
    """A second clerk has confirmed this record of a call already."""


class UnknownDiscrepancy(CaseError):
    """No discrepancy of this case matches."""


class DiscrepancyIsResolved(CaseError):
    """Somebody said already which of the two answers holds."""


class ReplyLinkIsSpent(CaseError):
    """The link in the letter no longer holds: answered, expired, revoked or blocked."""


class LetterIsSigned(CaseError):
    """The letter is signed; it can no longer change."""


class MissingField(CaseError):
    """The letter needs a field that the case does not hold."""


class MissingGlyph(CaseError):
    """No font of this installation can print a character of the case."""


class MissingEnclosure(CaseError):
    """The case type asks for an enclosure that was not given."""


class EnclosureRefused(CaseError):
    """The enclosure cannot be taken: its kind, its size or its content."""


class NotByPlainMail(CaseError):
    """An ID copy goes by post; the office takes no letters this way, or the type knows none."""


class SealMissing(CaseError):
    """The case type asks for an electronic seal and none is set up."""


class TemplateBroken(CaseError):
    """A letter template cannot be read or rendered."""


class NobodyStandsIn(CaseError):
    """A chain of substitutes goes in a circle or has a gap."""


class MissingConsent(CaseError):
    """The case type rests on consent and none is recorded."""


class MissingSuperior(CaseError):
    """The directory names no living superior of this office."""


class MissingAddress(CaseError):
    """The office has no address for the channel."""


class NumberNotKept(CaseError):
    """The case keeps no person number, or no longer."""


class YearNotPublished(CaseError):
    """The work calendar of a year that the count touches is not published."""


class InvalidValue(CaseError):
    """A value given is not one that can be used; the message says why."""


class NothingToRetry(CaseError):
    """No outbox message is waiting for a person."""


class BatchIsClosed(CaseError):
    """The letters of this batch can no longer be changed: its cut-off has passed."""


class NothingToPost(CaseError):
    """No letter waits for the mail room that may be posted now."""


class SignInRefused(CaseError):
    """Login and password do not belong together; which of them is wrong is not said."""


class TooManyAttempts(CaseError):
    """Too many attempts at signing in; the next has to wait."""


class WeakPassword(CaseError):
    """The password is too short, too common, or about the person."""


class LinkIsSpent(CaseError):
    """The one-time link was used already, or has expired."""


class LeaseLost(Exception):
    """Another worker owns the case now; this one must stop without writing."""


class ReplayMismatch(Exception):
    """The flow no longer does what its journal says it did; the case needs a person."""


class StoreUnavailable(SystemFault):
    """The database is locked, gone or of another schema version."""


class DiskFault(SystemFault):
    """A file could not be written or read."""


class OrchestratorUnavailable(SystemFault):
    """Prefect does not answer."""


class MailUnavailable(SystemFault):
    """The mail server does not answer or refuses everything for now."""


class RecipientRefused(SystemFault):
    """The mail server refuses this recipient for good."""


class AlreadyRunning(SystemFault):
    """Another process of this installation holds its lock."""


class SettingsFault(SystemFault):
    """A setting is missing or has a value that cannot be used."""
