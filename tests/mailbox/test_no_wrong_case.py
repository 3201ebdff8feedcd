"""Generated answers, honest and not: none is filed to a case that its writer did not mean.

HANCHA_MAIL_REPLIES says how many; 2,000 by default.
"""

import os
from collections import Counter

from cases.rules.mail_matching import match
from cases.vocabulary.mail import MailNature
from tests.mailbox.correspondents import World, facts

REPLIES = int(os.environ.get("HANCHA_MAIL_REPLIES", "2000"))


def test_of_all_answers_none_is_filed_to_a_wrong_case_and_the_honest_ones_are_filed() -> None:
    world = World(seed=20260302)
    wrong, missed, reasons = [], [], Counter[str]()
    for _ in range(REPLIES):
        said = world.say()
        read = facts(said)
        assert read.nature is MailNature.LETTER
        found = match(read, world.known)
        filed = {case.reference for case in found.cases}
        reasons[found.reason.value if found.reason else "filed"] += 1
        if not filed <= said.may:
            wrong.append((said, found))
        if said.must and filed != said.may:
            missed.append((said, found))
        if found.guess is not None:
            assert found.reason is not None
            assert not filed
    assert wrong == []
    assert missed == []
    assert {"unknown_tag", "names_several", "foreign_sender", "reference_only"} <= set(reasons)
    assert {"unproven_sender", "no_case_named", "filed"} <= set(reasons), reasons
