"""Errors: the refused rows as they came, with the reasons beside them."""

import csv
import io
from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from app.core.formulas import guarded
from app.core.views import Sent
from app.core.work import UnitOfWork
from app.features.exchange.headings import OWN, plain_name
from app.features.exchange.incoming import Refusal
from app.features.exchange.refusals import reason
from app.features.exchange.sheets import SheetRow
from app.features.imports.models import RowOutcome
from app.features.imports.problems import ImportNotReady
from app.features.imports.service.columns import is_shown, is_written
from app.features.imports.service.pieces import ImportFile
from app.features.imports.service.showing import ImportList

MEDIA_TYPE: Final = "text/csv; charset=utf-8"
MARK: Final = "\ufeff"


class ErrorsFile:
    """Writes the file of refused rows, batch by batch."""

    def __init__(self, work: UnitOfWork) -> None:
        self.work = work
        self.list = ImportList(work)

    async def download(self, import_id: UUID) -> Sent:
        """Hand out the refused rows; raises NotFound, ImportNotReady before there is a dry run.

        Columns whose fields the reader does not see in clear are empty; whoever uploaded them gets
        what they may write themselves, and what was not mapped.
        """
        row = await self.list.found(import_id)
        about = self.list.about(row)
        if about is None or row["counts"] is None:
            raise ImportNotReady(state=row["state"], job_id=str(row["job_id"]))
        file = ImportFile(self.work, row)
        kept = self._kept(row, about)
        size = 0
        async for piece in _pieces(file, row, about, kept):
            size += len(piece)
        self.work.line.changed["errors"] = None
        self.list.note(row, "errors", size=size)
        self.work.line.changed.pop("state")
        return Sent(
            pieces=_pieces(file, row, about, kept),
            size=size,
            media_type=MEDIA_TYPE,
            name=f"refused-{import_id}.csv",
        )

    def _kept(self, row: Mapping[str, Any], about: Mapping[str, Any]) -> list[bool]:
        """Say of each column whether its cells are shown: those of our own making are not."""
        policy = self.work.actor.policy
        is_own = row["submitter_id"] == self.work.actor.actor_id
        columns = zip(about["headers"], about["mapping"], strict=True)
        return [
            plain_name(header) not in OWN
            and (is_shown(paths, policy) or (is_own and (not paths or is_written(paths, policy))))
            for header, paths in columns
        ]


async def _pieces(
    file: ImportFile, row: Mapping[str, Any], about: Mapping[str, Any], kept: Sequence[bool]
) -> AsyncGenerator[bytes, None]:
    """Write the headers, then the refused rows of each batch."""
    headers = [cell if kept[place] else "" for place, cell in enumerate(about["headers"])]
    yield (MARK + _line([*headers, *OWN])).encode()
    for number in range(row["batches"]):
        refused = {
            one["row"]: one["reasons"]
            for one in await file.plan(number)
            if one["outcome"] == RowOutcome.REFUSED or one.get("applied") == "refused"
        }
        if not refused:
            continue
        rows = [one for one in await file.rows(number) if one.number in refused]
        yield "".join(_refused(one, refused[one.number], about, kept) for one in rows).encode()


def _refused(
    row: SheetRow, reasons: Sequence[Sequence[str]], about: Mapping[str, Any], kept: Sequence[bool]
) -> str:
    cells = [*row.cells, *("" for _ in kept[len(row.cells) :])][: len(kept)]
    shown = [cell if is_kept else "" for cell, is_kept in zip(cells, kept, strict=True)]
    clear = {about["headers"][place] for place, is_kept in enumerate(kept) if is_kept}
    told = [Refusal(code, header if header in clear else "") for code, header in reasons]
    return _line([*shown, str(row.number), " | ".join(map(reason, told))])


def _line(cells: Sequence[str]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow([guarded(cell) for cell in cells])
    return text.getvalue()
