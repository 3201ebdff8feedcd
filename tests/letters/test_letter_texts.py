"""What the letters say: each stage in its own words, and nothing beyond what is needed."""

import re
from dataclasses import replace
from datetime import date
from io import BytesIO

import pypdf
import pytest

from cases.vocabulary.status import DayUnit, Language, LetterKind
from cases.vocabulary.values import EarlierLetter, LetterContent, OfficeDetails
from integrations.letters import TypstPrinter
from tests.letters.printed_pages import pages_of

FIRST = EarlierLetter("新街办函〔2026〕12号", date(2026, 3, 5), date(2026, 3, 30))

#: Words that no letter may hold: the office has no business with them.
NOT_OUR_BUSINESS = re.compile(
    "生育|怀孕|节育|避孕|婚育|计划生育|病史|pregnan|birth|contracept|medical"
)


def text_of(printer: TypstPrinter, content: LetterContent) -> str:
    """Return the letter's text without line breaks, as somebody would read it."""
    return "".join(
        line.text for page in pages_of(printer.render(content).pdf) for line in page.body()
    )


SAYS = [
    ("request-zh", "请于收到本函之日起15个工作日内办结"),
    ("request-zh", "政务服务异地代收代办"),
    ("request-zh", "因办理居住登记，需要你单位出具《户籍情况证明》"),
    ("request-zh", "不符合条件的，请书面说明理由"),
    ("request-zh", "专此函达，请予支持为盼。"),
    ("reminder-zh", "于2026年3月5日向你单位发出协查函（新街办函〔2026〕12号）"),
    ("reminder-zh", "请于2026年3月30日前函复"),
    ("reminder-zh", "商请你单位于收到本函之日起5个工作日内办理并函复"),
    ("second_reminder-zh", "1.新街办函〔2026〕12号，2026年3月5日发出，请于2026年3月30日前函复；"),
    ("second_reminder-zh", "2.新街办函〔2026〕31号，2026年3月31日发出，请于2026年4月8日前函复。"),
    ("second_reminder-zh", "我单位将提请你单位的上级机关予以督办"),
    ("second_reminder-zh", "抄送：样本县人民政府。"),
    ("escalation-zh", "提请你单位督促样本县乙镇人民政府办理上述事项"),
    ("escalation-zh", "3.新街办函〔2026〕40号，2026年4月9日发出，请于2026年4月17日前函复。"),
    ("closing_notice-answered-zh", "证明已到我单位"),
    ("closing_notice-answered-zh", "请您持本人有效身份证件到我单位领取"),
    ("closing_notice-answered-zh", "请与我单位联系办理寄递"),
    ("closing_notice-refused-zh", "户籍已于2019年6月迁往样本县丙镇"),
    ("closing_notice-refused-zh", "依法申请行政复议或者提起行政诉讼"),
    ("closing_notice-withdrawn-zh", "我单位不再继续办理"),
    ("closing_notice-unanswered-zh", "样本县乙镇人民政府至今没有答复"),
    (
        "closing_notice-unanswered-zh",
        "4.新街办函〔2026〕52号，2026年4月20日发出，请于2026年5月8日前函复。",
    ),
    ("request-en", "within15workingdaysofreceivingthisletter"),
    ("reminder-en", "On5March2026wewrotetoyouroffice(新街办函〔2026〕12号)"),
    ("second_reminder-en", "askyoursuperioroffice"),
    ("escalation-en", "WeaskyourofficetoseetoitthatPeople'sGovernmentofYiTown"),
    ("closing_notice-answered-en", "thecertificatehasarrivedhere"),
    ("closing_notice-unanswered-en", "Thatofficehasnotansweredtothisday"),
]


@pytest.mark.parametrize(("name", "words"), SAYS, ids=[f"{n}: {w[:24]}" for n, w in SAYS])
def test_the_letter_says(
    printer: TypstPrinter, samples: dict[str, LetterContent], name: str, words: str
) -> None:
    assert words in text_of(printer, samples[name])


