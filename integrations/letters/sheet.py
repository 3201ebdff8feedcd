"""From words to the sheet that the layout sets: plain strings, each in its place."""

from collections.abc import Sequence
from dataclasses import asdict, replace

from jinja2 import Template, UndefinedError

from cases.rules.page_code import ENDS_WITH_SLIP
from cases.rules.reply_link import in_groups
from cases.vocabulary.errors import InvalidValue, TemplateBroken
from cases.vocabulary.reply_link import PrintedLink
from cases.vocabulary.status import Language
from cases.vocabulary.values import NOT_WRITTEN, WrittenLetter
from integrations.letters.paragraphs import Paragraph, balanced, divisions, paragraphs, title_lines
from integrations.letters.punctuation import chinese
from integrations.letters.shelf import LetterTemplate
from integrations.letters.words import LetterWords

#: Some forty pages; a letter is one to three.
LONGEST_TEXT = 30_000

#: The last enclosure of a letter that ends with a receipt slip, and the mark above the slip.
_SLIP = {
    Language.CHINESE: ("回执", "附件"),
    Language.ENGLISH: ("Receipt slip", "Enclosure "),
}

#: What a list of cases is called, among the enclosures and above itself, and its columns with their
#: shares of the width.
_LIST = {
    Language.CHINESE: (
        "逾期未复事项清单",
        {"序号": 10, "办件编号": 34, "事项": 29, "申请人": 16, "我单位来函": 41, "应复日期": 26},
    ),
    Language.ENGLISH: (
        "Matters in which a reply is overdue",
        {
            "No.": 9,
            "Case reference": 32,
            "Matter": 36,
            "Applicant": 19,
            "Our letter": 38,
            "Reply was due": 22,
        },
    ),
}

#: A last paragraph up to this length stays on one page with the signature.
_LONGEST_ENDING = 120

#: Characters that a line holds, and the lines of an end that stays together: under half a page.
_END = {Language.CHINESE: (26, 9), Language.ENGLISH: (64, 15)}

#: Characters a line of the title, the office's name at the head and the signature may have.
_WIDEST = {
    Language.CHINESE: {"title": 20, "name": 21, "signer": 20},
    Language.ENGLISH: {"title": 56, "name": 46, "signer": 60},
}


def written(template: Template, words: LetterWords) -> str:
    """Return what a template says about a case, at most LONGEST_TEXT characters of it.

    Raises InvalidValue when it would be longer.
    """
    parts: list[str] = []
    size = 0
    try:
        for part in template.generate(words.as_context()):
            parts.append(part)
            size += len(part)
            if size > LONGEST_TEXT:
                raise InvalidValue(f"The letter would be longer than {LONGEST_TEXT} characters.")
    except UndefinedError as fault:
        raise TemplateBroken(f"{template.name}: {fault.message}.") from fault
    return "".join(parts)


def _subject_pieces(
    template: LetterTemplate, words: LetterWords, language: Language
) -> tuple[str, ...]:
    pieces = tuple(written(piece, words) for piece in template.subject)
    return tuple(map(chinese, pieces)) if language is Language.CHINESE else pieces


def written_by(
    template: LetterTemplate,
    words: LetterWords,
    language: Language,
    kept: WrittenLetter | None,
) -> tuple[WrittenLetter, LetterWords]:
    """Return what the letter is written with, and the words with its subject as their title.

    What was `kept` stays as it is; the rest is written by the template.
    """
    kept = kept or NOT_WRITTEN
    subject = kept.subject or _subject_pieces(template, words, language)
    words = replace(words, title="".join(subject))
    text = kept.text or plain_text(written(template.body, words), language)
    covering = kept.covering or mail_text(template, words, language)
    return WrittenLetter(text, subject, covering, kept.template or template.version), words


def plain_text(text: str, language: Language) -> str:
    """Return a text as people read and edit it: one line a paragraph, empty lines between."""
    return "\n\n".join(paragraph.text for paragraph in paragraphs(text, language))


def mail_subject(words: LetterWords, language: Language) -> str:
    """Return the subject of the e-mail: what the letter is, its number, the case reference."""
    if language is Language.CHINESE:
        marks = "，".join(filter(None, (words.number, f"办件编号{words.reference}")))
        return f"{words.title}（{marks}）"
    marks = ", ".join(filter(None, (words.number, f"case {words.reference}")))
    return f"{words.title} ({marks})"


def mail_text(template: LetterTemplate, words: LetterWords, language: Language) -> str:
    """Return the body of the e-mail, line by line as its template has it."""
    text = written(template.covering, words).strip("\n") + "\n"
    if language is Language.CHINESE:
        text = "\n".join(map(chinese, text.split("\n")))
    return text


def _lines(text: str, part: str, language: Language) -> tuple[str, ...]:
    if language is Language.CHINESE:
        return balanced(divisions(text), _WIDEST[language][part])
    return balanced(text.split(), _WIDEST[language][part], gap=" ")


