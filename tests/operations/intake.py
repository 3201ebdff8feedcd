"""Inquiries of a neighbour, as our intake registers them and our clerk answers them."""

from typing import Any

from cases.operations import inquiries, our_answers
from cases.operations.inquiries import Incoming
from cases.vocabulary.status import Channel, Outcome
from tests.rules.wall_calendar import day
from tests.story import Story

WORDS = "经核，林小禾现登记的户籍地址为示例村3号"


def register(story: Story, login: str = "zhou", **changes: Any) -> str:
    """Register a letter of YZ that came today by post, and return our reference."""
    given: dict[str, Any] = {
        "asking_office": "YZ",
        "channel": Channel.POST,
        "their_reference": "乙镇函〔2026〕7号",
        "dated_on": day("Thu 2026-02-26"),
        "received_on": day("Mon 2026-03-02"),
        "asks": "核实林小禾现登记的户籍地址",
        "about": "林小禾",
        **changes,
    }
    who, house, now = story.actor(login), story.house, story.clock.now()
    with house.database.transaction("register") as session:
        assert who.office_id is not None
        intake = inquiries.examine(
            session,
            who,
            Incoming(**given),
            house.printer,
            house.safe,
            office_id=story.actor("zhou").office_id,
            now=now,
        )
        return inquiries.register(session, who, intake, now=now).reference


def answer(
    story: Story, case: str, words: str = WORDS, outcome: Outcome = Outcome.ANSWERED, **more: Any
) -> None:
    story.act(more.pop("login", "zhou"), our_answers.answer, case, outcome, words, **more)


def registered(story: Story, **changes: Any) -> str:
    case = register(story, **changes)
    story.rest()
    return case
