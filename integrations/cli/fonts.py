"""`hancha fonts check`: which face serves what, and which one draws a given text."""

from collections.abc import Sequence
from typing import Annotated, Any

import typer
from rich.console import Console

from cases.vocabulary.errors import MissingGlyph
from integrations.cli.options import AsJson
from integrations.cli.output import answer, listing
from integrations.letters.faces import Face, Faces, is_visible, open_faces
from integrations.letters.serving import Service, count_characters, face_of_text, services
from integrations.settings import read_settings

#: What each use is called, and the face that GB/T 9704-2012 names for it.
USES = {
    "body": ("正文 Text", "仿宋"),
    "title": ("机关名称、标题 Name and title", "小标宋"),
    "heading": ("一级标题 一、", "黑体"),
    "subheading": ("二级标题 （一）", "楷体"),
    "small": ("页码、英文 Page numbers, English", "宋体"),
    "figures": ("正文中的数字 Figures in the text", ""),
}


def check(
    text: Annotated[
        str, typer.Argument(metavar="[TEXT]", help="文字 Say which face draws each of these.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Show which face serves what: the office's own (HANCHA_FONTS) or the one that comes along.

    With TEXT it says for each character which face of the text draws it; one that no face has
    refuses the command with its code point, as it would refuse a case.
    """
    faces = open_faces(read_settings().fonts)
    found = services(faces)
    characters = [_drawn(character, found, faces) for character in dict.fromkeys(text)]
    document = {
        "characters": len(faces.printable),
        "uses": [_use(service) for service in found],
        "files": [_file(face) for face in faces.files],
        "text": characters,
    }
    answer(document, as_json, lambda console: _show(console, document))


def _use(service: Service) -> dict[str, Any]:
    use, wanted = USES[service.slot]
    return {
        "use": service.slot,
        "name": use,
        "standard": wanted,
        "family": service.first.family,
        "is_office_own": service.first.is_office_own,
        "then": [face.family for face in service.chain[1:]],
    }


def _file(face: Face) -> dict[str, Any]:
    return {
        "family": face.family,
        "weight": face.weight,
        "file": str(face.path),
        "is_office_own": face.is_office_own,
        "characters": count_characters(face),
    }


def _drawn(character: str, found: Sequence[Service], faces: Faces) -> dict[str, str]:
    code_point = f"U+{ord(character):04X}"
    face = face_of_text(character, found)
    if face is None or character not in faces.printable:
        shown = character if is_visible(character) else "invisible"
        raise MissingGlyph(f"no face prints {code_point} ({shown})")
    return {"character": character, "code_point": code_point, "family": face.family}


def _show(console: Console, document: dict[str, Any]) -> None:
    table = listing(
        "用途 Use", "标准 Standard", "字体 Face", "来源 From", "其次 Then", keep_whole=(0,)
    )
    for each in document["uses"]:
        source = "本机关 own" if each["is_office_own"] else "随附 carried"
        table.add_row(
            each["name"], each["standard"], each["family"], source, "、".join(each["then"])
        )
    console.print(table)
    files = listing(
        "字体 Face", "字重 Weight", "字数 Characters", "文件 File", keep_whole=(0, 1, 2)
    )
    for each in document["files"]:
        files.add_row(each["family"], str(each["weight"]), str(each["characters"]), each["file"])
    console.print(files)
    if document["text"]:
        drawn = listing("字 Character", "码位 Code", "字体 Face", keep_whole=(0, 1))
        for each in document["text"]:
            drawn.add_row(each["character"], each["code_point"], each["family"])
        console.print(drawn)
    console.print(f"共 {document['characters']} 字可印 characters can be printed.")
