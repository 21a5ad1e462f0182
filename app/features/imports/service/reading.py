"""Reading: a stored file becomes batches of rows, and what is known of its columns."""

import asyncio
import io
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import partial
from itertools import chain, islice
from typing import IO, Any, Final
from uuid import UUID

from app.core.access import Policy
from app.core.job_runs import Run
from app.core.problems import NotFound, Problem
from app.core.work import UnitOfWork
from app.features.exchange.cells import is_filled
from app.features.exchange.delimited import read_delimited
from app.features.exchange.headings import SEARCHED, recognise
from app.features.exchange.problems import FileTooLarge, HeadersUnknown
from app.features.exchange.sheets import Sheet, SheetRow
from app.features.exchange.workbooks import read_workbook
from app.features.imports.repository import ImportRepository, MappingRepository
from app.features.imports.rules import ImportRules
from app.features.imports.service.columns import proposed, require_columns
from app.features.imports.service.mapping import headings_digest
from app.features.imports.service.pieces import ImportFile
from app.features.imports.service.stored import PIECE, StoredFile

STEP: Final = ("Reading the file.", "正在读取文件。")
BATCH: Final = 1_000
MOST_CHARACTERS: Final = 4 << 20  # of a batch
MOST_COLUMNS: Final = 500
MOST_BYTES_XLSX: Final = 50 << 20  # its reader holds a workbook whole
SAMPLES: Final = 3
LONGEST_SAMPLE: Final = 60


class Reading:
    """Reads one file; broken off, it begins anew."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._import_id = UUID(run.parameters["import_id"])
        self._columns: list[dict[str, Any]] = []
        self._headers = SheetRow(0, [])

    async def read(self) -> None:
        """Write batches of rows, then what is known of the table.

        Raises NotATable, FileTooLarge, FileHasMacros, FileDamaged, HeadersUnknown.
        """
        row = await self._begin()
        file = ImportFile(self._run.work(), row)
        with ExitStack() as stack:
            opening = _opening(file, row["size"], asyncio.get_running_loop())
            sheet = await asyncio.to_thread(stack.enter_context, _opened(opening, row))
            self._run.total = sheet.about
            rows, self._headers = await asyncio.to_thread(_headed, sheet.rows)
            self._columns = [{"filled": 0, "samples": []} for _ in self._headers.cells]
            batches = 0
            async for batch in _batches(rows):
                async with self._run.step(*STEP) as work:
                    await ImportFile(work, row).put_rows(batches, batch)
                    self._count(batch)
                batches += 1
            await self._finish(row, sheet, batches)

    async def _begin(self) -> dict[str, Any]:
        async with self._run.step(*STEP) as work:
            row = await ImportRepository(work).hold(self._import_id)
            if row is None or row["state"] != "uploaded" or row["sealed_key"] is None:
                raise NotFound
            if row["format"] == "xlsx" and row["size"] > MOST_BYTES_XLSX:
                raise FileTooLarge
            await ImportFile(work, row).drop_rows()
            self._run.done = 0
            return row

    def _count(self, batch: list[SheetRow]) -> None:
        """Note which columns are filled, and a few of their values."""
        for row in batch:
            for column, cell in zip(self._columns, row.cells, strict=False):
                if not is_filled(cell):
                    continue
                column["filled"] += 1
                samples = column["samples"]
                if (
                    len(samples) < SAMPLES
                    and (text := cell.strip()[:LONGEST_SAMPLE]) not in samples
                ):
                    samples.append(text)
        self._run.done += len(batch)
        rules: ImportRules = self._run.platform.tools[ImportRules]
        if self._run.done > rules.most_rows:
            raise FileTooLarge

    async def _finish(self, row: dict[str, Any], sheet: Sheet, batches: int) -> None:
        async with self._run.step(*STEP) as work:
            file = ImportFile(work, row)
            mapping, saved_as = await _proposal(work, self._headers)
            about = {
                "headers": self._headers.cells,
                "header_row": self._headers.number,
                "encoding": sheet.encoding.removesuffix("-sig") or None,
                "delimiter": sheet.delimiter or None,
                "columns": self._columns,
                "mapping": mapping,
                "is_proposed": True,
                "saved_as": saved_as,
            }
            sealed = file.sealed(about)
            told = {"rows": self._run.done, "batches": batches}
            await ImportRepository(work).set(self._import_id, about=sealed, **told)
            await file.drop_file()
            self._run.total = self._run.done
            self._run.result = {"import_id": str(self._import_id), "rows": self._run.done}
            work.line.detail["import"] = {"import_id": str(self._import_id), "act": "read", **told}


async def _proposal(work: UnitOfWork, headers: SheetRow) -> tuple[list[list[str]], str | None]:
    """Propose what was saved for these headers, as far as it may be written still."""
    policy: Policy = work.actor.policy
    digest = headings_digest(work.platform.sealing, headers.cells)
    saved = await MappingRepository(work).find(digest)
    if saved is None or not _is_good(saved["columns"], policy):
        return proposed(headers, policy), None
    return saved["columns"], saved["name"]


def _is_good(columns: list[list[str]], policy: Policy) -> bool:
    try:
        require_columns(columns, policy)
    except Problem:
        return False
    return True


def _opening(file: ImportFile, size: int, loop: asyncio.AbstractEventLoop) -> Any:
    """Return what opens the file, to be read in a thread while pieces come by the loop."""

    def fetch(number: int) -> bytes:
        return asyncio.run_coroutine_threadsafe(file.get(number), loop).result()

    def opening() -> IO[bytes]:
        return io.BufferedReader(StoredFile(fetch, size), PIECE)

    return opening


def _opened(opening: Any, row: dict[str, Any]) -> AbstractContextManager[Sheet]:
    return _workbook(opening) if row["format"] == "xlsx" else read_delimited(opening)


@contextmanager
def _workbook(opening: Any) -> Iterator[Sheet]:
    with opening() as file:
        yield read_workbook(file)


def _headed(rows: Iterator[SheetRow]) -> tuple[Iterator[SheetRow], SheetRow]:
    """Find the row of headers among the first ten: the one that names most fields."""
    first = list(islice(rows, SEARCHED))
    filled = [row for row in first if is_filled("".join(row.cells))]
    if not filled:
        raise HeadersUnknown
    headers = max(filled, key=_known)
    if len(headers.cells) > MOST_COLUMNS:
        raise FileTooLarge
    after = [row for row in first if row.number > headers.number]
    return chain(after, rows), headers


def _known(row: SheetRow) -> int:
    return sum(len(columns) for columns in recognise(row).columns.values())


async def _batches(rows: Iterator[SheetRow]) -> AsyncIterator[list[SheetRow]]:
    """Read in a thread, a batch at a time: neither many rows nor very long ones fill the memory."""
    filled = (row for row in rows if is_filled("".join(row.cells)))
    while batch := await asyncio.to_thread(partial(_batch, filled)):
        yield batch


def _batch(rows: Iterator[SheetRow]) -> list[SheetRow]:
    batch: list[SheetRow] = []
    characters = 0
    for row in rows:
        if len(row.cells) > MOST_COLUMNS:
            raise FileTooLarge
        batch.append(row)
        characters += sum(map(len, row.cells))
        if len(batch) == BATCH or characters > MOST_CHARACTERS:
            break
    return batch
