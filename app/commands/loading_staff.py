"""Commands that load the staff: colleagues to invite, and departments, from a table."""

import asyncio
import csv
import os
from collections.abc import Awaitable, Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Annotated, Any, Final, Protocol

import typer
from rich.text import Text

from app.commands.checks import require_ready
from app.commands.loading import told
from app.commands.platform import open_platform
from app.commands.principals import open_directory
from app.commands.surroundings import console, database_urls, one_sentence, settings_and_home
from app.core.jobs import job_work
from app.core.permissions import Permission
from app.core.views import Listed
from app.core.work import UnitOfWork
from app.features.exchange.files import open_sheet
from app.features.exchange.sheets import Sheet
from app.features.staff.directory import StaffDirectory
from app.features.staff.service import DepartmentImportService, UserImportService

MOST: Final = 1000
Item = dict[str, str]
Answered = tuple[Item, dict[str, Any]]
File = Annotated[
    Path, typer.Argument(exists=True, dir_okay=False, help="CSV in UTF-8 or GB18030, or XLSX.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only check and count.")]


class Importing(Protocol):
    """What imports items."""

    async def run(self, items: Sequence[Item], *, dry_run: bool) -> Listed:
        """Answer each item."""


Making = Callable[[UnitOfWork, StaffDirectory], Importing]


def staff(file: File, *, dry_run: DryRun = False) -> None:
    """Invite colleagues: username, display_name, email, department, further_departments, roles.

    The links go by mail, or to a file beside the table that only its owner may read.
    """
    answers = _loaded(file, "load_staff", UserImportService, dry_run=dry_run)
    drawn = [(item, one["invitation"]) for item, one in answers if one["invitation"]]
    made = [(item, one) for item, one in drawn if one["token"]]
    if len(made) < len(drawn):
        console.print(f"mailed: {len(drawn) - len(made):,}")
    if made:
        links = file.with_name(f"{file.stem}.invitations.csv")
        with one_sentence(), told():
            _keep(
                links, [(item["username"], one["token"], one["expires_at"]) for item, one in made]
            )
        console.print(Text(f"Invitations, to be handed over: {links}"))


def departments(file: File, *, dry_run: DryRun = False) -> None:
    """Open departments: name, name_zh, code, parent, manager; parents come first."""
    _loaded(file, "load_departments", DepartmentImportService, dry_run=dry_run)


def _loaded(file: Path, operation: str, making: Making, *, dry_run: bool) -> list[Answered]:
    """Load a table in lists of a thousand, and tell what became of it."""
    with one_sentence(), told():
        answers = asyncio.run(_load(file, operation, making, dry_run=dry_run))
    refused = [
        (place, one["problem"]) for place, (_, one) in enumerate(answers, 1) if one["problem"]
    ]
    console.print(f"{'would be ' if dry_run else ''}made: {len(answers) - len(refused):,}")
    console.print(f"refused: {len(refused):,}")
    for place, problem in refused:
        where = ", ".join(fault.pointer.strip("/") for fault in problem.faults)
        console.print(Text(f"entry {place}: {problem.title} {where}".rstrip()))
    return answers


async def _load(file: Path, operation: str, making: Making, *, dry_run: bool) -> list[Answered]:
    settings = settings_and_home()
    async with database_urls(settings) as urls:
        await require_ready(settings, urls.app)
        async with open_platform(settings, urls.app) as platform:
            directory = await open_directory(settings, platform)

            async def answer(batch: Sequence[Item]) -> Listed:
                work = job_work(platform, operation, Permission.STAFF_WRITE)
                listed = await making(work, directory).run(batch, dry_run=dry_run)
                if not work.settled:
                    await work.settle()
                return listed

            return await _answered(file, answer)


async def _answered(
    file: Path, answer: Callable[[Sequence[Item]], Awaitable[Listed]]
) -> list[Answered]:
    """Have each thousand rows of a table answered."""
    found: list[Answered] = []
    with open_sheet(file) as sheet:
        items = _items(sheet)
        while batch := list(islice(items, MOST)):
            found += zip(batch, (await answer(batch)).items, strict=True)
    return found


def _items(sheet: Sheet) -> Iterator[Item]:
    """Give each row by the names of the first; empty cells are left out."""
    names: list[str] = []
    for row in sheet.rows:
        if not any(cell.strip() for cell in row.cells):
            continue
        if not names:
            names = [cell.strip() for cell in row.cells]
            continue
        cells = zip(names, row.cells, strict=False)
        yield {name: cell.strip() for name, cell in cells if name and cell.strip()}


def _keep(path: Path, rows: Sequence[tuple[Any, ...]]) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("username", "token", "expires_at"))
        writer.writerows(rows)
