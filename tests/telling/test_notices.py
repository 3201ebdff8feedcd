"""The applicant is told how the case stands: by SMS or by a call, never why, never by name."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError
from sqlmodel import select

from cases.operations import closing, notices
from cases.store.case_types import pinned, shipped
from cases.store.cases import by_reference, locked_by_reference
from cases.store.tables.telling import ApplicantNotice, ApplicantTelephone
from cases.vocabulary.case_type import ApplicantNotices, CaseType
from cases.vocabulary.errors import InvalidValue
from cases.vocabulary.status import OutboxStatus, Verdict
from cases.vocabulary.telling import NoticeKind, NoticeWay
from tests.cli.conftest import hancha, installations, installations_by_kind
from tests.cli.terminal import PERSON_NUMBER, Terminal
from tests.outside_world import PowerCut
from tests.story import Story
from tests.telling.digest_mail import DigestMail

__all__ = ["hancha", "installations", "installations_by_kind"]

TELEPHONE = "138 0013-8000"  #: Synthetic.


class Gateway:
    """The folder that an office's SMS gateway takes messages from."""

    def __init__(self, story: Story, folder: Path) -> None:
        self.story, self.folder = story, folder
        settings = story.house.settings
        story.house.settings = settings.model_copy(update={"sms_folder": folder})
        self._mail = DigestMail(story)

    def open(self, **changes: object) -> str:
        """Open a case of an applicant who gave a telephone number."""
        case = self.story.open(**changes)  # type: ignore[arg-type]
        keep_telephone(self.story, case)
        return case

    def run(self) -> int:
        """Do what the scheduled flow does every five minutes."""
        return self._mail.run()

    def messages(self) -> list[dict[str, str]]:
        """Return what lies in the folder."""
        return [json.loads(file.read_text("utf-8")) for file in sorted(self.folder.glob("*.json"))]

    def texts(self) -> list[str]:
        return [each["text"] for each in self.messages()]

    def take(self) -> list[dict[str, str]]:
        """Take the messages away, as the gateway does."""
        found = self.messages()
        for file in self.folder.glob("*.json"):
            file.unlink()
        return found


def prepared(case_id: UUID, case_type: CaseType) -> Any:
    """Return the two parts of an opening that a telephone number rests on."""
    return SimpleNamespace(opening=SimpleNamespace(case_id=case_id), case_type=case_type)


def keep_telephone(story: Story, case: str) -> None:
    with story.house.database.transaction("telephone") as session:
        row = locked_by_reference(session, case)
        case_type = pinned(session, row.type_code, row.type_version)
        kept = notices.seal_telephone(TELEPHONE, prepared(row.id, case_type), story.house.safe)
        notices.keep_telephone(session, row, kept, now=story.clock.now())


@pytest.fixture
def gateway(story: Story, tmp_path: Path) -> Gateway:
    """Give the gateway of a story."""
    return Gateway(story, tmp_path / "sms")


def rows(story: Story) -> list[ApplicantNotice]:
    with story.house.database.reading() as session:
        wanted = select(ApplicantNotice).order_by(ApplicantNotice.created_at)  # type: ignore[arg-type]
        return list(session.exec(wanted).all())


def test_an_applicant_is_told_each_step_once_by_sms(story: Story, gateway: Gateway) -> None:
    case = gateway.open()
    gateway.run()
    (registered,) = gateway.take()
    assert registered["telephone"] == "13800138000"
    assert registered["text"] == (
        f"【示例市甲区新桥街道办事处】您委托我机关办理的事项（编号{case}）已登记，"
        "我机关将向户籍地机关发函。咨询电话：000-00000000。"
    )
    story.rest()
    gateway.run()
    gateway.run()
    (waiting,) = gateway.take()
    assert "已向户籍地机关发函，正在等待复函" in waiting["text"]
    story.answer(case)
    story.rest()
    gateway.run()
    (ready,) = gateway.take()
    assert "请持本人有效身份证件到我机关领取" in ready["text"]
    assert gateway.run() == 0
    assert [(row.kind, row.status) for row in rows(story)] == [
        (NoticeKind.REGISTERED, OutboxStatus.SENT),
        (NoticeKind.WAITING, OutboxStatus.SENT),
        (NoticeKind.READY, OutboxStatus.SENT),
    ]
    told = [e.result for e in story.entries(case) if e.result.get("way") == "sms"]
    assert [each["notice"] for each in told] == ["registered", "waiting", "ready"]
    assert all(each["is_told"] for each in told)
    assert "13800138000" not in str([(e.result, story.personal(e)) for e in story.entries(case)])


