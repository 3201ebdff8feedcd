"""Write the digests that are due: text and mail outside of the lock, then one short commit each."""

from cases.operations import digests
from cases.operations.digests import DigestDue
from integrations.mail.addresses import message_id
from integrations.mail.plain import compose_plain
from integrations.telling.digest_words import subject_of, text_of
from integrations.telling.texts import Texts
from integrations.wiring import House


def write_digests(house: House) -> int:
    """Freeze each digest that is due now and return how many mails that made.

    A period in which nothing waits is served without a mail. Whoever is second finds it served:
    one period has one row, and one Message-ID. Raises TemplateBroken, StoreUnavailable.
    """
    now = house.clock.now()
    with house.database.reading() as session:
        due = list(digests.due_now(session, now=now, at=house.settings.digest_at))
    written = 0
    for each in due:
        key = message_id(f"digest/{each.person_id}/{each.period}", house.mail_domain)
        content = frozen(house, each, key) if each.lines else b""
        with house.database.transaction("digest") as session:
            if digests.keep(session, each, key, content, now=now) and content:
                written += 1
    return written


def frozen(house: House, due: DigestDue, key: str) -> bytes:
    """Return the mail of a digest."""
    now = house.clock.now()
    return compose_plain(
        sender=house.settings.mail_from,
        sender_name=due.office,
        recipient=due.recipient,
        subject=subject_of(due, now),
        text=text_of(Texts(house.settings.templates), due, now),
        message_id=key,
        dated_at=now,
    )
