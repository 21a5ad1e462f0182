"""Commands that load: customers from a file, with a progress bar and a file of refused rows."""

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Final

import typer
import uvloop
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from app.commands.checks import require_ready
from app.commands.platform import open_platform
from app.commands.principals import principal, read_staff, references_to
from app.commands.surroundings import (
    StartRefusedError,
    console,
    database_urls,
    one_sentence,
    settings_and_home,
)
from app.core.problems import Problem
from app.core.work import Platform
from app.features.exchange.files import open_sheet
from app.features.exchange.incoming import Outcome
from app.features.exchange.loading import Loader, Order, Tally
from app.features.exchange.refusals import RefusedRows, refused_rows, sentences
from app.features.exchange.sheets import Sheet

app = typer.Typer(help="Load data from files.", no_args_is_help=True)

# Rows form no cycles, and looking for some in every batch of them takes a third of the time.
OBJECTS_BETWEEN_COLLECTIONS: Final = 500_000


@app.callback()
def about() -> None:
    """Load data from files."""


@app.command("customers")
def customers(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="CSV in UTF-8 or GB18030, or XLSX.")
    ],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only check and count.")] = False,
    department: Annotated[
        str | None, typer.Option(help="Department of customers whose row names none.")
    ] = None,
    username: Annotated[
        str | None, typer.Option("--as", help="User in whose name, and with whose rights.")
    ] = None,
    system: Annotated[str, typer.Option(help="The system that the numbers come from.")] = "load",
    refused: Annotated[
        Path | None, typer.Option(help="Where refused rows go; beside the file by default.")
    ] = None,
) -> None:
    """Load customers; run again, it goes on where it was and changes only what differs."""
    beside = refused or file.with_name(f"{file.stem}.refused.csv")

    async def work() -> Tally:
        settings = settings_and_home()
        async with database_urls(settings) as urls:
            await require_ready(settings, urls.app)
            async with open_platform(settings, urls.app) as platform:
                staff = await read_staff(settings, platform)
                order = Order(
                    actor=principal(staff, username, department),
                    references=references_to(staff),
                    system=system,
                    is_dry_run=dry_run,
                )
                with open_sheet(file) as sheet, refused_rows(beside) as rows:
                    return await load_sheet(platform, order, sheet, rows)

    with one_sentence(), told():
        if beside.resolve() == file.resolve():
            raise StartRefusedError("Refused rows cannot go into the file they come from.")
        _summarise(uvloop.run(work()), beside, dry_run=dry_run)


async def load_sheet(
    platform: Platform, order: Order, sheet: Sheet, refused: RefusedRows, label: str = "customers"
) -> Tally:
    """Load a table behind a progress bar."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[pace]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console) as progress, _rare_collections():
        bar = progress.add_task(label, total=sheet.about, pace="")
        begun = time.monotonic()

        def report(tally: Tally) -> None:
            pace = tally.rows / max(time.monotonic() - begun, 1e-3)
            progress.update(bar, completed=tally.rows, pace=f"{pace:,.0f} rows/s")

        tally = await Loader(platform, order, sheet, refused, report).load()
        progress.update(bar, total=tally.rows, completed=tally.rows)
        return tally


@contextmanager
def _rare_collections() -> Iterator[None]:
    before = gc.get_threshold()
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
    try:
        yield
    finally:
        gc.set_threshold(*before)


@contextmanager
def told() -> Iterator[None]:
    """Turn a problem into a sentence."""
    try:
        yield
    except Problem as problem:
        about = ", ".join(str(value) for value in problem.members.values())
        raise StartRefusedError(f"{problem.title} {about}".rstrip()) from None
    except OSError as fault:
        raise StartRefusedError(str(fault)) from None
    except KeyboardInterrupt:
        raise StartRefusedError(
            "Interrupted: what is loaded stays; run it again to go on."
        ) from None


def _summarise(tally: Tally, refused: Path, *, dry_run: bool) -> None:
    """Print counts and codes; no value of any row."""
    table = Table(title="Would be" if dry_run else None, title_justify="left", show_header=False)
    for outcome in Outcome:
        table.add_row(outcome.value, f"{tally.outcomes[outcome]:,}")
    console.print(table)
    for code, count in tally.codes.most_common():
        console.print(f"{count:,} x {code}: {' '.join(sentences(code))}", highlight=False)
    if tally.unknown:
        console.print(Text(f"Columns not known, and left out: {', '.join(tally.unknown)}"))
    if tally.outcomes[Outcome.REFUSED]:
        console.print(Text(f"Refused rows, with reasons: {refused}"))
