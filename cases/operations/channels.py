"""By which way an office is reached."""

from cases.store.tables.office import Office
from cases.vocabulary.case_type import CaseType
from cases.vocabulary.errors import NotByPlainMail
from cases.vocabulary.status import Channel


def channel_for_id_copies(office: Office, case_type: CaseType) -> Channel:
    """Return the way by which ID copies go to an office. Raises NotByPlainMail."""
    is_known = Channel.POST in case_type.channels
    if not (is_known and office.address and office.takes(Channel.POST)):
        raise NotByPlainMail(f"an ID copy goes by post alone; {office.name_zh} takes no post")
    return Channel.POST


def channel_to(office: Office, case_type: CaseType) -> Channel | None:
    """Return the first channel of the type by which this office takes letters."""
    addresses = {Channel.EMAIL: office.email, Channel.POST: office.address}
    usable = (each for each in case_type.channels if addresses.get(each) and office.takes(each))
    return next(usable, None)
