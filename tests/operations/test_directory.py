"""The directory: offices and people, entered by an administrator."""

import pytest

from cases.operations import directory
from cases.store import offices
from cases.vocabulary.errors import InvalidValue, NotAllowed, UnknownOffice, UnknownPerson
from cases.vocabulary.status import Role
from tests.story import Story
from tests.world import START, office


def add_person(story: Story, login: str, code: str = "XQ", by: str = "admin") -> None:
    who = story.actor(by)
    with story.house.database.transaction("person") as session:
        directory.add_person(session, who, login, "示例", code, [Role.CLERK, Role.CLERK])


def test_a_new_clerk_may_open_a_case(story: Story) -> None:
    add_person(story, "qian")
    assert story.actor("qian").has(Role.CLERK)
    assert story.open("qian")


@pytest.mark.parametrize("login", ["", "钱", "engine", "zhou"])
def test_a_login_is_plain_new_and_not_the_engines(story: Story, login: str) -> None:
    with pytest.raises(InvalidValue, match="login"):
        add_person(story, login)


def test_nobody_works_for_an_office_that_is_not_there(story: Story) -> None:
    with pytest.raises(UnknownOffice, match="'NO'"):
        add_person(story, "qian", "NO")


def test_only_an_administrator_enters_people_and_offices(story: Story) -> None:
    with pytest.raises(NotAllowed, match="administrator"):
        add_person(story, "qian", by="wu")
    manager = story.actor("wu")
    with pytest.raises(NotAllowed), story.house.database.transaction("office") as session:
        directory.add_office(session, manager, office("QQ", "示例", "Sample"), now=START)


def test_an_office_needs_a_code_of_its_own_and_a_name(story: Story) -> None:
    for wrong, words in (
        (office("", "示例", "Sample"), "needs a code"),
        (office("QQ", "", "Sample"), "Chinese name"),
        (office("YZ", "示例", "Sample"), "code YZ is taken"),
    ):
        with pytest.raises(InvalidValue, match=words):
            story.enter(wrong)
    with pytest.raises(UnknownOffice, match="'NO'"):
        story.enter(office("QQ", "示例", "Sample"), "NO")


def test_who_left_acts_no_more(story: Story) -> None:
    add_person(story, "qian")
    with story.house.database.transaction("left") as session:
        person_id = offices.actor_by_login(session, "qian").person_id
        session.get_one(directory.Person, person_id).is_active = False
    with pytest.raises(UnknownPerson, match="'qian'"):
        story.actor("qian")
