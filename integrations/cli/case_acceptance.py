"""`hancha case accepted`: the asked office has the request and is competent (签收)."""

from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from cases.operations import acceptance
from cases.store import offices
from cases.vocabulary.status import Channel
from integrations.cli.acted import acted, show_acted
from integrations.cli.calls import read_minute
from integrations.cli.options import AsJson, AsLogin, Reference
from integrations.cli.output import answer
from integrations.cli.premises import acting_on


def accepted(
    reference: Reference,
    login: AsLogin,
    channel: Annotated[Channel, typer.Option("--channel", help="渠道 How they told us.")],
    at: Annotated[
        datetime | None,
        typer.Option("--at", parser=read_minute, metavar="TIME", help="Now by default."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Record when the asked office accepted the request (签收); no date moves by it."""
    with acting_on(reference, login, "accepted") as act:
        zone = ZoneInfo(offices.get(act.session, act.case.office_id).zone)
        accepted_at = at.replace(tzinfo=zone) if at else act.now
        request = acceptance.record(
            act.session, act.actor, act.case, channel=channel, accepted_at=accepted_at, now=act.now
        )
        done = acted(act, "已签收 accepted", accepted_at=request.accepted_at)
    answer(done, as_json, show_acted(done))
