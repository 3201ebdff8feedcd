"""Typst at work: plain data in, the bytes of a PDF out. The layout is fixed."""

import json
import threading
from datetime import UTC, date, datetime, time
from pathlib import Path

import typst

import letter_templates
from cases.vocabulary.errors import SystemFault
from integrations.letters.faces import Faces

LAYOUT = Path(letter_templates.__file__).parent / "layout"

#: For archives (ISO 19005-2, level A) and for people who read with a screen reader.
STANDARDS: "list[typst.PDFStandard]" = ["a-2a", "ua-1"]


class Typesetter:
    """Sets letters; usable from several threads, each has a compiler of its own.

    With another `layout` it sets what else an office prints: carrier sheets, the register.
    """

    def __init__(self, faces: Faces, layout: str = "letter") -> None:
        self._faces, self._layout = faces, f"{layout}.typ"
        self._own = threading.local()

    def _compiler(self) -> typst.Compiler:
        if not hasattr(self._own, "compiler"):
            self._own.compiler = typst.Compiler(
                LAYOUT / self._layout, root=LAYOUT, font_paths=self._faces.fonts
            )
        compiler: typst.Compiler = self._own.compiler
        return compiler

    def pdf(self, sheet: dict[str, object], dated_on: date) -> bytes:
        """Set one letter; the same sheet and date give the same bytes.

        The sheet holds strings, numbers and lists of them: it travels as JSON and is never
        read as markup. Raises SystemFault when Typst refuses or warns.
        """
        dated_at = datetime.combine(dated_on, time(), UTC)
        data = json.dumps({**sheet, "faces": self._faces.slots}, ensure_ascii=False)
        try:
            pdf, warnings = self._compiler().compile_with_warnings(
                sys_inputs={"letter": data},
                pdf_standards=STANDARDS,
                timestamp=int(dated_at.timestamp()),
            )
        except typst.TypstError as fault:
            raise SystemFault(f"The letter cannot be set: {fault.diagnostic}") from fault
        if warnings:
            raise SystemFault(f"The letter cannot be set well: {warnings[0].diagnostic}")
        if not isinstance(pdf, bytes):
            raise SystemFault("Typst returned no document.")
        return pdf
