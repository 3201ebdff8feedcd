"""The reply link of a request: made when its letter is printed, kept as hashes alone."""

import secrets
from datetime import timedelta

from cases.rules import reply_link
from cases.rules.page_code import ENDS_WITH_SLIP
from cases.store.tables.correspondence import Letter
from cases.vocabulary.reply_link import NewReplyLink, PrintedLink
from integrations.wiring import House


def new_link(house: House, letter: Letter) -> tuple[PrintedLink | None, NewReplyLink | None]:
    """Make the link of a request: what its letter alone prints, and what is kept of it.

    Each printing makes a new one; only that of the letter that is issued is ever kept.
    """
    origin = house.settings.reply_page_url
    if not origin or letter.kind not in ENDS_WITH_SLIP:
        return None, None
    token = reply_link.token_of(secrets.randbits(reply_link.TOKEN_BITS))
    code = reply_link.code_of(secrets.randbelow(reply_link.CODES))
    expires_at = house.clock.now() + timedelta(days=house.settings.reply_link_days)
    kept = NewReplyLink(reply_link.token_hash(token), reply_link.code_hash(token, code), expires_at)
    return PrintedLink(origin, token, code), kept
