"""`hancha case calendar`: due dates as an .ics file for one's own calendar."""

from datetime import timedelta

from cases.operations.absences import work_of
from cases.rules.access import Act, require
from cases.store import offices
from cases.store.due_days import due_days
from cases.vocabulary.errors import NotAllowed
from integrations.cli.files import OutFile, Overwrite, write_file
from integrations.cli.options import AsJson, AsLogin
from integrations.cli.output import answer
from integrations.cli.premises import opened
from integrations.due_calendar import EntryStatus, calendar_of, entry_of

CLOSED_WITHIN = timedelta(days=60)  #: So long a closed case is told as cancelled.


def write_calendar(
    login: AsLogin, out: OutFile, overwrite: Overwrite = False, as_json: AsJson = False
) -> None:
    """Write the due dates of your cases, and of whom you stand in for, as an .ics file.

    Read into a calendar again, it moves what has moved and strikes out what is answered.
    """
    with opened() as premises, premises.reading() as session:
        now = premises.clock.now()
        actor = offices.actor_by_login(session, login)
        if actor.office_id is None:
            raise NotAllowed(f"{actor.name} works for no office")
        require(actor, Act.READ, office_id=actor.office_id)
        office = offices.get(session, actor.office_id)
        entries = [
            entry_of(case, request, asked, offices.day_at(office, request.asked_at))
            for case, request, asked in due_days(
                session,
                office_id=office.id,
                whose=work_of(session, actor, office, now=now),
                closed_since=now - CLOSED_WITHIN,
            )
        ]
        domain = premises.settings.mail_from.rpartition("@")[2]
    write_file(out, calendar_of(entries, domain=domain, now=now), overwrite=overwrite)
    running = sum(entry.status is not EntryStatus.CANCELLED for entry in entries)
    document = {"file": str(out), "due_dates": running, "struck_out": len(entries) - running}
    said = f"{running} 个截止日期 due dates →  {out}"
    answer(document, as_json, lambda console: console.print(said))
