"""By which way an office is reached: the first channel of the case type that it takes."""

from cases.store.tables.office import Office
from cases.vocabulary.case_type import CaseType
from cases.vocabulary.errors import MissingAddress, MissingSuperior, NotByPlainMail
from cases.vocabulary.status import Channel, LetterKind


def check_reachable(asked: Office, superior: Office | None, case_type: CaseType) -> None:
    """Refuse to ask an office that a letter of the type could not reach, or nobody is above.

    Raises MissingSuperior, MissingAddress.
    """
    if superior is None and LetterKind.ESCALATION in case_type.letters:
        raise MissingSuperior(f"{asked.name_zh} has no superior in the directory to escalate to")
    for office in (asked, superior):
        if office is not None and not channel_to(office, case_type, by_platform=office is asked):
            raise MissingAddress(f"{office.name_zh} has no address for {case_type.code}")


def channel_for_id_copies(office: Office, case_type: CaseType) -> Channel:
    """Return the way by which ID copies go to an office. Raises NotByPlainMail."""
    is_known = Channel.POST in case_type.channels
    if not (is_known and office.address and office.takes(Channel.POST)):
        raise NotByPlainMail(f"an ID copy goes by post alone; {office.name_zh} takes no post")
    return Channel.POST


def channel_to(office: Office, case_type: CaseType, *, by_platform: bool = True) -> Channel | None:
    """Return the first channel of the type by which this office takes letters."""
    addresses = {Channel.EMAIL: office.email, Channel.POST: office.address}
    if by_platform:
        addresses[Channel.PLATFORM] = office.partner_code
    usable = (each for each in case_type.channels if addresses.get(each) and office.takes(each))
    return next(usable, None)