def test_each_stage_is_firmer_than_the_one_before(
    printer: TypstPrinter, samples: dict[str, LetterContent]
) -> None:
    """Only the second reminder announces the superior; only the escalation says overdue."""
    request, first, second, last = (
        text_of(printer, samples[f"{kind}-zh"])
        for kind in ("request", "reminder", "second_reminder", "escalation")
    )
    assert "督办" not in request + first
    assert "督办" in second
    assert "超期" not in request + first + second
    assert "超期" in last
    assert all("请" in text for text in (request, first, second, last))


def test_no_letter_asks_for_medical_or_reproductive_data(
    printer: TypstPrinter, samples: dict[str, LetterContent]
) -> None:
    for name, content in samples.items():
        assert not NOT_OUR_BUSINESS.search(text_of(printer, content)), name


def test_what_travels_openly_names_neither_the_applicant_nor_a_number(
    printer: TypstPrinter, samples: dict[str, LetterContent]
) -> None:
    for name, content in samples.items():
        letter = printer.render(content)
        open_text = letter.subject + letter.covering_text
        told = (content.applicant_name, content.person_number_masked)
        listed = (each.name_masked for each in content.listed)
        for personal in filter(None, (*told, *listed)):
            assert personal not in open_text, name
        assert content.reference in letter.subject, name


def test_the_subject_of_a_closing_notice_does_not_tell_the_matter(
    printer: TypstPrinter, samples: dict[str, LetterContent]
) -> None:
    letter = printer.render(samples["closing_notice-answered-zh"])
    assert letter.subject == ("关于异地代收代办事项办理结果的告知书（办件编号HC-2026-000123-7）")
    assert "户籍" not in letter.covering_text


def test_the_covering_text_says_what_is_attached_and_whom_to_call(
    printer: TypstPrinter, samples: dict[str, LetterContent]
) -> None:
    assert printer.render(samples["request-zh"]).covering_text == (
        "样本县乙镇人民政府：\n"
        "\n"
        "　　现将《关于商请协助出具户籍情况证明的函》（新街办函〔2026〕12号）"
        "随信发送，请查收附件。\n"
        "　　复函或者来电时，请注明办件编号：HC-2026-000123-7。\n"
        "\n"
        "联系人：周宁\n"
        "联系电话：000-00000000\n"
        "地址：示例市甲区新桥路1号（邮政编码：000000）\n"
        "\n"
        "示例市甲区新桥街道办事处\n"
        "2026年3月5日\n"
    )


def test_the_covering_text_of_an_english_letter_is_english(
    printer: TypstPrinter, samples: dict[str, LetterContent]
) -> None:
    text = printer.render(samples["closing_notice-answered-en"]).covering_text
    assert text.startswith("Dear Sir or Madam,\n\nPlease find attached our letter")
    assert text.endswith("Xinqiao Subdistrict Office, District A, Shili City\n24 March 2026\n")


ALLOWANCES = [
    (Language.CHINESE, 15, DayUnit.WORKING, "15个工作日"),
    (Language.CHINESE, 10, DayUnit.CALENDAR, "10日"),
    (Language.ENGLISH, 15, DayUnit.WORKING, "15workingdays"),
    (Language.ENGLISH, 1, DayUnit.CALENDAR, "1day"),
]


@pytest.mark.parametrize(("language", "days", "unit", "words"), ALLOWANCES)
def test_the_allowance_is_in_the_unit_of_the_case_type(
    printer: TypstPrinter,
    samples: dict[str, LetterContent],
    language: Language,
    days: int,
    unit: DayUnit,
    words: str,
) -> None:
    content = replace(samples[f"request-{language}"], allowance_days=days, allowance_unit=unit)
    assert words in text_of(printer, content)


