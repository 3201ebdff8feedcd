"""Every table; importing this module completes `SQLModel.metadata`."""

from sqlmodel import SQLModel

from cases.store.tables import (
    account,
    address_repair,
    answer,
    calendar,
    case,
    correspondence,
    directory_entry,
    division,
    exchange,
    inquiry,
    joint_letter,
    journal,
    mail,
    office,
    outbox,
    post,
    reply_link,
    scan,
    telephone,
    telling,
)

TABLE_MODULES = (
    *(account, address_repair, answer, calendar, case, correspondence, directory_entry),
    *(division, exchange, inquiry, joint_letter, journal, mail, office, outbox, post),
    *(reply_link, scan),
    *(telephone, telling),
)
metadata = SQLModel.metadata
