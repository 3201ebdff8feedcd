"""Makes application.pdf, the synthetic enclosure of the demo's cases.

Run it from anywhere with the project's Python; the same fonts give the same bytes. Nobody in the
sample exists, and the sample says so.
"""

from pathlib import Path

import typst

HERE = Path(__file__).parent
FONTS = HERE.parents[1] / "letter_templates" / "fonts"
#: Seconds since 1970 of Mon 2026-03-02 in Beijing, the day on which the demo begins.
DAY_OF_APPLICATION = 1_772_380_800

APPLICATION = r"""
#set document(title: "合成样例：异地代办申请表 Synthetic sample: application", date: auto)
#set page("a4", margin: (x: 28mm, y: 30mm))
#set text(font: "Noto Serif SC", size: 11pt, lang: "zh")
#let notice = block(width: 100%, stroke: 1.5pt + red, inset: 8pt, align(center, text(fill: red)[
  合成样例：本表人员、地址、号码均为虚构，仅供演示 \
  SYNTHETIC SAMPLE: the person, address and number below are invented, \
  for demonstration only
]))
#notice
#v(8mm)
#align(center, text(size: 18pt)[
  异地代收代办申请表 \ Application for a document from another region
])
#v(6mm)
#table(
  columns: (38mm, 1fr), inset: 8pt,
  [申请人 \ Applicant], [王样例（虚构） \ Wang Yangli (invented)],
  [公民身份号码 \ Person number],
  [1101\*\*\*\*\*\*\*\*\*\*002X（虚构，已遮盖 / invented, masked）],
  [现居住地 \ Lives in], [示例市示例区示例街道一号 \ 1 Example Street, Example District],
  [户籍所在地 \ Home region], [样本市样本县样本镇 \ Sample Town, Sample County],
  [申请事项 \ Asks for], [请户籍所在地出具曾居住证明一份 \
    A certificate of former residence from the home region],
  [同意 \ Consent], [本人同意为办理上述事项向户籍所在地机关提供以上信息。 \
    I agree that the above is passed to the office of my home region for this purpose only.],
  [签名、日期 \ Signature, date], [（样例，无签名 / sample, not signed） \ 2026-03-02],
)
#v(1fr)
#notice
"""


def main() -> None:
    """Write application.pdf beside this file."""
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)]
    )
    pdf = typst.compile(APPLICATION.encode("utf-8"), font_paths=fonts, timestamp=DAY_OF_APPLICATION)
    (HERE / "application.pdf").write_bytes(pdf)


if __name__ == "__main__":
    main()
