"""Every route with every role and a foreign office: what may be asked is asked, nothing leaks.

A new route fails here until it is given its rule in `RULES`.
"""

from dataclasses import dataclass, field
from uuid import uuid4

import pytest
from fastapi.routing import APIRoute
from starlette.routing import Mount

from cases.store import correspondence
from cases.vocabulary.status import Role
from integrations.desk.sign_in import open_to_all
from tests.desk.browser import Browser, DeskOf
from tests.story import Story

PEOPLE = {
    "zhou": Role.CLERK,
    "wu": Role.MANAGER,
    "mail": Role.MAIL_ROOM,
    "audit": Role.AUDITOR,
    "admin": Role.ADMINISTRATOR,
}
FOREIGNER = "zheng"  #: Clerk and manager of another office.
EVERYBODY = frozenset(Role) - {Role.ENGINE}
READERS = EVERYBODY - {Role.ADMINISTRATOR}
ACTORS = frozenset({Role.CLERK, Role.MANAGER, Role.MAIL_ROOM})
WORKERS = frozenset({Role.CLERK, Role.MANAGER})
SECRETS = ("林小禾", "110101199003070011", "户籍情况证明", "applicant@person.example", "YZ的答复")


@dataclass(frozen=True)
class Rule:
    """Who may come to a route, and what is sent there."""

    roles: frozenset[Role] | None  #: None: it needs nobody signed in.
    form: dict[str, str] = field(default_factory=dict)
    is_of_a_case: bool = False  #: Its address names a case: another office's is not found.


RULES = {
    "GET /sign-in": Rule(None),
    "POST /sign-in": Rule(None),
    "GET /enter/{token}": Rule(None),
    "POST /enter/{token}": Rule(None),
    "POST /language": Rule(None),
    "POST /sign-out": Rule(EVERYBODY),
    "GET /me": Rule(EVERYBODY),
    "POST /me/password": Rule(EVERYBODY),
    "POST /me/sessions/{session_id}/end": Rule(EVERYBODY),
    "GET /": Rule(EVERYBODY),
    "GET /replies": Rule(WORKERS),
    "GET /search": Rule(READERS),
    "GET /backlog": Rule(READERS),
    "GET /backlog.csv": Rule(READERS),
    "GET /mail-room": Rule(ACTORS),
    "POST /mail-room/batch": Rule(ACTORS),
    "POST /mail-room/{code}/cancel": Rule(ACTORS),
    "POST /mail-room/{code}/print": Rule(ACTORS),
    "POST /mail-room/{code}/posted": Rule(ACTORS),
    "GET /sign-off": Rule(frozenset({Role.MANAGER})),
    "GET /cases/{reference}/draft/{number}.png": Rule(frozenset({Role.MANAGER}), is_of_a_case=True),
    "GET /offices": Rule(EVERYBODY),
    "GET /offices/{code}": Rule(EVERYBODY),
    "GET /calendar": Rule(EVERYBODY),
    "GET /people": Rule(frozenset({Role.ADMINISTRATOR})),
    "POST /people": Rule(frozenset({Role.ADMINISTRATOR})),
    "POST /people/{login}/link": Rule(frozenset({Role.ADMINISTRATOR})),
    "GET /open": Rule(WORKERS),
    "GET /open/offices": Rule(WORKERS),
    "POST /open/number": Rule(WORKERS, {"person_number": "110101199003070011"}),
    "POST /open/dates": Rule(WORKERS),
    "POST /open": Rule(WORKERS),
    "GET /cases/{reference}": Rule(READERS, is_of_a_case=True),
    "POST /cases/{reference}/number": Rule(WORKERS, {"reason": "核对"}, is_of_a_case=True),
    "POST /cases/{reference}/acts/{code}": Rule(ACTORS, {"reason": "试"}, is_of_a_case=True),
    "POST /cases/{reference}/replies": Rule(
        frozenset({Role.CLERK, Role.MANAGER, Role.MAIL_ROOM}),
        {"channel": "post"},
        is_of_a_case=True,
    ),
    "POST /cases/{reference}/replies/{reply_id}/review": Rule(
        WORKERS, {"verdict": "no_answer"}, is_of_a_case=True
    ),
    "POST /cases/{reference}/outbox/{message_id}/resend": Rule(ACTORS, is_of_a_case=True),
    "GET /cases/{reference}/letters/{letter_id}.pdf": Rule(READERS, is_of_a_case=True),
    "GET /cases/{reference}/letters/{letter_id}/{number}.png": Rule(READERS, is_of_a_case=True),
    "GET /cases/{reference}/replies/{reply_id}.pdf": Rule(READERS, is_of_a_case=True),
    "GET /cases/{reference}/enclosures/{enclosure_id}.pdf": Rule(READERS, is_of_a_case=True),
}


