"""A telephone call as plain facts; who said what is personal."""

from cases.store.tables.telephone import TelephoneCall
from integrations.reading.case_brief import Facts


def call_facts(row: TelephoneCall, is_open_book: bool) -> Facts:
    """Return one call."""
    return {
        "id": row.id,
        "called_at": row.called_at,
        "called_by": row.called_by,
        "number": row.number,
        "is_directory_number": row.is_directory_number,
        "rung": row.rung,
        "is_reached": row.is_reached,
        "is_answered": bool(row.answered),
        "is_read_back": row.is_read_back,
        "reply": row.reply_id,
        "confirmed_by": row.confirmed_by or None,
        "confirmed_at": row.confirmed_at,
        "spoke_with": row.spoke_with if is_open_book else None,
        "asked": row.asked if is_open_book else None,
        "answered": row.answered if is_open_book else None,
    }