def test_a_refusal_is_told_in_the_words_of_the_type_and_never_with_its_reason(
    story: Story, gateway: Gateway
) -> None:
    case = gateway.open()
    story.rest()
    story.reply(case, summary="该人婚姻情况不明")
    story.review(case, Verdict.REFUSAL, note="婚姻情况不明")
    story.rest()
    gateway.run()
    (refused,) = [text for text in gateway.texts() if "未予办理" in text]
    assert not any(word in "".join(gateway.texts()) for word in ("婚姻", "林小禾", "户籍情况证明"))
    assert "请持本人有效身份证件到我机关了解情况" in refused


def test_what_was_not_told_yet_is_cancelled_when_the_case_is_withdrawn(
    story: Story, gateway: Gateway
) -> None:
    case = gateway.open()
    story.rest()
    story.act("zhou", closing.withdraw, case, "本人撤回")
    story.rest()
    gateway.run()
    assert gateway.messages() == []
    assert {row.status for row in rows(story)} == {OutboxStatus.CANCELLED}


def test_without_a_telephone_number_nothing_is_told_but_the_closing_notice(
    story: Story, gateway: Gateway
) -> None:
    case = story.open()
    story.rest()
    story.answer(case)
    story.rest()
    gateway.run()
    assert rows(story) == []
    assert story.mail.to("applicant@person.example")


SENDING = "applicantnotice-sent:before-commit"
POINTS = ("notice:after-commit", "claim-applicantnotice:after-commit", SENDING)


@pytest.mark.parametrize("point", POINTS)
def test_killed_at_any_point_a_message_leaves_once_or_is_known_for_the_same(
    story: Story, gateway: Gateway, point: str
) -> None:
    gateway.open()
    story.power.cut_at = point
    with pytest.raises(PowerCut):
        gateway.run()
    before = gateway.take()
    with story.house.database.transaction("expire") as session:
        for row in session.exec(select(ApplicantNotice)).all():
            row.claim_until_ms = 0
    gateway.run()
    gateway.run()
    after = gateway.take()
    assert len(after) == 1
    assert before == (after if point == SENDING else [])
    (row,) = rows(story)
    assert row.status is OutboxStatus.SENT


def test_a_message_whose_folder_is_full_or_gone_is_tried_again(
    story: Story, gateway: Gateway
) -> None:
    gateway.open()
    gateway.folder.write_text("a file where the folder should be")
    assert gateway.run() == 0
    (row,) = rows(story)
    assert (row.status, row.failures) == (OutboxStatus.PENDING, 1)
    gateway.folder.unlink()
    story.clock.at = row.not_before
    assert gateway.run() == 1


def test_at_night_nobody_is_woken_by_a_message(story: Story, gateway: Gateway) -> None:
    story.live_until("Fri 2026-03-06 22:00")
    gateway.open()
    assert gateway.run() == 0
    story.live_until("Mon 2026-03-09 09:00")
    assert gateway.run() >= 1


# -- by telephone ---------------------------------------------------------------------------


