"""Opening a case: whatever would stop it later is refused at the desk, and nothing is written."""

from datetime import date
from typing import Any

import pytest
from sqlmodel import func, select

from cases.operations import register
from cases.operations.register import Opening
from cases.store import offices
from cases.store.cases import applicant_of, by_reference
from cases.store.correspondence import enclosures_of
from cases.store.tables.case import Case, Counter
from cases.vocabulary.errors import (
    EnclosureRefused,
    InvalidValue,
    MissingAddress,
    MissingConsent,
    MissingEnclosure,
    MissingGlyph,
    MissingSuperior,
    NotAllowed,
    UnknownCaseType,
    UnknownOffice,
)
from cases.vocabulary.status import Language, Role
from cases.vocabulary.values import ENGINE, Actor
from tests.story import Story
from tests.world import PERSON_NUMBER, office

APPLICANT = "applicant@person.example"


def refused(story: Story, error: type[Exception], words: str, **changes: Any) -> None:
    """Expect the opening to be refused in these words, without a trace."""
    with pytest.raises(error, match=words):
        story.open(**changes)
    assert story.rows(select(func.count()).select_from(Case)) == [0]
    assert story.rows(select(Counter)) == [], "no number was used up"


class TestOpened:
    def test_the_case_holds_what_was_given_and_the_engine_is_to_act(self, story: Story) -> None:
        case = story.open()
        row = story.case(case)
        assert case == "HC-2026-000001-7"
        assert (row.type_code, row.type_version) == ("certificate-issuance", 1)
        assert (row.flow, row.flow_version) == ("certificate-issuance", 1)
        assert story.stands(case) == "engine_turn by engine on Mon 2026-03-02"

    def test_of_the_person_number_only_a_masked_form_is_kept(self, story: Story) -> None:
        case = story.open()
        with story.house.database.reading() as session:
            party = applicant_of(session, by_reference(session, case).id)
        assert party.person_number_masked == "1101**********0011"
        assert PERSON_NUMBER not in repr(story.rows(select(Case)))

    def test_references_follow_each_other_within_the_year_of_our_office(self, story: Story) -> None:
        assert [story.open() for _ in range(3)] == [
            "HC-2026-000001-7",
            "HC-2026-000002-5",
            "HC-2026-000003-3",
        ]

    def test_enclosures_bear_the_title_of_the_letters_language(self, story: Story) -> None:
        for language, title in (
            (Language.CHINESE, "证明出具申请书"),
            (Language.ENGLISH, "Application for the certificate"),
        ):
            case = story.open(language=language)
            with story.house.database.reading() as session:
                [row] = enclosures_of(session, by_reference(session, case).id)
            assert row.title == title

    def test_an_english_case_lives_to_its_end(self, story: Story) -> None:
        case = story.open(
            language=Language.ENGLISH,
            applicant_name="Lin Xiaohe",
            fields={"certificate": "Certificate of residence", "purpose": "registration"},
        )
        story.live_until("Fri 2026-04-10 17:00")
        story.answer(case)
        story.rest()
        assert story.stands(case) == "closed answered"

    def test_without_a_mail_address_the_applicant_is_told_in_person(self, story: Story) -> None:
        case = story.open(applicant_email="")
        story.rest()
        story.answer(case)
        story.rest()
        assert story.stands(case) == "closed answered"
        assert len(story.mail.accepted) == 1

    def test_the_journal_holds_the_name_only_in_its_erasable_part(self, story: Story) -> None:
        case = story.open()
        [opened] = story.entries(case)
        assert "林小禾" not in str(opened.result)
        assert opened.payload_hash


