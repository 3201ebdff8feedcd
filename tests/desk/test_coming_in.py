"""Coming in to the desk: passwords, sessions, one-time links, and what is tried against them."""

from datetime import timedelta

import pytest
from sqlmodel import select

from cases.operations import accounts
from cases.rules.passwords import check_password
from cases.store import accounts as rows
from cases.store.tables.account import DeskAccount, DeskSession
from cases.store.tables.office import Office, Person, RoleHeld
from cases.vocabulary.errors import SettingsFault, WeakPassword
from integrations.desk.address import address_of
from integrations.desk.passwords import Argon2Passwords
from integrations.settings import Settings
from tests.desk.browser import PASSWORD, Browser, DeskOf
from tests.story import Story
from tests.world import SetClock


@pytest.fixture
def of(story: Story) -> DeskOf:
    return DeskOf(story)


def is_in(browser: Browser) -> bool:
    """Whether the browser is signed in."""
    return browser.get("/me").status_code == 200


def test_the_right_password_lets_in_and_signing_out_ends_it(of: DeskOf) -> None:
    browser = Browser(of.app)
    assert not is_in(browser)
    assert browser.sign_in("zhou").headers["location"] == "/"
    assert is_in(browser)
    kept = dict(browser.cookies)
    browser.post("/sign-out")
    browser.cookies = kept  # Whoever had copied the cookie has nothing.
    assert not is_in(browser)


@pytest.mark.parametrize("login", ["zhou", "nobody"])
def test_a_wrong_password_and_an_unknown_login_read_the_same(of: DeskOf, login: str) -> None:
    answer = Browser(of.app).sign_in(login, "not the password")
    assert answer.status_code == 401
    assert "登录名或密码不正确" in answer.text


def test_after_eight_wrong_passwords_even_the_right_one_waits(of: DeskOf) -> None:
    browser, clock = Browser(of.app), of.machine
    assert isinstance(clock, SetClock)
    for _ in range(accounts.PER_LOGIN):
        assert browser.sign_in("zhou", "wrong wrong wrong").status_code == 401
    assert browser.sign_in("zhou").status_code == 429
    assert browser.sign_in("wu").status_code == 303  # A colleague is not locked out.
    clock.at += accounts.WINDOW + timedelta(seconds=1)
    assert browser.sign_in("zhou").status_code == 303


def test_a_session_ends_when_nobody_uses_it_and_at_the_end_of_a_day(of: DeskOf) -> None:
    clock = of.machine
    assert isinstance(clock, SetClock)
    idle, busy = of.browser("zhou"), of.browser("zhou")
    for _ in range(15):
        clock.at += timedelta(minutes=50)
        if clock.at < SetClock().at + accounts.LONGEST:
            assert is_in(busy)
    assert not is_in(idle)
    assert not is_in(busy)


def test_signing_out_everywhere_ends_the_other_browsers(of: DeskOf) -> None:
    here, there, colleague = of.browser("zhou"), of.browser("zhou"), of.browser("wu")
    here.post("/sign-out", data={"everywhere": "yes"})
    assert [is_in(each) for each in (here, there, colleague)] == [False, False, True]


def test_nobody_ends_the_session_of_somebody_else(of: DeskOf, story: Story) -> None:
    victim, thief = of.browser("wu"), of.browser("zhou")
    with story.house.database.reading() as session:
        person = session.exec(select(Person).where(Person.login == "wu")).one()
        row = rows.sessions_of(session, person.id)[0]
    thief.post(f"/me/sessions/{row.id}/end")
    assert is_in(victim)


def test_a_session_that_was_planted_is_not_the_one_that_is_signed_in(of: DeskOf) -> None:
    browser = Browser(of.app)
    browser.cookies["hancha"] = planted = "planted-by-somebody"
    browser.sign_in("zhou")
    assert browser.cookies["hancha"] != planted
    assert len(browser.cookies["hancha"]) >= 43  # 32 random bytes.


def test_the_database_holds_neither_token_nor_password(of: DeskOf, story: Story) -> None:
    browser = Browser(of.app)
    browser.sign_in("zhou")
    with story.house.database.reading() as session:
        keys = session.exec(select(DeskSession.key)).all()
        hashes = session.exec(select(DeskAccount.password_hash)).all()
    assert browser.cookies["hancha"] not in keys
    assert all(each.startswith("$argon2id$") and PASSWORD not in each for each in hashes)


