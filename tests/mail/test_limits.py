"""Letters held back: never too many in a minute, never held longer than needed."""

import asyncio
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.vocabulary.errors import MailUnavailable
from cases.vocabulary.values import Envelope
from integrations.mail.limits import WINDOW, LimitedTransport


def letter(recipient: str) -> Envelope:
    return Envelope(
        message_id="<1@x.example>", sender="a@x.example", recipient=recipient, content=b""
    )


class StoppedTime:
    """Seconds that pass only when somebody sleeps, for all sleepers together."""

    def __init__(self) -> None:
        self.seconds = 1000.0
        self.sleepers: list[tuple[float, asyncio.Future[None]]] = []

    def read(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        waking = asyncio.get_running_loop().create_future()
        self.sleepers.append((self.seconds + seconds, waking))
        await waking

    async def run(self) -> None:
        """Wake sleepers in order until nobody sleeps."""
        await settle()
        while self.sleepers:
            self.sleepers.sort(key=lambda sleeper: sleeper[0])
            instant, waking = self.sleepers.pop(0)
            self.seconds = max(self.seconds, instant)
            waking.set_result(None)
            await settle()


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


class Counter:
    """A transport that notes when it was given which letter."""

    def __init__(self, time: StoppedTime) -> None:
        self.time = time
        self.sent: list[tuple[float, str]] = []

    async def send(self, envelope: Envelope) -> str:
        self.sent.append((self.time.read() - 1000, envelope.recipient))
        return "OK"


def send_all(
    recipients: Sequence[str], *, per_minute: int, per_recipient: int
) -> list[tuple[float, str]]:
    """Ask for all letters at once; return when each was handed on, in seconds from the start."""

    async def run() -> list[tuple[float, str]]:
        time = StoppedTime()
        inner = Counter(time)
        limited = LimitedTransport(
            inner,
            per_minute=per_minute,
            per_recipient=per_recipient,
            read_seconds=time.read,
            sleep=time.sleep,
        )
        sending = asyncio.gather(*(limited.send(letter(recipient)) for recipient in recipients))
        await time.run()
        assert await sending == ["OK"] * len(recipients)
        return inner.sent

    return asyncio.run(run())


def test_letters_within_the_limits_leave_at_once() -> None:
    sent = send_all(["a@x.example", "b@x.example"] * 2, per_minute=4, per_recipient=2)
    assert [seconds for seconds, _ in sent] == [0, 0, 0, 0]


def test_the_server_gets_no_more_than_its_limit_in_a_minute() -> None:
    sent = send_all([f"{n}@x.example" for n in range(5)], per_minute=2, per_recipient=9)
    assert [seconds for seconds, _ in sent] == [0, 0, 60, 60, 120]


def test_a_recipient_gets_no_more_than_its_limit_in_a_minute() -> None:
    sent = send_all(["a@x.example"] * 3, per_minute=9, per_recipient=1)
    assert [seconds for seconds, _ in sent] == [0, 60, 120]


def test_an_address_in_capitals_is_the_same_recipient() -> None:
    sent = send_all(["a@x.example", "A@X.EXAMPLE"], per_minute=9, per_recipient=1)
    assert [seconds for seconds, _ in sent] == [0, 60]


def test_a_recipient_that_must_wait_does_not_hold_up_the_others() -> None:
    recipients = ["a@x.example", "a@x.example", "b@x.example"]
    sent = send_all(recipients, per_minute=9, per_recipient=1)
    assert sent == [(0, "a@x.example"), (0, "b@x.example"), (60, "a@x.example")]


@given(
    recipients=st.lists(
        st.sampled_from(["a@x.example", "b@x.example", "c@x.example"]), max_size=30
    ),
    per_minute=st.integers(1, 6),
    per_recipient=st.integers(1, 4),
)
def test_no_minute_sees_more_than_the_limits_and_every_letter_leaves(
    recipients: list[str], per_minute: int, per_recipient: int
) -> None:
    sent = send_all(recipients, per_minute=per_minute, per_recipient=per_recipient)
    assert sorted(recipient for _, recipient in sent) == sorted(recipients)
    for start, _ in sent:
        minute = [to for seconds, to in sent if start <= seconds < start + WINDOW]
        assert len(minute) <= per_minute
        assert all(minute.count(to) <= per_recipient for to in minute)


def test_a_refused_letter_counts_because_the_server_had_to_answer() -> None:
    async def run() -> float:
        time = StoppedTime()

        class Refuses:
            async def send(self, envelope: Envelope) -> str:
                raise MailUnavailable(envelope.recipient)

        limited = LimitedTransport(
            Refuses(), per_minute=1, per_recipient=1, read_seconds=time.read, sleep=time.sleep
        )
        for _ in range(2):
            sending = asyncio.ensure_future(limited.send(letter("a@x.example")))
            await time.run()
            with pytest.raises(MailUnavailable):
                await sending
        return time.seconds - 1000

    assert asyncio.run(run()) == 60


def test_a_limit_of_nothing_is_refused() -> None:
    for per_minute, per_recipient in ((0, 1), (1, 0)):
        with pytest.raises(ValueError, match="forever"):
            LimitedTransport(
                Counter(StoppedTime()), per_minute=per_minute, per_recipient=per_recipient
            )
