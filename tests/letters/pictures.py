"""The pictures of all letters in docs/letters, one a page: `python -m tests.letters.pictures`."""

from collections.abc import Iterator
from pathlib import Path

import pypdfium2
from PIL import Image

from cases.vocabulary.status import LetterKind
from integrations.letters import TypstPrinter
from integrations.letters.samples import samples_of

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "letters"
DPI = 90
COLOURS = 48
#: In English one letter stands for all.
ENGLISH = "request-en"


def pictures(printer: TypstPrinter) -> Iterator[tuple[str, Image.Image]]:
    """Yield (file name, picture) of every page of every sample letter."""
    for kind in LetterKind:
        for name, content in samples_of(printer, kind):
            if name.endswith("-en") and name != ENGLISH:
                continue
            document = pypdfium2.PdfDocument(printer.render(content).pdf)
            for n, page in enumerate(document, start=1):
                picture = page.render(scale=DPI / 72).to_pil().convert("RGB")
                yield f"{name.removesuffix('-zh')}-{n}.png", picture
            document.close()


def main() -> None:
    """Take all pictures anew."""
    for old in FOLDER.glob("*.png"):
        old.unlink()
    for name, picture in pictures(TypstPrinter()):
        picture.quantize(COLOURS).save(FOLDER / name, optimize=True)


if __name__ == "__main__":
    main()