class TestRefused:
    def test_an_unknown_office(self, story: Story) -> None:
        refused(story, UnknownOffice, "'NO'", home_office="NO")

    def test_our_own_office(self, story: Story) -> None:
        refused(story, InvalidValue, "cannot ask itself", home_office="XQ")

    def test_an_unknown_type_and_one_that_is_only_an_example(self, story: Story) -> None:
        refused(story, UnknownCaseType, "'household'", case_type="household")
        refused(story, InvalidValue, "example", case_type="order-555-historic-example")

    def test_fields_that_the_type_does_not_want(self, story: Story) -> None:
        wanted = {"certificate": "户籍证明", "purpose": "登记"}
        for fields, words in (
            ({"certificate": "户籍证明"}, "purpose"),
            ({**wanted, "certificate": " "}, "certificate"),
            ({**wanted, "income": "1"}, "no field 'income'"),
            ({**wanted, "certificate": "证" * 61}, "more than 60 characters"),
        ):
            refused(story, InvalidValue, words, fields=fields)

    def test_a_person_number_that_is_not_one(self, story: Story) -> None:
        for number in ("", "110101199003070012", "11010119900307001"):
            refused(story, InvalidValue, "person number is not valid", person_number=number)

    def test_an_applicant_without_a_name_of_1_to_60_characters(self, story: Story) -> None:
        for name in ("", "   ", "林" * 61):
            refused(story, InvalidValue, "1 to 60 characters", applicant_name=name)

    def test_a_mail_address_that_the_closing_notice_could_not_reach(self, story: Story) -> None:
        for email in ("@person.example", "a..b@person.example", "a@person.example, b@c.example"):
            refused(story, InvalidValue, "not a mail address", applicant_email=email)

    def test_no_consent_or_one_of_tomorrow(self, story: Story) -> None:
        refused(story, MissingConsent, "consent", consent_on=None)
        refused(story, InvalidValue, "to come", consent_on=date(2026, 3, 3))

    def test_a_type_on_a_statutory_duty_needs_no_consent(self, story: Story) -> None:
        ground = {"kind": "statutory_duty", "source": "某某条例第三条（示例）"}
        story.open(case_type=story.publish("by-statute", legal_ground=ground), consent_on=None)

    def test_a_missing_enclosure_and_one_that_the_type_does_not_take(self, story: Story) -> None:
        refused(story, MissingEnclosure, "application", enclosures={})
        given = {"application": "0" * 64, "id_copy": "0" * 64}
        refused(story, EnclosureRefused, "'id_copy'", enclosures=given)

    def test_a_character_that_no_font_prints(self, story: Story) -> None:
        refused(story, MissingGlyph, "U\\+1F600", applicant_name="林\U0001f600")

    def test_an_office_without_a_superior_to_turn_to(self, story: Story) -> None:
        refused(story, MissingSuperior, "样本县人民政府", home_office="YX")

    def test_an_office_that_no_letter_reaches(self, story: Story) -> None:
        story.enter(office("WZ", "无址示例镇", "Nowhere (sample)", email="", address=""), "YX")
        refused(story, MissingAddress, "无址示例镇", home_office="WZ")

    def test_whoever_is_neither_clerk_nor_manager(self, story: Story) -> None:
        for login in ("mail", "audit", "admin"):
            refused(story, NotAllowed, "may not open a case", actor=login)

    def test_the_engine_and_whoever_works_for_no_office(self, story: Story) -> None:
        opening = Opening("certificate-issuance", "YZ", "林小禾", PERSON_NUMBER, {})
        nobody, house = Actor("nobody", frozenset({Role.CLERK})), story.house
        with story.house.database.reading() as session:
            for actor in (ENGINE, nobody):
                with pytest.raises(NotAllowed, match="works for no office"):
                    register.prepare(
                        session, actor, opening, house.printer, house.safe, now=story.clock.now()
                    )


def test_the_case_keeps_its_version_of_the_type_when_a_newer_one_is_published(
    story: Story,
) -> None:
    story.publish("growing")
    case = story.open(case_type="growing")
    story.rest()
    ladder = [{"days": 2, "then": "hand_to_manager"}]
    story.publish("growing", version=2, ladder=ladder)
    newer = story.open(case_type="growing")
    story.rest()
    assert story.stands(case) == "climb by engine on Tue 2026-03-24"
    assert story.stands(newer) == "climb by engine on Thu 2026-03-05"


def test_a_home_office_with_an_abolished_superior_turns_to_the_one_above_it(story: Story) -> None:
    with story.house.database.transaction("abolish") as session:
        county = offices.by_code(session, "YX")
        county.valid_to = date(2026, 1, 1)
        city = office("SY", "样本市人民政府", "Yangben City (sample)")
        session.add(city)
        session.flush()
        county.superior_id = city.id
    case = story.open()
    story.live_until("Fri 2026-04-10 17:00")
    assert len(story.mail.to("sy@office.example")) == 2
    assert story.stands(case).startswith("climb by engine")
