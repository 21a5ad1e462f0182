"""The kinds of file: each is a head, pages of rows and a tail, written piece by piece.

What a writer must know of the pages before is its `state`, which a checkpoint keeps.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final, Protocol

from app.core.fields import Field
from app.features.exports.formats.cards import CARDED, CardWriter
from app.features.exports.formats.delimited import CsvWriter
from app.features.exports.formats.lines import LineWriter
from app.features.exports.formats.workbooks import WorkbookWriter
from app.features.exports.models import ExportFormat, ExportLanguage

__all__ = ["CARDED", "FileWriter", "writer_of"]


class FileWriter(Protocol):
    """Writes one kind of file; `hidden` columns stay, and are empty."""

    media_type: str
    suffix: str
    state: dict[str, Any]

    def head(self) -> bytes:
        """Return what comes before the rows."""

    def page(self, views: Sequence[dict[str, Any]]) -> bytes:
        """Return rows, from views of them."""

    def tail(self) -> bytes:
        """Return what comes after the rows."""


WRITERS: Final[dict[ExportFormat, Callable[..., FileWriter]]] = {
    ExportFormat.CSV: CsvWriter,
    ExportFormat.JSONL: LineWriter,
    ExportFormat.XLSX: WorkbookWriter,
    ExportFormat.VCARD: CardWriter,
}


def writer_of(
    kind: str, columns: Sequence[Field], language: str, state: dict[str, Any] | None = None
) -> FileWriter:
    """Return the writer of a kind of file; with a `state` it goes on where another stopped."""
    chinese = language == ExportLanguage.ZH.value
    return WRITERS[ExportFormat(kind)](columns, chinese=chinese, state=state or {})