def test_whoever_left_the_office_is_out_at_once(of: DeskOf, story: Story) -> None:
    browser = of.browser("zhou")
    with story.house.database.transaction("leave") as session:
        session.exec(select(Person).where(Person.login == "zhou")).one().is_active = False
    assert not is_in(browser)
    assert Browser(of.app).sign_in("zhou").status_code == 401


def test_a_link_sets_a_password_once_and_ends_every_session(of: DeskOf) -> None:
    old, token = of.browser("zhou"), of.link_for("zhou")
    new, again = Browser(of.app), Browser(of.app)
    assert "周示例" in new.get(f"/enter/{token}").text
    assert new.post(f"/enter/{token}", data={"password": "short"}).status_code == 422
    chosen = {"password": "seven green teapots dance"}
    assert new.post(f"/enter/{token}", data=chosen).headers["location"] == "/"
    assert is_in(new)
    assert not is_in(old)
    assert again.post(f"/enter/{token}", data=chosen).status_code == 410
    assert again.sign_in("zhou").status_code == 401
    assert again.sign_in("zhou", chosen["password"]).status_code == 303


def test_a_newer_link_spends_the_one_before_and_each_expires(of: DeskOf) -> None:
    first, second = of.link_for("zhou"), of.link_for("zhou")
    assert Browser(of.app).get(f"/enter/{first}").status_code == 410
    assert Browser(of.app).get(f"/enter/{second}").status_code == 200
    assert isinstance(of.machine, SetClock)
    of.machine.at += accounts.LINK_LASTS
    assert Browser(of.app).get(f"/enter/{second}").status_code == 410


def test_the_first_link_enters_the_office_and_its_administrator(story: Story) -> None:
    of = DeskOf(story)
    with story.house.database.transaction("none") as session:
        for row in session.exec(select(RoleHeld)).all():
            session.delete(row)
        token = accounts.first_link(session, now=of.machine.now())
    browser = Browser(of.app)
    form = {
        "office": "清河街办",
        "office_name": "示例市乙区清河街道办事处",
        "login": "founder",
        "name": "创始示例",
        "password": "seven green teapots dance",
    }
    assert browser.post(f"/enter/{token}", data=form).status_code == 303
    assert "创始示例" in browser.get("/").text
    with story.house.database.reading() as session:
        office = session.exec(select(Office).where(Office.code == "清河街办")).one()
        assert office.is_ours
        assert accounts.first_link(session, now=of.machine.now()) is None


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("elevenchars", "at least 12"),
        ("x" * 129, "at most 128"),
        ("abababababab", "same few"),
        ("123qweasdzxc", "tried first"),
        ("q1w2e3r4t5y6", "tried first"),
        ("leavemealone2026!", "tried first"),
        ("zhou loves the garden", "contains the login"),
    ],
)
def test_a_weak_password_is_refused_with_its_reason(password: str, why: str) -> None:
    with pytest.raises(WeakPassword, match=why) as refused:
        check_password(password, login="zhou")
    assert password not in str(refused.value)


@pytest.mark.parametrize(
    "password", ["seven green teapots dance", "清河边上三棵老柳树今年又发芽了"]
)
def test_a_long_sentence_is_taken_in_any_script(password: str) -> None:
    check_password(password, login="zhou")


def test_the_real_hasher_is_argon2id_and_knows_its_own() -> None:
    hasher = Argon2Passwords()
    hashed = hasher.hash(PASSWORD)
    assert hashed.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert hasher.verify(PASSWORD, hashed)
    assert not hasher.verify("another", hashed)
    assert not hasher.verify(PASSWORD, "")


def test_plain_http_is_for_this_machine_alone() -> None:
    assert address_of(Settings(), 4210).cookie == "hancha"
    with pytest.raises(SettingsFault, match="HANCHA_DESK_ORIGIN"):
        address_of(Settings(desk_host="0.0.0.0"), 4210)
    with pytest.raises(SettingsFault, match="https"):
        address_of(Settings(desk_origin="http://desk.office.example"), 4210)
    behind = address_of(Settings(desk_host="0.0.0.0", desk_origin="https://desk.office.example"), 1)
    assert behind.cookie == "__Host-hancha"
    assert behind.hosts == {"desk.office.example"}
