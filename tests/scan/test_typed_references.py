"""A reference typed by hand: one wrong character never opens another case."""

from cases.rules.page_code import PageCode
from tests.cli.terminal import Said
from tests.scan.desk import Desk


class TestTheReferenceByHand:
    """One mistyped character gets a suggestion in the refusal, never a wrong case."""

    @staticmethod
    def refused(desk: Desk, case: str, *words: str) -> Said:
        said = desk.hancha(*words)
        assert (said.code, said.refusal) == (3, "InvalidValue"), said
        assert case in said.err
        return said

    def test_in_every_command_that_names_a_case(self, desk: Desk) -> None:
        case = desk.asked()
        (item,) = desk.scan(desk.stranger())["tray"]
        typed = case.replace("2026", "2036")
        before = desk.hancha.counts()
        for words in (
            ("case", "show", typed, "--as", "zhou"),
            ("case", "reply", typed, "--channel", "post", "--as", "zhou"),
            ("case", "why", typed),
            ("case", "letter", typed, "--out", str(desk.folder / "x.pdf"), "--as", "zhou"),
            ("case", "withdraw", typed, "--reason", "x", "--as", "zhou"),
            ("tray", "file", item["item"], typed, "--as", "zhou"),
        ):
            said = self.refused(desk, case, *words)
            assert "did you mean" in said.err
        assert desk.hancha.counts() == before

    def test_every_wrong_character_of_a_reference(self, desk: Desk) -> None:
        """Each character by another digit: refused each time, and the right case is offered."""
        case = desk.asked()
        desk.asked()
        for at, was in enumerate(case):
            if was.isdigit():
                typed = case[:at] + str((int(was) + 1) % 10) + case[at + 1 :]
                self.refused(desk, case, "case", "show", typed, "--as", "zhou")

    def test_a_page_code_with_a_wrong_character(self, desk: Desk) -> None:
        case = desk.asked()
        (item,) = desk.scan(desk.stranger())["tray"]
        code = str(PageCode(case, 1, 1, 3))
        typed = code.replace("/1/3", "/2/3")
        self.refused(desk, code, "tray", "file", item["item"], typed, "--as", "zhou")

    def test_what_is_near_to_no_case_gets_no_suggestion(self, desk: Desk) -> None:
        desk.asked()
        said = desk.hancha("case", "show", "HC-2019-777777-1", "--as", "zhou")
        assert said.code == 3
        assert "did you mean" not in said.err