def test_without_a_gateway_a_clerk_calls_from_the_list(hancha: Terminal) -> None:
    number = f"{PERSON_NUMBER}\n{TELEPHONE}\n".encode()
    case = _opened(hancha, number)
    DigestMail(hancha.story).run()
    (call,) = hancha.json("notice", "list", "--as", "zhou")
    assert (call["reference"], call["kind"], call["telephone_masked"]) == (
        case,
        "registered",
        "138****8000",
    )
    assert "已登记" in call["text"]
    (stranger,) = hancha.json("notice", "list")
    assert stranger["telephone_masked"] is None
    missed = hancha.json("notice", "called", call["id"], "--not-reached", "--as", "zhou")
    assert (missed["is_reached"], missed["status"]) == (False, "pending")
    assert hancha.json("notice", "list", "--as", "zhou")[0]["calls_without_success"] == 1
    assert hancha("notice", "called", call["id"], "--reached", "--as", "mail").refusal == (
        "NotAllowed"
    )
    assert hancha.json("notice", "called", call["id"], "--reached", "--as", "wu")["is_reached"]
    assert hancha.json("notice", "list", "--as", "zhou") == []
    again = hancha("notice", "called", call["id"], "--reached", "--as", "wu")
    assert again.refusal == "InvalidValue"


def test_the_number_is_sealed_shown_masked_and_in_full_only_with_a_reason(
    hancha: Terminal,
) -> None:
    case = _opened(hancha, f"{PERSON_NUMBER}\n{TELEPHONE}\n".encode())
    with hancha.story.house.database.reading() as session:
        row = session.get_one(ApplicantTelephone, by_reference(session, case).id)
    assert b"13800138000" not in row.sealed
    shown = hancha.json("case", "show", case, "--as", "zhou")
    assert shown["applicant"]["telephone_masked"] == "138****8000"
    assert "13800138000" not in json.dumps(shown)
    ask = ("notice", "number", case, "--reason", "电话告知本人")
    assert hancha(*ask, "--as", "mail").refusal == "NotAllowed"
    assert hancha.json(*ask, "--as", "zhou")["telephone"] == "13800138000"
    last = hancha.json("case", "show", case, "--as", "zhou")["timeline"][-1]
    assert (last["kind"], last["result"]) == ("number_shown", {"number": "telephone"})
    assert hancha("keys", "rotate").code == 0
    assert hancha.json(*ask, "--as", "zhou")["telephone"] == "13800138000"
    with hancha.story.house.database.reading() as session:
        assert session.get_one(ApplicantTelephone, row.case_id).sealed != row.sealed


def _opened(hancha: Terminal, stdin: bytes) -> str:
    """Open a case with both numbers on standard input."""
    said = hancha(
        *("case", "open", "--as", "zhou", "--type", "certificate-issuance", "--to", "YZ"),
        *("--name", "林小禾", "--person-number", "-", "--telephone", "-"),
        *("--consent-on", "2026-03-02", "--field", "certificate=户籍情况证明"),
        *("--field", "purpose=办理居住登记", "--enclose", f"application={_application()}"),
        "--json",
        stdin=stdin,
    )
    reference: str = said.document["reference"]
    return reference


def _application() -> Path:
    return Path(__file__).resolve().parents[2] / "examples" / "enclosures" / "application.pdf"


# -- what a type may say --------------------------------------------------------------------


def test_a_type_that_does_not_call_keeps_no_number(story: Story) -> None:
    plain = next(each for each in shipped() if each.code == "certificate-issuance")
    by_letter = plain.model_copy(update={"notices": ApplicantNotices()})
    case_id = story.case(story.open()).id
    with pytest.raises(InvalidValue, match="keeps no telephone number"):
        notices.seal_telephone(TELEPHONE, prepared(case_id, by_letter), story.house.safe)


@pytest.mark.parametrize(
    "notice",
    [
        {"way": NoticeWay.LETTER, "kinds": ["waiting"]},
        {"way": NoticeWay.SMS, "kinds": ["refused"]},
        {"way": NoticeWay.SMS, "kinds": ["refused"], "reason": True},
    ],
    ids=["on the way by letter", "a refusal without words", "its reason"],
)
def test_what_no_type_may_say(notice: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ApplicantNotices.model_validate(notice)