def _title(
    template: LetterTemplate, words: LetterWords, subject: Sequence[str], language: Language
) -> tuple[str, ...]:
    """Return the title's lines; a Chinese title opens with the office that writes."""
    if language is Language.ENGLISH:
        return _lines(words.title, "title", language)
    pieces = (*divisions(words.sender.name), *subject)
    return title_lines(pieces, _WIDEST[language]["title"], template.whole_words)


def _ending(found: tuple[Paragraph, ...]) -> int:
    """Return how many paragraphs stay with the signature, so that it never stands alone."""
    return int(bool(found) and len(found[-1].text) <= _LONGEST_ENDING and found[-1].level == 0)


def _is_end_short(
    ending: Sequence[Paragraph],
    enclosures: Sequence[str],
    signer: Sequence[str],
    language: Language,
) -> bool:
    """Whether the last paragraph, the enclosures and the signature stay on one page.

    Counted, not measured: to set the end twice takes a tenth of the time of the whole letter.
    """
    in_a_line, most = _END[language]
    texts = (*(paragraph.text for paragraph in ending), *enclosures)
    lines = sum(-(-len(text) // in_a_line) for text in texts) + len(signer)
    # Beside them: an empty line before the enclosures, two before the signature, date and note.
    return lines + (1 if enclosures else 0) + 4 <= most


def _addressee(words: LetterWords, language: Language) -> str:
    """Return whom the letter addresses (主送机关), with the mark after it (7.3.2)."""
    if language is Language.CHINESE:
        return f"{words.applicant_name if words.is_to_applicant else words.recipient.name}："
    if words.is_to_applicant:
        return f"Dear {words.applicant_name},"
    return f"To: {words.recipient.name}"


def _enclosures(
    template: LetterTemplate, words: LetterWords, language: Language
) -> tuple[str, ...]:
    """Return what is listed as enclosed, the receipt slip last."""
    names = words.enclosures
    if language is Language.CHINESE:
        names = tuple(map(chinese, names))
    if words.listed:
        names = (*names, _LIST[language][0])
    return (*names, _SLIP[language][0]) if template.kind in ENDS_WITH_SLIP else names


def _list(words: LetterWords, language: Language) -> dict[str, object] | None:
    """Return the list of overdue cases, or None for a letter about one case."""
    if not words.listed:
        return None
    title, columns = _LIST[language]
    rows = [
        [
            str(n),
            case.reference,
            case.matter,
            case.name,
            f"{case.number}\n{case.asked_on}",
            case.due_on,
        ]
        for n, case in enumerate(words.listed, start=1)
    ]
    return {
        "mark": _SLIP[language][1].strip(),
        "title": title,
        "columns": list(columns),
        "widths": list(columns.values()),
        "rows": rows,
    }


def _slip(
    template: LetterTemplate, words: LetterWords, language: Language
) -> dict[str, str] | None:
    """Return what the receipt slip says, or None for a letter that has none."""
    if template.kind not in ENDS_WITH_SLIP:
        return None
    # A single enclosure carries no number (GB/T 9704-2012, 7.3.4).
    mark = _SLIP[language][1] + (str(len(words.enclosures) + 1) if words.enclosures else "")
    return {
        "mark": mark.strip(),
        "to": words.sender.name,
        "asked": words.title,
        "number": words.number,
        "applicant": words.applicant_name,
        "address": words.sender.address,
        "postcode": words.sender.postcode,
    }


def _link(link: PrintedLink | None) -> dict[str, str] | None:
    """Return the link as the slip prints it, and the code that page one does."""
    if link is None:
        return None
    return {"address": f"{link.origin}/{in_groups(link.token)}", "code": link.code}


def sheet_of(
    template: LetterTemplate,
    words: LetterWords,
    text: WrittenLetter,
    language: Language,
    link: PrintedLink | None = None,
) -> dict[str, object]:
    """Return everything that the layout sets, as JSON can hold it."""
    found = paragraphs(text.text, language)
    cut = len(found) - _ending(found)
    enclosures = _enclosures(template, words, language)
    signer = _lines(words.sender.name, "signer", language)
    return {
        "language": language.value,
        "reference": "" if words.listed else words.reference,  # A list has the references.
        "number": words.number,
        "name": _lines(words.sender.name, "name", language),
        "sender": words.sender.name,
        "title": _title(template, words, text.subject, language),
        "addressee": _addressee(words, language),
        "paragraphs": [asdict(paragraph) for paragraph in found[:cut]],
        "ending": [asdict(paragraph) for paragraph in found[cut:]],
        "enclosures": enclosures,
        "is_end_short": _is_end_short(found[cut:], enclosures, signer, language),
        "signer": signer,
        "date": words.dated_on,
        "contact": words.sender.contact,
        "telephone": words.sender.telephone,
        "copies": [copy.name for copy in words.copies],
        "slip": _slip(template, words, language),
        "list": _list(words, language),
        "link": _link(link),
    }