def test_a_letter_without_due_dates_and_copies_still_reads_well(
    printer: TypstPrinter, samples: dict[str, LetterContent]
) -> None:
    content = replace(
        samples["second_reminder-zh"], earlier=(replace(FIRST, due_on=None),), copies=()
    )
    text = text_of(printer, content)
    assert "1.新街办函〔2026〕12号，2026年3月5日发出。" in text
    assert "抄送" not in text


def test_an_earlier_letter_without_a_number_is_still_cited(
    printer: TypstPrinter, samples: dict[str, LetterContent]
) -> None:
    earlier = (replace(FIRST, number=""),)
    reminder = text_of(printer, replace(samples["reminder-zh"], earlier=earlier))
    assert "我单位于2026年3月5日向你单位发出协查函，商请" in reminder
    escalation = text_of(printer, replace(samples["escalation-zh"], earlier=earlier))
    assert "1.函件，2026年3月5日发出，请于2026年3月30日前函复。" in escalation


def test_a_reason_with_its_own_full_stop_gets_no_second_one(
    printer: TypstPrinter, samples: dict[str, LetterContent]
) -> None:
    content = replace(
        samples["closing_notice-refused-zh"], outcome_reason="材料不全。\n已告知本人."
    )
    assert "材料不全。已告知本人。情况有变化" in text_of(printer, content)


def test_an_english_letter_prints_english_names_and_dates(
    printer: TypstPrinter, samples: dict[str, LetterContent]
) -> None:
    text = text_of(printer, samples["escalation-en"])
    assert "To:People'sGovernmentofYangbenCounty" in text
    assert "20April2026" in text
    assert "示例市" not in text.replace("示例市甲区新桥路1号", "")


def test_an_applicant_is_addressed_by_name(
    printer: TypstPrinter, samples: dict[str, LetterContent]
) -> None:
    assert "林小禾：您委托我单位" in text_of(printer, samples["closing_notice-answered-zh"])
    assert "Dear林小禾," in text_of(printer, samples["closing_notice-answered-en"])


def test_every_kind_exists_in_both_languages(printer: TypstPrinter) -> None:
    languages = {kind: set(printer.languages(kind)) for kind in LetterKind}
    assert languages == {kind: set(Language) for kind in LetterKind}


def test_copies_are_named_in_the_text_and_at_the_foot(
    printer: TypstPrinter, samples: dict[str, LetterContent]
) -> None:
    copies = tuple(OfficeDetails("某", name, "An Office") for name in ("甲县政府", "乙县政府"))
    text = text_of(printer, replace(samples["second_reminder-zh"], copies=copies))
    assert "本函同时抄送甲县政府、乙县政府。" in text
    assert "抄送：甲县政府，乙县政府。" in text


def test_what_a_reader_copies_is_the_letter_in_order(
    printer: TypstPrinter, samples: dict[str, LetterContent]
) -> None:
    """By another reader of PDF than the other tests use; the marks of a page come last."""
    reader = pypdf.PdfReader(BytesIO(printer.render(samples["reminder-zh"]).pdf))
    assert "".join(reader.pages[0].extract_text().split()) == (
        "示例市甲区新桥街道办事处"
        "新街办函〔2026〕31号"
        "示例市甲区新桥街道办事处关于商请尽快函复户籍情况证明出具事项的函"
        "样本县乙镇人民政府："
        "我单位于2026年3月5日向你单位发出协查函（新街办函〔2026〕12号），商请协助为申请人林小禾"
        "（公民身份号码：3303**********1234）出具《户籍情况证明》，并请于2026年3月30日前函复。"
        "截至本函发出之日，我单位尚未收到复函。"
        "为便于群众及时办事，现商请你单位于收到本函之日起5个工作日内办理并函复。"
        "已经办结的，请告知寄出日期和邮件号码；需要延长时间的，请说明原因和预计办结时间；"
        "需要补正材料或者不属于你单位职责范围的，请一并告知。"
        "复函时请注明办件编号：HC-2026-000123-7。本函发出前已经复函的，不必再次复函。"
        "HC-2026-000123-7.2/1/2-S"
        "办件编号：HC-2026-000123-7"
    )
