"""The receipt slip (回执): the last page of every request, for the other office to fill in."""

from dataclasses import replace

import pytest

from cases.vocabulary.values import LetterContent
from integrations.letters import TypstPrinter
from tests.letters.printed_pages import Page, pages_of


def pages(printer: TypstPrinter, content: LetterContent) -> list[Page]:
    """Return the printed pages."""
    return pages_of(printer.render(content).pdf)


def texts(page: Page) -> list[str]:
    """Return the lines of the type area."""
    return [line.text for line in page.body()]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_only_a_request_ends_with_a_slip(
    printer: TypstPrinter, samples: dict[str, LetterContent], language: str
) -> None:
    title = {"zh": "回执", "en": "Receiptslip"}[language]
    for name, content in samples.items():
        if name.endswith(language):
            has_slip = [title in texts(page) for page in pages(printer, content)]
            expected = [False] * (len(has_slip) - 1) + [name.startswith("request")]
            assert has_slip == expected, name


def test_the_slip_says_what_was_asked_and_offers_four_answers(
    printer: TypstPrinter, samples: dict[str, LetterContent]
) -> None:
    slip = pages(printer, samples["request-zh"])[-1]
    assert texts(slip) == [
        "附件3",
        "回执",
        "示例市甲区新桥街道办事处：",
        "你单位《关于商请协助出具户籍情况证明的函》（新街办函〔2026〕",
        "12号）收悉。现将申请人林小禾有关事项的办理结果函复如下（在□内",
        "打“√”，在横线上填写）：",
        "□已经出具，随附于后。",
        "□不予出具，理由：",
        "□不属于我单位职责范围。",
        "□已经转送办理。",
        "随附材料共页（不含本页）。",
        "经办人（签名）：联系电话：",
        "（单位名称、印章）",
        "年月日",
        "请将本页放在所附材料之前，寄回：示例市甲区新桥路1号（邮政编码：000000），",
        "示例市甲区新桥街道办事处收。",
    ]


def test_the_english_slip_offers_the_same(
    printer: TypstPrinter, samples: dict[str, LetterContent]
) -> None:
    found = "".join(texts(pages(printer, samples["request-en"])[-1]))
    for words in (
        '"Requestforassistance:issueofacertificate"(新街办函〔2026〕12号)',
        "□Issued,andenclosedwiththisslip.",
        "□Notissued,because",
        "□Notwithinthecompetenceofthisoffice.",
        "□Forwardedto.",
        "Pagesenclosed:(thispagenotcounted).",
        "Signature:Telephone:",
        "(Officeanditsseal)",
    ):
        assert words in found


def test_a_seal_of_42_mm_finds_room_on_the_slip(
    printer: TypstPrinter, samples: dict[str, LetterContent]
) -> None:
    """Its centre on the name, nothing else that is to be written or read below it."""
    slip = pages(printer, samples["request-zh"])[-1]
    seal = slip.line("（单位名称")
    centre = (seal.top + seal.bottom) / 2
    assert centre - 21 > slip.line("随附材料共").bottom
    assert centre + 21 < slip.line("请将本页").top
    assert 21 < seal.centre < 184 - 21


def test_the_slip_carries_no_number_of_a_page_but_its_code(
    printer: TypstPrinter, samples: dict[str, LetterContent]
) -> None:
    *letter, slip = pages(printer, samples["request-zh"])
    assert "—2—" in [line.text for line in letter[-1].lines]
    assert not any(line.text.startswith("—") for line in slip.lines)
    assert slip.line("HC-2026-000123-7.1/3/3-").top < 30


def test_a_request_without_other_enclosures_has_one_enclosure_without_number(
    printer: TypstPrinter, samples: dict[str, LetterContent]
) -> None:
    *letter, slip = pages(printer, replace(samples["request-zh"], enclosures=()))
    assert "附件：回执" in texts(letter[-1])
    assert texts(slip)[0] == "附件"


def test_long_words_still_fit_one_page(
    printer: TypstPrinter, samples: dict[str, LetterContent]
) -> None:
    """Names and an address as long as a directory takes."""
    content = samples["request-zh"]
    office = replace(
        content.sender,
        name_zh="示例壮族自治区样本市丙丁仫佬族自治县人力资源和社会保障局综合服务中心",
        address="示例壮族自治区样本市丙丁仫佬族自治县第十二街道人民路一千二百三十四号综合服务大楼"
        * 2,
    )
    fields = {**content.fields, "certificate": "企业职工基本养老保险关系转移接续信息表" * 3}
    long = replace(content, sender=office, fields=fields, applicant_name="买买提·阿不都热合曼")
    found = pages(printer, long)
    assert "□已经转送办理。" in texts(found[-1])
    assert "回执" in texts(found[-1])


def test_a_draft_without_a_number_names_none(
    printer: TypstPrinter, samples: dict[str, LetterContent]
) -> None:
    found = "".join(texts(pages(printer, replace(samples["request-zh"], number=""))[-1]))
    assert "户籍情况证明的函》收悉。" in found
