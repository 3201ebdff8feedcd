"""A digest leaves through the real mail client and reaches a real mail server."""

import asyncio
from dataclasses import replace
from email import message_from_bytes, policy
from pathlib import Path

from cases.vocabulary.telling import Rhythm
from flows.telling import tell
from tests.processes import HOST, SmtpSink
from tests.story import Story
from tests.telling.digest_mail import DigestMail


def test_a_daily_digest_arrives_at_the_mail_server(story: Story, tmp_path: Path) -> None:
    DigestMail(story).wanted("zhou", Rhythm.DAILY)
    case = story.open()
    story.rest()
    story.reply(case)
    story.live_until("Tue 2026-03-03 08:30")
    sink = SmtpSink(tmp_path)
    sink.start()
    try:
        changes = {"smtp_host": HOST, "smtp_port": sink.port, "smtp_tls": "none"}
        house = replace(story.house, settings=story.house.settings.model_copy(update=changes))
        assert asyncio.run(tell(house)) == 1
        assert asyncio.run(tell(house)) == 0
        (mail,) = sink.received()
    finally:
        sink.kill()
    parsed = message_from_bytes(mail.content, policy=policy.default)
    assert mail.recipient == "zhou@office.example"
    assert parsed["Auto-Submitted"] == "auto-generated"
    assert case in parsed.get_content()  # type: ignore[attr-defined]
