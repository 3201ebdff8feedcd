"""Behind the second factor: the letter, what may be said about it, and the receipt for it."""

import secrets
import shutil
import tempfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from threading import BoundedSemaphore

from pypdf import PdfReader
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from cases.operations import reply_links
from cases.operations.reply_links import MAX_SIGNATURE, MAX_WORDS, Said
from cases.store.tables.reply_link import ReplyReceipt
from cases.vocabulary.errors import EnclosureRefused, InvalidValue, ReplyLinkIsSpent
from cases.vocabulary.reply_link import LinkAct, LinkState
from integrations.reply_page import wording
from integrations.reply_page.page import ReplyPage, page_of, show, told, visit_of
from integrations.reply_page.reading import LetterFacts, facts_of
from integrations.reply_page.visits import Visit

#: Files that are read at a time; each may take the memory of a limited process.
READERS = BoundedSemaphore(2)
FIELDS, LONGEST_FIELD, KEY_LENGTH = 6, 8 * 1024, 32


async def letter(request: Request) -> Response:
    """Show which letter it is, what was said, and what may be said."""
    visit, facts = await _here(request)
    spent = wording.SPENT.get(facts.state)
    return show(
        "letter.html",
        visit.language,
        facts=facts,
        acts=_offered(facts),
        spent=wording.both(visit.language)(*spent) if spent else "",
        switch="/letter",
        has_visit=True,
    )


async def ask(request: Request) -> Response:
    """Show the form of one act."""
    visit, facts = await _here(request)
    act = _act_of(request)
    if act is None:
        return told(visit.language, wording.NO_PAGE, 404)
    if act not in _offered(facts):
        return RedirectResponse("/letter", 303)
    return _form(visit, facts, Said(act, secrets.token_hex(KEY_LENGTH // 2)))


async def say(request: Request) -> Response:
    """Take in what the office says, and lead to its receipt."""
    visit, facts = await _here(request)
    act = _act_of(request)
    if act is None:
        return told(visit.language, wording.NO_PAGE, 404)
    async with request.form(max_files=1, max_fields=FIELDS, max_part_size=LONGEST_FIELD) as form:
        said = _said(act, form)
        file = form.get("file")
        try:
            if isinstance(file, UploadFile) and file.size and act.may_enclose:
                said = await _with_file(page_of(request), facts, said, file)
            receipt = await run_in_threadpool(_say, page_of(request), visit, said)
        except EnclosureRefused:
            return _form(visit, facts, said, wording.FILE_REFUSED)
        except InvalidValue:
            return _form(visit, facts, said, _what_is_wrong(said))
        except ReplyLinkIsSpent:
            return await _refused(request, visit, act)
    place = await run_in_threadpool(_place, page_of(request), visit, receipt)
    return RedirectResponse(f"/receipt/{place}", 303)


async def receipt(request: Request) -> Response:
    """Show a receipt, to be printed or written down."""
    visit, facts = await _here(request)
    place = request.path_params["place"]
    if not 1 <= place <= len(facts.receipts):
        return told(visit.language, wording.NO_PAGE, 404)
    return show(
        "receipt.html",
        visit.language,
        facts=facts,
        receipt=facts.receipts[place - 1],
        switch=f"/receipt/{place}",
        has_visit=True,
    )


async def _here(request: Request) -> tuple[Visit, LetterFacts]:
    visit = visit_of(request)
    return visit, await run_in_threadpool(_facts, page_of(request), visit)


def _facts(page: ReplyPage, visit: Visit) -> LetterFacts:
    with page.house.database.reading() as session:
        return facts_of(session, visit.link_id, now=page.house.clock.now())


def _offered(facts: LetterFacts) -> tuple[LinkAct, ...]:
    """Return what may be said now; a letter is accepted once."""
    if facts.state is not LinkState.OPEN:
        return ()
    is_accepted = any(given.act is LinkAct.ACCEPT for given in facts.receipts)
    return tuple(act for act in wording.ACTS if act is not LinkAct.ACCEPT or not is_accepted)


def _act_of(request: Request) -> LinkAct | None:
    name = request.path_params["act"]
    return LinkAct(name) if name in set(LinkAct) else None


def _said(act: LinkAct, form: FormData) -> Said:
    key = _text(form, "form")
    return Said(
        act,
        form_key=key if len(key) == KEY_LENGTH and key.isalnum() else "",
        words=_text(form, "words").replace("\r\n", "\n"),
        signature=_text(form, "signature"),
    )


def _text(form: FormData, name: str) -> str:
    value = form.get(name, "")
    return value if isinstance(value, str) else ""


async def _with_file(page: ReplyPage, facts: LetterFacts, said: Said, file: UploadFile) -> Said:
    """Put a cleaned copy of the file where documents lie. Raises EnclosureRefused."""
    if facts.state is not LinkState.OPEN:
        return said  # It will be refused; nothing is read for it.
    return await run_in_threadpool(_keep_file, page, facts, said, file)


def _keep_file(page: ReplyPage, facts: LetterFacts, said: Said, file: UploadFile) -> Said:
    with READERS, tempfile.TemporaryDirectory(prefix="hancha-reply-") as folder:
        path = Path(folder) / "reply"  # What the sender called it is used for nothing.
        with path.open("wb") as out:
            shutil.copyfileobj(file.file, out)
        copy = page.reader.read(path)
    pages = len(PdfReader(BytesIO(copy)).pages)
    return replace(
        said, document=page.house.documents.put(copy, case_id=facts.case_id), pages=pages
    )


def _say(page: ReplyPage, visit: Visit, said: Said) -> ReplyReceipt:
    if not said.form_key:
        raise InvalidValue("the form is none of ours")
    with page.house.database.transaction("say-by-link") as session:
        return reply_links.say(session, visit.link_id, said, now=page.house.clock.now())


def _place(page: ReplyPage, visit: Visit, given: ReplyReceipt) -> int:
    """Return which of its link's receipts it is, from 1."""
    numbers = [each.number for each in _facts(page, visit).receipts]
    return numbers.index(given.number) + 1


async def _refused(request: Request, visit: Visit, act: LinkAct) -> Response:
    """Say that the link is spent, and write in the journal that it was tried."""
    page = page_of(request)

    def noted() -> LetterFacts:
        now = page.house.clock.now()
        with page.house.database.transaction("note-link-refusal") as session:
            reply_links.note_refusal(session, visit.link_id, act, now=now)
        return _facts(page, visit)

    facts = await run_in_threadpool(noted)
    return told(visit.language, wording.SPENT.get(facts.state, wording.OVER), 410)


def _what_is_wrong(said: Said) -> wording.Both:
    if said.words.strip():
        return wording.UNKEPT
    return wording.NOTHING if said.act is LinkAct.ANSWER else wording.NO_WORDS


def _form(
    visit: Visit, facts: LetterFacts, said: Said, fault: wording.Both | None = None
) -> Response:
    return show(
        "say.html",
        visit.language,
        422 if fault else 200,
        facts=facts,
        said=said,
        offer=wording.ACTS[said.act],
        form_key=said.form_key or secrets.token_hex(KEY_LENGTH // 2),
        fault=wording.both(visit.language)(*fault) if fault else "",
        longest=MAX_WORDS,
        longest_signature=MAX_SIGNATURE,
        switch="" if fault else f"/letter/{said.act.value}",
        has_visit=True,
    )
