"""Headings: which column brings which field, by the names that the catalogue knows it under."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain, islice
from typing import Final

from app.core.fields import Field
from app.core.records import Record
from app.features.customers.models import (
    Customer,
    ExternalId,
    OrganizationProfile,
    PersonProfile,
)
from app.features.exchange.problems import HeadersUnknown, HeaderTwice
from app.features.exchange.sheets import SheetRow

# Of two records that know the same name, the one named first takes it.
RECORDS: Final[Mapping[str, tuple[type[Record], ...]]] = {
    "person": (Customer, PersonProfile, ExternalId),
    "organization": (Customer, OrganizationProfile, ExternalId),
}
# The columns that we put beside refused rows ourselves.
OWN: Final = ("row", "reason")
SEARCHED: Final = 10
# Other words in brackets may be a unit, which would change what the column says.
_HINTS: Final = re.compile(r"\((?:必填|选填|required|optional)\)")
_MARKS: Final = re.compile(r"\W|_")


@dataclass(frozen=True, slots=True)
class Column:
    """A column that was recognised: its place, its header, and the field that it brings."""

    place: int
    header: str
    record: type[Record]
    entry: Field


@dataclass(frozen=True, slots=True)
class Headings:
    """The headers of a table: the columns for each kind of customer, and what is not known."""

    row: SheetRow
    columns: Mapping[str, tuple[Column, ...]]
    unknown: tuple[str, ...]

    def fields(self) -> dict[type[Record], set[str]]:
        """Return the names that the table brings, by record."""
        found: dict[type[Record], set[str]] = {}
        for column in chain(*self.columns.values()):
            found.setdefault(column.record, set()).add(column.entry.name)
        return found

    def brings(self, record: type[Record], name: str) -> bool:
        """Whether a column brings this field."""
        return name in self.fields().get(record, ())


def plain_name(header: str) -> str:
    """Return a header without case, width, spaces and punctuation."""
    folded = unicodedata.normalize("NFKC", header).casefold()
    return _MARKS.sub("", _HINTS.sub("", folded))


def find_headings(rows: Iterator[SheetRow]) -> tuple[Headings, Iterator[SheetRow]]:
    """Find the row of headers among the first ten; returns it and the rows that follow.

    Raises HeadersUnknown, HeaderTwice.
    """
    for row in islice(rows, SEARCHED):
        headings = recognise(row)
        if headings.brings(Customer, "name") or headings.brings(ExternalId, "value"):
            _require_once(headings)
            return headings, rows
    raise HeadersUnknown


def recognise(row: SheetRow) -> Headings:
    """Tell of each header which field it names."""
    names = [plain_name(header) for header in row.cells]
    columns = {
        kind: tuple(
            Column(place, row.cells[place].strip(), *known[name])
            for place, name in enumerate(names)
            if name in known
        )
        for kind, known in _known().items()
    }
    taken = {column.place for column in chain(*columns.values())}
    unknown = [
        row.cells[place].strip()
        for place, name in enumerate(names)
        if name and place not in taken and name not in OWN
    ]
    return Headings(row, columns, tuple(unknown))


@cache
def _known() -> dict[str, dict[str, tuple[type[Record], Field]]]:
    """Map the plain import names to fields, for each kind of customer."""
    return {kind: _names(records) for kind, records in RECORDS.items()}


def _names(records: Sequence[type[Record]]) -> dict[str, tuple[type[Record], Field]]:
    found: dict[str, tuple[type[Record], Field]] = {}
    for record in records:
        for entry in record.fields.values():
            for name in () if entry.owned else entry.import_names:
                found.setdefault(plain_name(name), (record, entry))
    return found


def _require_once(headings: Headings) -> None:
    for columns in headings.columns.values():
        seen: dict[tuple[type[Record], str], str] = {}
        for column in columns:
            field = (column.record, column.entry.name)
            if field in seen:
                raise HeaderTwice(columns=[seen[field], column.header])
            seen[field] = column.header
