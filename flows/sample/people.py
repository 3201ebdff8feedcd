"""Who the sample's cases are about: invented, and by name and number seen to be so."""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from cases.rules.person_number import check_character

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕张孔曹严华金魏陶姜"
GIVEN = ("示例", "样本", "试例", "小样", "小例", "例儿")
CERTIFICATES = ("户籍情况证明", "居住情况证明", "亲属关系证明", "无房情况证明")
PURPOSES = ("办理居住登记", "申请公租房", "子女入学", "办理公积金提取")
FIRST_BIRTH, BIRTHS = date(1955, 1, 1), 18_000  #: Days over which births are spread.


class Fate(StrEnum):
    """What the home office makes of a request."""

    ANSWERS = "answers"
    ANSWERS_LATE = "answers_late"  #: After a reminder or two.
    ASKS_BACK = "asks_back"
    IN_PARTS = "in_parts"  #: A part first, the rest later.
    REFUSES = "refuses"
    SILENT = "silent"
    WITHDRAWN = "withdrawn"  #: By the applicant.


#: Of a hundred cases.
SHARES = {
    Fate.ANSWERS: 44,
    Fate.ANSWERS_LATE: 16,
    Fate.ASKS_BACK: 8,
    Fate.IN_PARTS: 7,
    Fate.REFUSES: 5,
    Fate.SILENT: 16,
    Fate.WITHDRAWN: 4,
}
_DAYS = {
    Fate.ANSWERS: (3, 18),
    Fate.ANSWERS_LATE: (24, 40),
    Fate.ASKS_BACK: (4, 12),
    Fate.IN_PARTS: (5, 15),
    Fate.REFUSES: (6, 20),
    Fate.SILENT: (900, 901),
    Fate.WITHDRAWN: (5, 15),
}


@dataclass(frozen=True, slots=True)
class Subject:
    """One applicant, what is asked for them, and what becomes of it."""

    name: str
    person_number: str
    certificate: str
    purpose: str
    fate: Fate
    after: timedelta  #: From opening to what the fate says.


def subject(chance: random.Random) -> Subject:
    """Invent somebody; the same chance invents the same people."""
    fate = chance.choices(list(SHARES), weights=list(SHARES.values()))[0]
    first, last = _DAYS[fate]
    born = FIRST_BIRTH + timedelta(days=chance.randrange(BIRTHS))
    digits = f"110101{born:%Y%m%d}{chance.randrange(1000):03d}"
    return Subject(
        name=chance.choice(SURNAMES) + chance.choice(GIVEN),
        person_number=digits + check_character(digits),
        certificate=chance.choice(CERTIFICATES),
        purpose=chance.choice(PURPOSES),
        fate=fate,
        after=timedelta(days=chance.randint(first, last), minutes=chance.randrange(360)),
    )
