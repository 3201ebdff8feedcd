"""Directory and cases together: who is asked, by which channel, and who stands above."""

from datetime import date

import pytest

from cases.operations import closing, directory
from cases.operations.channels import channel_to
from cases.store import case_types, offices
from cases.store.tables.office import Office
from cases.vocabulary.errors import InvalidValue, MissingAddress
from cases.vocabulary.status import Channel
from tests.story import Story
from tests.world import START, office


def change(story: Story, code: str, *, successor: str | None = None, **changes: object) -> None:
    with story.house.database.transaction("change") as session:
        row = offices.by_code(session, code)
        directory.change_office(
            session, directory.FOUNDER, row, changes, successor=successor, now=START
        )


@pytest.mark.parametrize(
    ("channels", "expected"),
    [
        ("", Channel.EMAIL),
        ("email,post", Channel.EMAIL),
        ("post", Channel.POST),
        ("post,email", Channel.EMAIL),
        ("telephone", None),
    ],
    ids=[
        "an office that takes letters any way is written to by mail",
        "one that takes both is written to by mail",
        "one that takes post alone gets post",
        "the case type's order counts, not the office's",
        "one that takes calls alone gets no letter",
    ],
)
def test_the_channel_of(story: Story, channels: str, expected: Channel | None) -> None:
    asked = Office(code="A", name_zh="甲", email="a@office.example", address="路1号")
    asked.channels = channels
    with story.house.database.reading() as session:
        case_type = case_types.newest(session, "certificate-issuance")
    assert case_type.channels == (Channel.PLATFORM, Channel.EMAIL, Channel.POST)
    assert channel_to(asked, case_type) is expected


@pytest.mark.parametrize(
    ("channels", "by_platform", "expected"),
    [
        ("", True, Channel.PLATFORM),
        ("platform", True, Channel.PLATFORM),
        ("email", True, Channel.EMAIL),
        ("", False, Channel.EMAIL),
    ],
    ids=[
        "an office whose partner we know is written to over the platform",
        "so is one that takes nothing else",
        "one that takes mail alone gets mail",
        "what cannot go over the platform goes by mail",
    ],
)
def test_the_channel_of_a_partners_office(
    story: Story, channels: str, by_platform: bool, expected: Channel
) -> None:
    asked = Office(code="A", name_zh="甲", email="a@office.example", partner_code="east")
    asked.channels = channels
    with story.house.database.reading() as session:
        case_type = case_types.newest(session, "certificate-issuance")
    assert channel_to(asked, case_type, by_platform=by_platform) is expected


def test_no_case_is_opened_with_an_office_that_takes_no_letters(story: Story) -> None:
    change(story, "YZ", channels="telephone")
    with pytest.raises(MissingAddress):
        story.open()


def test_a_channel_that_is_none_is_refused(story: Story) -> None:
    with pytest.raises(InvalidValue, match="pigeon"):
        change(story, "YZ", channels="email,pigeon")


def test_no_case_is_referred_to_an_office_that_is_gone(story: Story) -> None:
    reference = story.open()
    story.rest()
    change(story, "BZ", valid_to=date(2026, 3, 1))
    with story.house.database.reading() as session:
        bing = offices.by_code(session, "BZ")
    with pytest.raises(InvalidValue, match="does not exist after 2026-03-01"):
        story.act("zhou", closing.refer, reference, bing, "competent")
    assert story.stands(reference) == "climb by engine on Tue 2026-03-24"


def test_a_superior_abolished_on_the_way_gives_way_to_its_successor_when_a_letter_is_written(
    story: Story,
) -> None:
    reference = story.open()
    story.rest()
    story.enter(office("NX", "新样本区人民政府", "New Yangben District (sample)"))
    change(story, "YX", valid_to=date(2026, 3, 10), successor="NX")
    story.live_until("Thu 2026-04-30 12:00")
    assert story.stands(reference).startswith("decide by manager")
    assert len(story.mail.to("nx@office.example")) == 2  # A copy of a reminder, and the request.
    assert len(story.mail.to("yx@office.example")) == 0


def test_two_towns_of_one_county_have_the_county_above_when_a_case_is_opened(story: Story) -> None:
    change(story, "XQ", division_code="130121100")
    change(story, "YZ", division_code="130121101")
    change(story, "YX", division_code="130121")
    with story.house.database.transaction("x") as session:
        city = Office(code="CITY", name_zh="样本市人民政府", email="city@office.example")
        directory.add_office(session, directory.FOUNDER, city, now=START)
        ours = offices.by_code(session, "XQ")
        directory.change_office(session, directory.FOUNDER, ours, {}, superior="YX", now=START)
        asked = offices.by_code(session, "YZ")
        directory.change_office(session, directory.FOUNDER, asked, {}, superior="CITY", now=START)
        _, _, above = offices.ours_and_asked(session, ours.id, "YZ", START)
        assert above
        assert above.code == "YX"
        directory.change_office(
            session, directory.FOUNDER, ours, {"division_code": "110101001"}, now=START
        )
        _, _, above = offices.ours_and_asked(session, ours.id, "YZ", START)
        assert above
        assert above.code == "CITY"
