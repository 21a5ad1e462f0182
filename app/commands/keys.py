"""Commands for the keys: what is in use, and a new wrapping key while the service runs."""

import asyncio

import typer
from rich.progress import Progress

from app.commands.platform import open_platform
from app.commands.surroundings import console, database_urls, one_sentence, settings_and_home
from app.core import keys, rewrapping
from app.core.jobs import job_work
from app.core.work import Platform

app = typer.Typer(help="Keys: status and rotation.", no_args_is_help=True)


@app.command("status")
def status() -> None:
    """Show how many data keys each wrapping key wraps."""

    async def work() -> dict[int, int]:
        settings = settings_and_home()
        async with database_urls(settings) as urls, open_platform(settings, urls.app) as platform:
            return await rewrapping.count_by_wrapping_key(platform)

    with one_sentence():
        for number, count in sorted(asyncio.run(work()).items()):
            console.print(f"wrapping key {number:04d}: {count:,} data keys", highlight=False)


@app.command("rotate")
def rotate() -> None:
    """Add a wrapping key and wrap every data key anew, online; run again, it goes on.

    A running service takes the new key from the folder when it first meets it in a row.
    """

    async def work() -> None:
        settings = settings_and_home()
        async with database_urls(settings) as urls:
            async with open_platform(settings, urls.app) as platform:
                counts = await rewrapping.count_by_wrapping_key(platform)
            newest = max(keys.load(settings.keys_folder).wrapping)
            if counts.keys() <= {newest}:
                newest = keys.add_wrapping_key(settings.keys_folder)
                console.print(f"Added wrapping key {newest:04d}.")
            async with open_platform(settings, urls.app) as platform:
                await _rewrap(platform, sum(counts.values()))
        console.print(f"Every data key is wrapped by {newest:04d}; backups need the older files.")

    with one_sentence():
        asyncio.run(work())


async def _rewrap(platform: Platform, total: int) -> None:
    with Progress(console=console) as progress:
        bar = progress.add_task("data keys", total=total)
        while done := await rewrapping.rewrap_step(job_work(platform, "rotate_wrapping_key")):
            progress.advance(bar, done)
