"""XLSX, written as it goes: text only, no formulas, and nothing of it in the clear on any disk.

Libraries keep the sheet in a file until the end. Here each page is a piece of one deflate stream,
flushed to a whole byte (RFC 1951), so that a page can be written after a crash as if nothing had
been; the sums stand in the state. The archive is as APPNOTE 6.3 has it, with a data descriptor.
"""

import re
import struct
import zlib
from collections.abc import Iterator, Sequence
from typing import Any, Final
from xml.sax.saxutils import escape

from app.core.fields import Field
from app.core.formulas import guarded
from app.features.exports.formats.values import text_of

LEVEL: Final = 4
RAW: Final = -15
LATER: Final = 0x08 | 0x800  # sums after the data; names in UTF-8
MADE_ON: Final = (1 << 5) | 1  # 1 January 1980: when it was made is nobody's matter
SHEET: Final = "xl/worksheets/sheet1.xml"
XML: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
REFERS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
STATIC: Final = {
    "[Content_Types].xml": f'{XML}<Types xmlns="{PACKAGE}/content-types">'
    '<Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/{SHEET}" ContentType="{TYPE}.worksheet+xml"/></Types>',
    "_rels/.rels": f'{XML}<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
    f'Type="{REFERS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'{XML}<workbook xmlns="{MAIN}" xmlns:r="{REFERS}"><sheets>'
    '<sheet name="Customers" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'{XML}<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{REFERS}/worksheet" Target="worksheets/sheet1.xml"/>'
    "</Relationships>",
}
OPENED: Final = f'{XML}<worksheet xmlns="{MAIN}"><sheetData>'
CLOSED: Final = "</sheetData></worksheet>"
# What XML cannot hold, and what an underscore and four digits would be read as.
_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_CODED: Final = re.compile("_(?=x[0-9A-Fa-f]{4}_)|\r")


class WorkbookWriter:
    """Writes a workbook of one sheet."""

    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    suffix = "xlsx"

    def __init__(self, columns: Sequence[Field], *, chinese: bool, state: dict[str, Any]) -> None:
        self._columns = [entry.name for entry in columns]
        self._headers = [entry.zh if chinese else entry.en for entry in columns]
        self._letters = [_letters(place) for place in range(1, len(columns) + 1)]
        self.state = state or {"rows": 0, "sum": 0, "size": 0, "packed": 0}

    def head(self) -> bytes:
        """Return the small parts, and the beginning of the sheet with the headers."""
        beginning = b"".join(_entry(name, text.encode()) for name, text in STATIC.items())
        opened = OPENED + self._row(self._headers)
        return beginning + _local(SHEET, zlib.DEFLATED, LATER, 0, 0, 0) + self._packed(opened)

    def page(self, views: Sequence[dict[str, Any]]) -> bytes:
        """Return the rows of views."""
        columns = self._columns
        rows = [self._row([text_of(view.get(name)) for name in columns]) for view in views]
        return self._packed("".join(rows)) if rows else b""

    def tail(self) -> bytes:
        """Return the end of the sheet and the directory of the archive."""
        end = self._packed(CLOSED, zlib.Z_FINISH)
        state = self.state
        sums = (state["sum"], state["packed"], state["size"])
        places = [*_placed()]
        directory = b"".join(
            _central(name, zlib.DEFLATED, 0x800, *_sums(STATIC[name].encode()), at)
            for name, at in places[:-1]
        ) + _central(SHEET, zlib.DEFLATED, LATER, *sums, places[-1][1])
        at = places[-1][1] + len(_local(SHEET, 0, 0, 0, 0, 0)) + state["packed"] + DESCRIPTOR.size
        count = len(places)
        last = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, len(directory), at, 0)
        return end + DESCRIPTOR.pack(b"PK\7\x08", *sums) + directory + last

    def _row(self, texts: Sequence[str]) -> str:
        self.state["rows"] += 1
        number = self.state["rows"]
        cells = [
            f'<c r="{letters}{number}" t="inlineStr"><is><t xml:space="preserve">'
            f"{_safe(guarded(text))}</t></is></c>"
            for letters, text in zip(self._letters, texts, strict=True)
            if text
        ]
        return f'<row r="{number}">{"".join(cells)}</row>'

    def _packed(self, text: str, flush: int = zlib.Z_FULL_FLUSH) -> bytes:
        plain, packer = text.encode(), zlib.compressobj(LEVEL, zlib.DEFLATED, RAW)
        packed = packer.compress(plain) + packer.flush(flush)
        self.state["sum"] = zlib.crc32(plain, self.state["sum"])
        self.state["size"] += len(plain)
        self.state["packed"] += len(packed)
        return packed


DESCRIPTOR: Final = struct.Struct("<4s3L")


def _safe(text: str) -> str:
    return escape(_CODED.sub(_coded, _FORBIDDEN.sub("\ufffd", text)))


def _coded(found: "re.Match[str]") -> str:
    return f"_x{ord(found[0]):04X}_"


def _letters(place: int) -> str:
    """Return the name of a column: 1 is A, 27 is AA."""
    found = ""
    while place:
        place, rest = divmod(place - 1, 26)
        found = chr(ord("A") + rest) + found
    return found


def _deflated(plain: bytes) -> bytes:
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, RAW)
    return packer.compress(plain) + packer.flush()


def _sums(plain: bytes) -> tuple[int, int, int]:
    return zlib.crc32(plain), len(_deflated(plain)), len(plain)


def _entry(name: str, plain: bytes) -> bytes:
    return _local(name, zlib.DEFLATED, 0x800, *_sums(plain)) + _deflated(plain)


def _placed() -> Iterator[tuple[str, int]]:
    """Return where each part begins."""
    at = 0
    for name, text in STATIC.items():
        yield name, at
        at += len(_entry(name, text.encode()))
    yield SHEET, at


def _local(name: str, method: int, flags: int, total: int, packed: int, size: int) -> bytes:
    sums = (total, packed, size)
    fixed = struct.pack("<4s5H3L2H", b"PK\3\4", 20, flags, method, 0, MADE_ON, *sums, len(name), 0)
    return fixed + name.encode()


def _central(
    name: str, method: int, flags: int, total: int, packed: int, size: int, at: int
) -> bytes:
    head = struct.pack("<4s6H", b"PK\1\2", 20, 20, flags, method, 0, MADE_ON)
    rest = struct.pack("<3L5H2L", total, packed, size, len(name), 0, 0, 0, 0, 0, at)
    return head + rest + name.encode()
