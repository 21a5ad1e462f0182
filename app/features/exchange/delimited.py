"""Delimited text: CSV in UTF-8, UTF-16 or GB18030, parted by commas, semicolons, tabs or bars."""

import codecs
import csv
import hashlib
import io
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final, TextIO

from app.core.formulas import restored
from app.features.exchange.problems import FileDamaged, NotATable
from app.features.exchange.sheets import Sheet, SheetRow

CHUNK: Final = 1 << 20
ENCODINGS: Final = ("utf-8-sig", "gb18030")
WIDE: Final = "utf-16"
MARKS: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
DELIMITERS: Final = ",;\t|"
LONGEST_HEADERS: Final = 1 << 16
Opening = Callable[[], IO[bytes]]


@dataclass(frozen=True, slots=True)
class _Survey:
    """What one pass over the whole file tells."""

    encoding: str
    lines: int
    digest: str


@contextmanager
def open_delimited(path: Path) -> Iterator[Sheet]:
    """Open a text file as a table; raises NotATable when it is no text we know."""

    def opening() -> IO[bytes]:
        return path.open("rb")

    with read_delimited(opening) as sheet:
        yield sheet


@contextmanager
def read_delimited(opening: Opening) -> Iterator[Sheet]:
    """Read as a table what can be opened several times; raises NotATable."""
    survey = _survey(opening)
    with opening() as binary, io.TextIOWrapper(binary, survey.encoding, newline="") as file:
        delimiter = _delimiter(file.read(LONGEST_HEADERS))
        file.seek(0)
        rows = _rows(file, delimiter)
        yield Sheet(
            rows, survey.lines, survey.digest, encoding=survey.encoding, delimiter=delimiter
        )


def _survey(opening: Opening) -> _Survey:
    encodings = _possible(opening)
    digest = hashlib.sha256()
    lines, last = 0, b"\n"
    for chunk in _chunks(opening):
        if b"\0" in chunk and WIDE not in encodings:
            raise NotATable
        digest.update(chunk)
        lines += chunk.count(b"\n")
        last = chunk[-1:]
    encoding = _encoding(opening, encodings)
    return _Survey(encoding, lines + (last not in {b"\n", b"\0"}), digest.hexdigest())


def _possible(opening: Opening) -> tuple[str, ...]:
    """Tell by the first bytes which encodings to try; UTF-16 has to say that it is."""
    with opening() as file:
        is_wide = file.read(2) in MARKS
    return (WIDE,) if is_wide else ENCODINGS


def _encoding(opening: Opening, encodings: tuple[str, ...]) -> str:
    """Return the first encoding that the whole file is valid in; UTF-8 is valid by no accident."""
    for encoding in encodings:
        decoder = getincrementaldecoder(encoding)()
        try:
            for chunk in _chunks(opening):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return encoding
    raise NotATable


def _chunks(opening: Opening) -> Iterator[bytes]:
    with opening() as file:
        while chunk := file.read(CHUNK):
            yield chunk


def _delimiter(start: str) -> str:
    """Return what parts the first line that is not blank; in a tie it is the comma."""
    line = next((line for line in start.splitlines() if line.strip()), "")
    unquoted = "".join(line.split('"')[::2])
    return max(DELIMITERS, key=unquoted.count)


def _rows(file: TextIO, delimiter: str) -> Iterator[SheetRow]:
    number = 0
    try:
        for number, cells in enumerate(csv.reader(file, delimiter=delimiter, strict=True), 1):
            yield SheetRow(number, [restored(cell) if cell[:1] == "'" else cell for cell in cells])
    except csv.Error:
        raise FileDamaged(row=number + 1) from None
