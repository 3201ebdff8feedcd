"""Answers to single questions and discrepancies as plain facts; the words are personal."""

from cases.store.tables.answer import Discrepancy, GivenAnswer
from integrations.reading.case_brief import Facts


def answer_facts(row: GivenAnswer, is_open_book: bool) -> Facts:
    """Return one answer to one question; no question: the request as a whole."""
    return {
        "question": row.question or None,
        "reply": row.reply_id,
        "is_refusal": row.is_refusal,
        "is_current": row.is_current,
        "given_at": row.given_at,
        "words": row.words if is_open_book else None,
    }


def discrepancy_facts(row: Discrepancy, is_open_book: bool) -> Facts:
    """Return one discrepancy, open or resolved."""
    return {
        "id": row.id,
        "question": row.question or None,
        "first_reply": row.first_reply_id,
        "second_reply": row.second_reply_id,
        "opened_at": row.opened_at,
        "opened_by": row.opened_by,
        "resolved_at": row.resolved_at,
        "resolved_by": row.resolved_by or None,
        "kept_reply": row.kept_reply_id,
        "reason": row.reason if is_open_book else None,
        "resolution": row.resolution if is_open_book else None,
    }
