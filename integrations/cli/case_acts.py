"""Acts on one case that change when it goes on, or whether: one command each, one transaction."""

from datetime import date
from typing import Annotated

import typer

from cases.operations import clock, closing, letters
from cases.store import offices
from cases.store.case_types import pinned
from integrations.cli.acted import acted, show_acted
from integrations.cli.options import (
    LONGEST_COMMENT,
    AsJson,
    AsLogin,
    Reason,
    Reference,
    read_day,
    text_of_at_most,
)
from integrations.cli.output import answer
from integrations.cli.premises import acting_on


def sign(reference: Reference, login: AsLogin, as_json: AsJson = False) -> None:
    """Sign the letter that waits (签发): it gets its number and leaves."""
    with acting_on(reference, login, "sign") as act:
        case_type = pinned(act.session, act.case.type_code, act.case.type_version)
        letter = letters.sign(act.session, act.actor, act.case, case_type, act.now)
        done = acted(act, "已签发 signed", letter=letter.kind, number=letter.number or None)
    answer(done, as_json, show_acted(done))


def send_back(
    reference: Reference,
    login: AsLogin,
    comment: Annotated[
        str,
        typer.Option("--comment", parser=text_of_at_most(LONGEST_COMMENT), help="修改意见."),
    ],
    as_json: AsJson = False,
) -> None:
    """Send the draft that waits for a signature back with a comment (退回修改)."""
    with acting_on(reference, login, "send-back") as act:
        letter = letters.send_back(act.session, act.actor, act.case, comment, act.now)
        done = acted(act, "已退回 sent back", letter=letter.kind)
    answer(done, as_json, show_acted(done))


def received(
    reference: Reference,
    login: AsLogin,
    on: Annotated[
        date, typer.Option("--on", parser=read_day, metavar="DATE", help="收到日 Day of receipt.")
    ],
    as_json: AsJson = False,
) -> None:
    """Record the day on which the office received the letter; its days count from there."""
    with acting_on(reference, login, "received") as act:
        clock.record_delivery(act.session, act.actor, act.case, on, now=act.now)
        done = acted(act, "已记送达 receipt recorded", received_on=on)
    answer(done, as_json, show_acted(done))


def stop_clock(
    reference: Reference, login: AsLogin, reason: Reason, as_json: AsJson = False
) -> None:
    """Stop the office's clock from today; the days until it restarts are given back."""
    with acting_on(reference, login, "stop-clock") as act:
        stop = clock.stop_clock(act.session, act.actor, act.case, reason, now=act.now)
        done = acted(act, "已中止计时 clock stopped", since=stop.since)
    answer(done, as_json, show_acted(done))


def restart_clock(reference: Reference, login: AsLogin, as_json: AsJson = False) -> None:
    """Let the office's clock run again from today."""
    with acting_on(reference, login, "restart-clock") as act:
        clock.restart_clock(act.session, act.actor, act.case, now=act.now)
        done = acted(act, "已恢复计时 clock restarted")
    answer(done, as_json, show_acted(done))


def extend(
    reference: Reference,
    login: AsLogin,
    days: Annotated[int, typer.Option("--days", help="延期天数 Counted as the rung counts.")],
    reason: Reason,
    as_json: AsJson = False,
) -> None:
    """Grant more days on the rung that runs now (延期)."""
    with acting_on(reference, login, "extend") as act:
        clock.extend(act.session, act.actor, act.case, days, reason, now=act.now)
        done = acted(act, f"已延期 extended: {days}", days=days)
    answer(done, as_json, show_acted(done))


def refer(
    reference: Reference,
    login: AsLogin,
    to: Annotated[str, typer.Option("--to", metavar="OFFICE", help="Code of the competent one.")],
    reason: Reason,
    as_json: AsJson = False,
) -> None:
    """Pass the request to the competent office (转送); it is asked anew, with its own days."""
    with acting_on(reference, login, "refer") as act:
        office = offices.by_code(act.session, to)
        closing.refer(act.session, act.actor, act.case, office, reason, now=act.now)
        done = acted(act, f"已转送 referred: {office.name_zh}", home_office=office.code)
    answer(done, as_json, show_acted(done))


def withdraw(reference: Reference, login: AsLogin, reason: Reason, as_json: AsJson = False) -> None:
    """Withdraw the case (撤回); what has not left is cancelled and the applicant is told."""
    with acting_on(reference, login, "withdraw") as act:
        closing.withdraw(act.session, act.actor, act.case, reason, now=act.now)
        done = acted(act, "已撤回 withdrawn")
    answer(done, as_json, show_acted(done))


def close(reference: Reference, login: AsLogin, reason: Reason, as_json: AsJson = False) -> None:
    """Close the case without an answer (办结)."""
    with acting_on(reference, login, "close") as act:
        closing.close(act.session, act.actor, act.case, reason, now=act.now)
        done = acted(act, "已办结 closed")
    answer(done, as_json, show_acted(done))


def reopen(reference: Reference, login: AsLogin, reason: Reason, as_json: AsJson = False) -> None:
    """Ask the office again on a closed case (重新办理): the next round begins."""
    with acting_on(reference, login, "reopen") as act:
        closing.reopen(act.session, act.actor, act.case, reason, now=act.now)
        done = acted(act, "已重新办理 reopened", round=act.case.round)
    answer(done, as_json, show_acted(done))