@dataclass
class Place:
    """A desk with one case of the first office, its letter, a reply and an enclosure."""

    of: DeskOf
    values: dict[str, str]

    def walk(self, name: str, browser: Browser) -> tuple[int, str]:
        """Ask for a route; return the status and what the page says."""
        method, _, path = name.partition(" ")
        answer = browser.ask(method, path.format(**self.values), data=RULES[name].form or None)
        return answer.status_code, answer.content.decode("utf-8", "replace")


@pytest.fixture
def place(story: Story) -> Place:
    """Give a case that is under way, with everything that a page can name."""
    reference = story.open()
    story.rest()
    case = story.case(reference)
    document = story.house.documents.put(b"%PDF-1.4 a reply", case_id=case.id)
    story.reply(reference, summary="YZ的答复", document=document)
    letters = story.letters(reference)
    with story.house.database.reading() as session:
        enclosure = correspondence.enclosures_of(session, case.id)[0]
        replies = correspondence.replies_of(session, case.id)
    values = {
        "reference": reference,
        "letter_id": str(letters[0].id),
        "number": "1",
        "reply_id": str(replies[0].id),
        "enclosure_id": str(enclosure.id),
        "message_id": str(uuid4()),
        "session_id": str(uuid4()),
        "token": "no-token-at-all",
        "code": "stop-clock",
        "login": "zhou",
    }
    return Place(DeskOf(story), values)


def routes_of(of: DeskOf) -> list[APIRoute]:
    """Return every route; what stands in the application beside its pages serves files alone."""
    pages = [each.original_router for each in of.app.routes if hasattr(each, "original_router")]
    others = [each for each in of.app.routes if not hasattr(each, "original_router")]
    assert [type(each) for each in others] == [Mount]
    routes = [route for router in pages for route in router.routes]
    assert {type(route) for route in routes} == {APIRoute}
    return routes


def named(route: APIRoute) -> list[str]:
    return [f"{method} {route.path}" for method in sorted(route.methods)]


def test_every_route_has_its_rule_here_and_every_rule_its_route(story: Story) -> None:
    names = [name for route in routes_of(DeskOf(story)) for name in named(route)]
    assert sorted(names) == sorted(RULES)


def test_every_route_says_whom_it_lets_in(story: Story) -> None:
    """A page that depends on nobody's visit must say that it is open to all."""
    for route in routes_of(DeskOf(story)):
        calls = {each.call for each in route.dependant.dependencies}
        is_guarded = any(hasattr(call, "acts") for call in calls)
        is_open = open_to_all in calls
        assert is_guarded != is_open, f"{route.path} says neither or both"
        assert is_open == all(RULES[name].roles is None for name in named(route))


@pytest.mark.parametrize("login", PEOPLE)
def test_a_role_reaches_its_routes_and_no_others(place: Place, login: str) -> None:
    for name, rule in RULES.items():
        if rule.roles is None:
            continue
        status, said = place.walk(name, place.of.browser(login))
        if PEOPLE[login] in rule.roles:
            assert status < 500, name
            assert status != 403, name
        else:
            assert status in (403, 404), f"{login} came to {name}"
            assert not [secret for secret in SECRETS if secret in said], name


def test_another_office_finds_no_case_and_learns_nothing(place: Place) -> None:
    other = {**place.values, "reference": place.values["reference"][:-1] + "X"}
    nobody_has_it = Place(place.of, other)
    for name, rule in RULES.items():
        if rule.roles is None:
            continue
        status, said = place.walk(name, place.of.browser(FOREIGNER))
        assert not [secret for secret in SECRETS if secret in said], name
        assert place.values["reference"] not in said.replace(
            f"/cases/{other['reference']}", ""
        ) or (rule.is_of_a_case)
        if rule.is_of_a_case:
            assert status == 404, name
            mistyped, told = nobody_has_it.walk(name, place.of.browser(FOREIGNER))
            assert mistyped == 404
            here = place.values["reference"]
            assert said.replace(here, "R") == told.replace(other["reference"], "R"), name


def test_who_is_not_signed_in_is_sent_to_where_one_can(place: Place) -> None:
    for name, rule in RULES.items():
        if rule.roles is None:
            continue
        method, _, path = name.partition(" ")
        answer = Browser(place.of.app).ask(method, path.format(**place.values))
        assert answer.status_code == 303, name
        assert answer.headers["location"].startswith("/sign-in?next="), name


def test_nothing_that_a_foreigner_did_has_left_a_trace(place: Place, story: Story) -> None:
    before = story.life(place.values["reference"])
    for name in RULES:
        if RULES[name].roles is not None:
            place.walk(name, place.of.browser(FOREIGNER))
    assert story.life(place.values["reference"]) == before
