"""A browser without a window: forms, cookies and the headers that browsers send of themselves."""

import re
from typing import Any

import anyio
import httpx
from fastapi import FastAPI
from sqlmodel import select

from cases.operations import accounts
from cases.store import offices
from cases.store.tables.account import DeskAccount
from cases.store.tables.office import Person
from integrations.clock import SystemClock
from integrations.desk.address import DeskAddress
from integrations.desk.app import desk
from integrations.desk.passwords import Argon2Passwords
from tests.world import SetClock, World

ORIGIN = "http://127.0.0.1:4210"
PASSWORD = "correct horse battery staple"
ADDRESS = DeskAddress(ORIGIN, frozenset({ORIGIN}), is_secure=False)
HASHER = Argon2Passwords(memory_kib=64, passes=1)  #: Quick; the real one is tried by itself.
HASHED = HASHER.hash(PASSWORD)


class Browser:
    """One browser at the desk; each has cookies of its own."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app
        self.cookies: dict[str, str] = {}

    def ask(self, method: str, path: str, **given: Any) -> httpx.Response:
        """Ask for a page as a browser would, without following what it answers."""
        headers = {"user-agent": "a browser", **given.pop("headers", {})}
        if method == "POST":
            headers = {"origin": ORIGIN, "sec-fetch-site": "same-origin", **headers}
        if self.cookies and "cookie" not in headers:
            headers["cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())

        async def asked() -> httpx.Response:
            transport = httpx.ASGITransport(self._app, raise_app_exceptions=True)
            async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
                answer = await client.request(method, path, headers=headers, **given)
                self._keep(answer)
                return answer

        return anyio.run(asked)

    def get(self, path: str, **given: Any) -> httpx.Response:
        """Look at a page."""
        return self.ask("GET", path, **given)

    def post(self, path: str, **given: Any) -> httpx.Response:
        """Send a form."""
        return self.ask("POST", path, **given)

    def sign_in(self, login: str, password: str = PASSWORD, **form: str) -> httpx.Response:
        """Sign in by the form."""
        data = {"login": login, "password": password, "next": "/", **form}
        return self.post("/sign-in", data=data)

    def _keep(self, answer: httpx.Response) -> None:
        for line in answer.headers.get_list("set-cookie"):
            name, value = re.match(r"([^=]+)=([^;]*)", line).groups()  # type: ignore[union-attr]
            if value.strip('"') == "" or "Max-Age=0" in line:
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value


class DeskOf:
    """The desk of a world, with accounts for everybody who works there."""

    def __init__(self, world: World, machine: SetClock | SystemClock | None = None) -> None:
        self.world = world
        self.machine = machine or SetClock()
        self.app = desk(world.house, ADDRESS, HASHER, self.machine)
        with world.house.database.transaction("accounts") as session:
            for person in session.exec(select(Person)).all():
                session.add(
                    DeskAccount(
                        person_id=person.id,
                        password_hash=HASHED,
                        password_set_at=self.machine.now(),
                    )
                )

    def browser(self, login: str = "") -> Browser:
        """Return a browser, signed in as somebody if a login is given, without a password."""
        browser = Browser(self.app)
        if login:
            with self.world.house.database.transaction("sign-in") as session:
                person = session.exec(select(Person).where(Person.login == login)).one()
                token = accounts.begin_session(
                    session, person, device="a browser", now=self.machine.now()
                )
            browser.cookies[ADDRESS.cookie] = token
        return browser

    def link_for(self, login: str) -> str:
        """Return a one-time link's token for somebody, made by the administrator."""
        with self.world.house.database.transaction("link") as session:
            person = session.exec(select(Person).where(Person.login == login)).one()
            by = offices.actor_by_login(session, "admin")
            return accounts.make_link(session, by, person, now=self.machine.now())
