"""`hancha outbox retry`: apart from the other outbox commands, since it may print mail anew."""

from cases.rules.access import Act, require
from cases.store import offices, outbox
from cases.store.tables.case import Case
from integrations.cases_desk import send_again
from integrations.cli.options import AsJson, AsLogin
from integrations.cli.outboxes import MessageId, named, told
from integrations.cli.output import answer
from integrations.cli.premises import opened
from integrations.reading.case_facts import message
from integrations.wiring import build


def retry(identity: MessageId, login: AsLogin, as_json: AsJson = False) -> None:
    """Send again what was given up (重发).

    The same bytes under the same Message-ID; if the office's address was mended meanwhile, a new
    mail with the same letter goes there instead.
    """
    with opened() as premises:
        with premises.reading() as session:
            actor = offices.actor_by_login(session, login)
            row = named(session, identity)
            require(actor, Act.SEND, office_id=session.get_one(Case, row.case_id).office_id)
        house = build(premises.settings)
        try:
            sent = send_again(house, actor, row.id)
        finally:
            house.database.close()
        with premises.reading() as session:
            document = message(session, outbox.get(session, sent.id), is_open_book=True)
    answer(
        document, as_json, lambda console: told(console, document, "将重新发送 to be sent again")
    )
