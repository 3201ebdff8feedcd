"""The mail of digests in a story: who chose what, and what came in whose mailbox."""

import asyncio
from email import message_from_bytes, policy
from email.message import EmailMessage

from cases.operations import digests
from cases.store import offices
from cases.vocabulary.telling import Rhythm
from flows.telling import tell
from tests.outside_world import KeptMail
from tests.story import Story, instant


class DigestMail:
    """Runs the scheduled flow's work in a story, and reads what it sent."""

    def __init__(self, story: Story) -> None:
        self.story, self.mail = story, KeptMail()
        story.house.transport = lambda: self.mail  # type: ignore[method-assign]

    def wanted(self, login: str, rhythm: Rhythm) -> None:
        """Let the administrator enter that somebody wants digests."""
        admin = self.story.actor("admin")
        with self.story.house.database.transaction("choose") as session:
            person = offices.person_by_login(session, login)
            email = f"{login}@office.example"
            digests.choose(session, admin, person, rhythm=rhythm, email=email)

    def run(self) -> int:
        """Do what the scheduled flow does every five minutes."""
        return asyncio.run(tell(self.story.house))

    def run_at(self, text: str) -> int:
        """Live until then, and run."""
        self.story.live_until(text)
        assert self.story.clock.now() == instant(text)
        return self.run()

    def to(self, login: str) -> list[EmailMessage]:
        """Return what somebody got, read as a mail program does."""
        return [
            message_from_bytes(each.content, policy=policy.default)  # type: ignore[arg-type]
            for each in self.mail.to(f"{login}@office.example")
        ]

    def text(self, login: str) -> str:
        """Return the text of the newest."""
        return str(self.to(login)[-1].get_content()).replace("\r\n", "\n")
