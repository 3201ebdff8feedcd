"""A copy of what draws a page, and of nothing else.

What a PDF can *do* (scripts, actions, launching, forms, files inside, links) hangs on keys that
drawing does not need. New tricks bring new keys, so keys are let in by name instead of being
thrown out by name. The keys are those of ISO 32000-1: streams 7.3.8 and 7.4, functions 7.10,
colour 8.6, patterns 8.7, pictures 8.9, forms 8.10, graphics state 8.4.5, fonts 9.
"""

from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    NullObject,
    PdfObject,
    StreamObject,
)

from integrations.enclosures.streams import check_stream
from integrations.limited_process import Refused


def _keys(words: str) -> frozenset[str]:
    return frozenset(f"/{word}" for word in words.split())


_DRAWING_KEYS = _keys(
    "Type Subtype Name Filter DecodeParms "
    # How a stream is packed.
    "Predictor Colors BitsPerComponent Columns EarlyChange K EndOfLine EncodedByteAlign Rows "
    "EndOfBlock BlackIs1 DamagedRowsBeforeError JBIG2Globals ColorTransform "
    # What a page draws with. Not Properties: layers and marks, which can carry anything.
    "Resources Font XObject ExtGState ColorSpace Pattern Shading ProcSet "
    # Pictures and forms.
    "Width Height Intent ImageMask Mask Decode Interpolate SMask SMaskInData Matte "
    "FormType BBox Matrix Group S CS I "
    # Fonts.
    "BaseFont FirstChar LastChar Widths FontDescriptor Encoding ToUnicode DescendantFonts "
    "CIDSystemInfo Registry Ordering Supplement DW W DW2 W2 CIDToGIDMap FontBBox FontMatrix "
    "CharProcs FontName FontFamily FontStretch FontWeight Flags ItalicAngle Ascent Descent "
    "Leading CapHeight XHeight StemV StemH AvgWidth MaxWidth MissingWidth FontFile FontFile2 "
    "FontFile3 CharSet Style Panose FD CIDSet Length1 Length2 Length3 BaseEncoding "
    "Differences CMapName WMode UseCMap "
    # Graphics state.
    "LW LC LJ ML D RI OP op OPM TR TR2 FL SM SA BM CA ca AIS TK G BC "
    # Colour.
    "WhitePoint BlackPoint Gamma Range N Alternate Colorants Process Components "
    # Patterns, shadings, functions.
    "PatternType PaintType TilingType XStep YStep ShadingType Background AntiAlias Coords "
    "Domain Function Extend BitsPerCoordinate BitsPerFlag VerticesPerRow FunctionType Size "
    "BitsPerSample Order Encode C0 C1 Functions Bounds"
)
#: Keys of dictionaries whose own keys are names that the author of the file chose (/F1, /Im3).
_NAME_TABLES = _keys("Font XObject ExtGState ColorSpace Pattern Shading CharProcs Colorants")
#: Objects inside objects. Found here, because deep down in a library Python's own limit may be
#: swallowed and a part of the page lost.
_DEEPEST = 100


class DrawingCopier:
    """Copies objects of one PDF into another; what is shared stays shared."""

    def __init__(self, target: PdfWriter) -> None:
        self._target = target
        self._copies: dict[tuple[int, int, bool], IndirectObject] = {}
        self._depth = 0

    def copy(self, value: PdfObject, *, is_name_table: bool = False) -> PdfObject:
        """Return the copy; a shared object's copy is a reference into the target.

        Raises Refused for a stream that must not be taken and for absurd nesting.
        """
        if self._depth == _DEEPEST:
            raise Refused("is nested too deeply to be read")
        self._depth += 1
        try:
            if isinstance(value, IndirectObject):
                return self._copy_shared(value, is_name_table)
            return self._copy_direct(value, is_name_table)
        finally:
            self._depth -= 1

    def _copy_shared(self, value: IndirectObject, is_name_table: bool) -> PdfObject:
        key = (value.idnum, value.generation, is_name_table)
        if key in self._copies:
            return self._copies[key]
        original = value.get_object()
        if not isinstance(original, DictionaryObject | ArrayObject):
            return NullObject() if original is None else original
        blank = _blank_like(original)
        # Known before it is filled, because objects may refer to each other in circles.
        self._copies[key] = reference = self._target._add_object(blank)
        self._fill(blank, original, is_name_table)
        return reference

    def _copy_direct(self, value: PdfObject, is_name_table: bool) -> PdfObject:
        if not isinstance(value, DictionaryObject | ArrayObject):
            return value
        blank = _blank_like(value)
        self._fill(blank, value, is_name_table)
        return blank

    def _fill(
        self,
        blank: DictionaryObject | ArrayObject,
        original: DictionaryObject | ArrayObject,
        is_name_table: bool,
    ) -> None:
        if isinstance(blank, ArrayObject):
            blank.extend(self.copy(element) for element in original)
            return
        if isinstance(original, StreamObject) and isinstance(blank, StreamObject):
            check_stream(original)
            blank._data = original._data
        # In a pattern, /Shading and /ExtGState are the things themselves (ISO 32000-1, 8.7.4.2).
        has_tables = not is_name_table and "/PatternType" not in original
        for name, value in original.items():
            if is_name_table or name in _DRAWING_KEYS:
                is_table = has_tables and name in _NAME_TABLES
                blank[NameObject(name)] = self.copy(value, is_name_table=is_table)


def _blank_like(original: DictionaryObject | ArrayObject) -> DictionaryObject | ArrayObject:
    if isinstance(original, StreamObject):
        return StreamObject()
    return ArrayObject() if isinstance(original, ArrayObject) else DictionaryObject()
