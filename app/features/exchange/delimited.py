"""Delimited text: CSV in UTF-8 or GB18030, parted by commas, semicolons or tabs."""

import csv
import hashlib
from codecs import getincrementaldecoder
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TextIO

from app.core.formulas import restored
from app.features.exchange.problems import FileDamaged, NotATable
from app.features.exchange.sheets import Sheet, SheetRow

CHUNK: Final = 1 << 20
ENCODINGS: Final = ("utf-8-sig", "gb18030")
DELIMITERS: Final = ",;\t"
LONGEST_HEADERS: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class _Survey:
    """What one pass over the whole file tells."""

    encoding: str
    lines: int
    digest: str


@contextmanager
def open_delimited(path: Path) -> Iterator[Sheet]:
    """Open a text file as a table; raises NotATable when it is no text we know."""
    survey = _survey(path)
    with path.open(encoding=survey.encoding, newline="") as file:
        delimiter = _delimiter(file.read(LONGEST_HEADERS))
        file.seek(0)
        yield Sheet(_rows(file, delimiter), survey.lines, survey.digest)


def _survey(path: Path) -> _Survey:
    digest = hashlib.sha256()
    lines, last = 0, b"\n"
    for chunk in _chunks(path):
        if b"\0" in chunk:
            raise NotATable
        digest.update(chunk)
        lines += chunk.count(b"\n")
        last = chunk[-1:]
    return _Survey(_encoding(path), lines + (last != b"\n"), digest.hexdigest())


def _encoding(path: Path) -> str:
    """Return the first encoding that the whole file is valid in; UTF-8 is valid by no accident."""
    for encoding in ENCODINGS:
        decoder = getincrementaldecoder(encoding)()
        try:
            for chunk in _chunks(path):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return encoding
    raise NotATable


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
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
