"""How large a stream of a PDF grows when a reader unpacks it."""

import base64
import zlib
from collections.abc import Callable, Iterable, Iterator

from pypdf.filters import LZWDecode, RunLengthDecode
from pypdf.generic import ArrayObject, StreamObject

from integrations.enclosures.objects import entry
from integrations.limited_process import Refused

#: Bytes that one stream may grow to: an A3 page in colour at 300 dots an inch is 52 MB.
LARGEST_STREAM = 128 * 1024 * 1024
#: Pixels of one picture: A3 at 600 dots an inch has 70 million.
LARGEST_PICTURE = 150_000_000

_PIECE = 64 * 1024
#: Picture formats are not unpacked here; LARGEST_PICTURE bounds them.
_PICTURE_FORMATS = frozenset({"/DCTDecode", "/JPXDecode", "/CCITTFaxDecode", "/JBIG2Decode"})

Pieces = Iterable[bytes]


def check_stream(stream: StreamObject) -> None:
    """Unpack the stream piece by piece and throw the pieces away.

    Raises Refused for a stream that grows over LARGEST_STREAM at any stage, that is damaged, that
    is a program or whose packing is unknown, and for a picture of more than LARGEST_PICTURE pixels.
    """
    if entry(stream, "/Subtype") == "/Image":
        _check_picture(stream)
    if entry(stream, "/Subtype") == "/PS":
        raise Refused("holds a PostScript program, which a printer would run")
    pieces: Pieces = _pieces_of(stream._data)
    for name in _filters(stream):
        if name in _PICTURE_FORMATS:
            break
        if name not in _UNPACKERS:
            raise Refused(f"is packed in a way that is not known here ({name[:40]})")
        pieces = _bounded(_UNPACKERS[name](pieces))
    try:
        for _ in pieces:
            pass
    except zlib.error as fault:
        raise Refused("is damaged: a part of it cannot be unpacked") from fault


def _check_picture(stream: StreamObject) -> None:
    width, height = entry(stream, "/Width"), entry(stream, "/Height")
    if not isinstance(width, int) or not isinstance(height, int) or width < 1 or height < 1:
        raise Refused("holds a picture without a proper size")
    if width * height > LARGEST_PICTURE:
        raise Refused(f"holds a picture of {width} x {height} pixels, which is too large")


def _filters(stream: StreamObject) -> list[str]:
    """Return the names of the packings, the outermost first."""
    given = entry(stream, "/Filter")
    if isinstance(given, ArrayObject):
        return [str(name.get_object()) for name in given]
    return [] if given is None else [str(given)]


def _bounded(pieces: Pieces) -> Iterator[bytes]:
    total = 0
    for piece in pieces:
        total += len(piece)
        if total > LARGEST_STREAM:
            raise Refused("unpacks to an absurd size")
        yield piece


def _pieces_of(data: bytes) -> Iterator[bytes]:
    for start in range(0, len(data), _PIECE):
        yield data[start : start + _PIECE]


def _inflate(pieces: Pieces) -> Iterator[bytes]:
    unpacker = zlib.decompressobj()
    for piece in pieces:
        rest = piece
        while rest and not unpacker.eof:
            yield unpacker.decompress(rest, _PIECE)
            rest = unpacker.unconsumed_tail


def _from_hex(pieces: Pieces) -> Iterator[bytes]:
    digits = b"".join(b"".join(pieces).partition(b">")[0].split())
    try:
        yield bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii"))
    except ValueError as fault:
        raise Refused("is damaged: a part of it is not the hexadecimal it says") from fault


def _from_base85(pieces: Pieces) -> Iterator[bytes]:
    text = b"".join(pieces).partition(b"~>")[0].strip().removeprefix(b"<~")
    try:
        yield base64.a85decode(text)
    except ValueError as fault:
        raise Refused("is damaged: a part of it is not the base 85 it says") from fault


def _from_lzw(pieces: Pieces) -> Iterator[bytes]:
    yield LZWDecode.decode(b"".join(pieces))


def _from_run_lengths(pieces: Pieces) -> Iterator[bytes]:
    yield RunLengthDecode.decode(b"".join(pieces))


_UNPACKERS: dict[str, Callable[[Pieces], Iterator[bytes]]] = {
    "/FlateDecode": _inflate,
    "/ASCIIHexDecode": _from_hex,
    "/ASCII85Decode": _from_base85,
    "/LZWDecode": _from_lzw,
    "/RunLengthDecode": _from_run_lengths,
}
