"""Letters through real mail servers: what a server says decides what becomes of a letter."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from cases.vocabulary.errors import MailUnavailable, RecipientRefused
from cases.vocabulary.values import Envelope
from integrations.mail.smtp import SmtpSettings, SmtpTransport, TlsMode
from tests.mail.mail_servers import (
    HOST,
    FallsSilent,
    Friendly,
    Greylists,
    HangsUpAfterData,
    HangsUpWhenIdle,
    OneLetterEach,
    RefusesUnknown,
    Says,
    SaysOfSender,
    free_port,
    mail_server,
)

CONTENT = (
    b"Subject: synthetic\r\nMessage-ID: <1@haidian.example>\r\n\r\n.a line\r\n..\r\n.\r\nend\r\n"
)


def letter(recipient: str = "office@shunqing.example", content: bytes = CONTENT) -> Envelope:
    return Envelope(
        message_id="<1@haidian.example>",
        sender="desk@haidian.example",
        recipient=recipient,
        content=content,
    )


def plain(port: int, timeout: float = 5) -> SmtpTransport:
    return SmtpTransport(SmtpSettings(host=HOST, port=port, tls=TlsMode.NONE, timeout=timeout))


def with_transport(
    transport: SmtpTransport, conversation: Coroutine[Any, Any, list[str]]
) -> list[str]:
    """Run the conversation, close the transport, return what the conversation gives."""

    async def run() -> list[str]:
        try:
            return await conversation
        finally:
            await transport.close()

    return asyncio.run(run())


def send(transport: SmtpTransport, *envelopes: Envelope, pause: float = 0) -> list[str]:
    """Send one letter after the other; a refusal gives its line in place of the server's words."""

    async def conversation() -> list[str]:
        lines = []
        for envelope in envelopes:
            try:
                lines.append(await transport.send(envelope))
            except (MailUnavailable, RecipientRefused) as refusal:
                lines.append(f"{type(refusal).__name__}: {refusal}")
            await asyncio.sleep(pause)
        return lines

    return with_transport(transport, conversation())


def test_a_letter_arrives_byte_for_byte_and_the_servers_words_come_back() -> None:
    server = Friendly()
    with mail_server(server) as port:
        assert send(plain(port), letter()) == ["2.0.0 OK queued as 1"]
    assert server.letters == [("desk@haidian.example", "office@shunqing.example", CONTENT)]


def test_many_letters_go_over_one_connection() -> None:
    server = Friendly()
    with mail_server(server) as port:
        words = send(plain(port), *[letter(f"office{n}@shunqing.example") for n in range(20)])
    assert words[-1] == "2.0.0 OK queued as 20"
    assert len(server.sessions) == 1


def test_letters_sent_at_the_same_time_take_turns_on_the_connection() -> None:
    server = Friendly()

    async def conversation(transport: SmtpTransport) -> list[str]:
        letters = [letter(f"office{n}@shunqing.example") for n in range(10)]
        return await asyncio.gather(*(transport.send(envelope) for envelope in letters))

    with mail_server(server) as port:
        transport = plain(port)
        words = with_transport(transport, conversation(transport))
    assert sorted(words) == sorted(f"2.0.0 OK queued as {n}" for n in range(1, 11))
    assert len(server.sessions) == 1


def test_nothing_is_opened_before_the_first_letter() -> None:
    transport = plain(free_port())
    asyncio.run(transport.close())


def test_an_unknown_recipient_is_refused_for_good_and_the_next_letter_goes_out() -> None:
    server = RefusesUnknown()
    with mail_server(server) as port:
        first, second = send(plain(port), letter("nobody@shunqing.example"), letter())
    assert first == (
        f"RecipientRefused: mail server 127.0.0.1:{port} refuses this recipient for good:"
        " 550 5.1.1 No such office here"
    )
    assert second == "2.0.0 OK queued as 1"
    assert len(server.sessions) == 1
    assert [recipient for _, recipient, _ in server.letters] == ["office@shunqing.example"]


def test_a_greylisted_letter_is_for_later_and_goes_out_then() -> None:
    server = Greylists()
    with mail_server(server) as port:
        first, second = send(plain(port), letter(), letter())
    assert first.startswith("MailUnavailable: ")
    assert first.endswith(
        "does not take letters for this recipient now: 451 4.7.1 Greylisted, come back in a minute"
    )
    assert second == "2.0.0 OK queued as 1"


@pytest.mark.parametrize(
    ("answer", "refusal"),
    [
        ("554 5.7.1 Looks like spam", "RecipientRefused"),
        ("552 5.3.4 Too large", "RecipientRefused"),
        ("452 4.3.1 Disk full", "MailUnavailable"),
        ("421 4.3.2 Shutting down", "MailUnavailable"),
        ("250-2.0.0 taken\r\n250 and queued", ""),
    ],
    ids=[
        "a letter that looks like spam is refused for good",
        "a letter that is too large is refused for good",
        "a server without room is for later",
        "a server that shuts down is for later",
        "words over two lines come back on one",
    ],
)
def test_what_the_server_says_of_the_letter(answer: str, refusal: str) -> None:
    with mail_server(Says(answer)) as port:
        (line,) = send(plain(port), letter())
    if refusal:
        assert line.startswith(f"{refusal}: ")
        assert line.endswith(answer)
    else:
        assert line == "2.0.0 taken and queued"


