"""`hancha case links` and `hancha case revoke-link`: the links by which asked offices answer."""

from zoneinfo import ZoneInfo

from rich.console import Console

from cases.operations import reply_links as acts
from cases.store import cases, correspondence, offices, reply_links
from cases.store.tables.reply_link import ReplyLink
from integrations import words
from integrations.cli.acted import acted, show_acted
from integrations.cli.options import AsJson, AsLogin, Reason, Reference
from integrations.cli.output import answer, listing
from integrations.cli.premises import acting_on, opened
from integrations.reading.case_brief import Facts


def links(reference: Reference, as_json: AsJson = False) -> None:
    """Show the reply links of a case, how each stands, and the receipts that were given.

    The link itself stands in its letter alone; nothing here can print it again.
    """
    with opened() as premises, premises.reading() as session:
        case, now = cases.by_reference(session, reference), premises.clock.now()
        ordinals = {row.id: row.ordinal for row in correspondence.letters_of(session, case.id)}
        zone = offices.get(session, case.office_id).zone
        found: list[Facts] = [
            {
                "letter": ordinals[link.letter_id],
                "office": offices.get(session, link.office_id).code,
                "state": acts.state_of(link, now),
                **_times(link),
                "wrong_codes": link.failures,
                "receipts": [
                    {"number": row.number, "act": row.act, "at": row.at, "pages": row.pages}
                    for row in reply_links.receipts_of(session, link.id)
                ],
            }
            for link in reply_links.of_case(session, case.id)
        ]
    answer(found, as_json, lambda console: _show(console, found, ZoneInfo(zone)))


def revoke(reference: Reference, login: AsLogin, reason: Reason, as_json: AsJson = False) -> None:
    """Take the reply links of a case back (停用答复链接); the office then answers otherwise."""
    with acting_on(reference, login, "revoke-link") as act:
        count = acts.revoke(act.session, act.actor, act.case, reason, now=act.now)
        done = acted(act, f"已停用答复链接 reply links taken back: {count}", links=count)
    answer(done, as_json, show_acted(done))


def _times(link: ReplyLink) -> Facts:
    return {
        "expires_at": link.expires_at,
        "opened_at": link.opened_at,
        "answered_at": link.answered_at,
        "revoked_at": link.revoked_at,
    }


def _show(console: Console, found: list[Facts], zone: ZoneInfo) -> None:
    if not found:
        console.print("没有答复链接 No letter of this case carries a link")
        return
    table = listing("函件 Letter", "机关 Office", "状态 State", "有效至 Until", "回执 Receipts")
    for each in found:
        given = "\n".join(
            f"{row['number']} {words.say(row['act'])} {words.minute(row['at'], zone)}"
            for row in each["receipts"]
        )
        table.add_row(
            str(each["letter"]),
            each["office"],
            words.say(each["state"]),
            words.minute(each["expires_at"], zone),
            given or words.NONE,
        )
    console.print(table)