@pytest.mark.parametrize(
    ("answer", "refusal"),
    [
        ("550 5.7.1 Not your address", "MailUnavailable"),
        ("530 5.7.0 Log in first", "MailUnavailable"),
        ("450 4.1.8 Unknown domain", "MailUnavailable"),
        ("552 5.3.4 Too large", "RecipientRefused"),
    ],
    ids=[
        "a sender that we may not use waits for our settings",
        "a missing login waits for our settings",
        "a sender unknown for now is for later",
        "a letter announced as too large is refused for good",
    ],
)
def test_what_the_server_says_of_the_sender(answer: str, refusal: str) -> None:
    with mail_server(SaysOfSender(answer)) as port:
        (line,) = send(plain(port), letter())
    assert line.startswith(f"{refusal}: ")
    assert line.endswith(answer)


def test_a_letter_over_the_servers_limit_is_refused_before_it_is_sent() -> None:
    server = Friendly()
    with mail_server(server, data_size_limit=1000) as port:
        (line,) = send(plain(port), letter(content=CONTENT + b"x" * 70 + b"\r\n" * 1000))
    assert line.startswith("RecipientRefused: ")
    assert "552" in line
    assert server.letters == []


def test_a_line_cut_after_the_letter_is_in_doubt_and_the_next_attempt_is_recognisable() -> None:
    server = HangsUpAfterData()
    with mail_server(server) as port:
        first, second = send(plain(port), letter(), letter())
    assert first.startswith("MailUnavailable: ")
    assert "may have the letter, it fell silent" in first
    assert second == "2.0.0 OK queued as 2"
    contents = [content for _, _, content in server.letters]
    assert contents == [CONTENT, CONTENT]


def test_a_line_cut_between_letters_costs_no_letter() -> None:
    server = HangsUpWhenIdle()
    with mail_server(server) as port:
        words = send(plain(port), letter(), letter(), letter(), pause=0.15)
    assert words == [f"2.0.0 OK queued as {n}" for n in (1, 2, 3)]
    assert len(server.sessions) == 3


def test_a_server_that_takes_one_letter_on_a_connection_gets_a_new_one_for_each() -> None:
    server = OneLetterEach()
    with mail_server(server) as port:
        words = send(plain(port), letter(), letter(), letter())
    assert words == [f"2.0.0 OK queued as {n}" for n in (1, 2, 3)]
    assert len(server.sessions) == 3


def test_a_server_that_falls_silent_may_have_the_letter() -> None:
    with mail_server(FallsSilent()) as port:
        (line,) = send(plain(port, timeout=0.3), letter())
    assert line.startswith("MailUnavailable: ")
    assert "may have the letter" in line


def test_a_restarted_server_gets_the_next_letter() -> None:
    port = free_port()
    first, second = Friendly(), Friendly()

    async def conversation(transport: SmtpTransport) -> list[str]:
        lines = []
        with mail_server(first, port=port):
            lines.append(await transport.send(letter()))
        try:
            await transport.send(letter())
        except MailUnavailable as refusal:
            lines.append(str(refusal))
        with mail_server(second, port=port):
            lines.append(await transport.send(letter()))
        return lines

    transport = plain(port)
    before, between, after = with_transport(transport, conversation(transport))
    assert (before, after) == ("2.0.0 OK queued as 1", "2.0.0 OK queued as 1")
    assert "does not answer" in between


def test_no_server_is_for_later() -> None:
    (line,) = send(plain(free_port()), letter())
    assert line.startswith("MailUnavailable: ")
    assert "does not answer" in line


def test_a_host_without_an_address_is_for_later() -> None:
    settings = SmtpSettings(
        host="mail.hancha.invalid", port=587, timeout=5, local_hostname="desk.example"
    )
    (line,) = send(SmtpTransport(settings), letter())
    assert line.startswith("MailUnavailable: mail server mail.hancha.invalid:587 does not answer")


def test_something_that_is_no_mail_server_is_for_later() -> None:
    async def conversation() -> list[str]:
        async def web(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            writer.close()

        async with await asyncio.start_server(web, HOST, free_port()) as server:
            transport = plain(server.sockets[0].getsockname()[1])
            with pytest.raises(MailUnavailable) as caught:
                await transport.send(letter())
        return [str(caught.value)]

    (line,) = asyncio.run(conversation())
    assert "HTTP" in line


def test_a_cancelled_letter_does_not_confuse_the_next_one() -> None:
    """The late answer to the first letter must not be taken for the second's."""
    server = FallsSilent()

    async def conversation(transport: SmtpTransport) -> list[str]:
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(transport.send(letter()), timeout=0.3)
        return [await transport.send(letter("other@shunqing.example"))]

    with mail_server(server) as port:
        transport = plain(port)
        assert with_transport(transport, conversation(transport)) == ["2.0.0 OK queued as 2"]
    assert len(server.sessions) == 2
