"""Commands for the keys: what is in use, and new keys while the service runs."""

import asyncio

import typer
from rich.progress import Progress

from app.commands.platform import open_platform
from app.commands.surroundings import console, database_urls, one_sentence, settings_and_home
from app.core import keys, rewrapping
from app.core.clock import now
from app.core.jobs import job_work
from app.core.signing_keys import SigningFolder, add_signing_key, remove_signing_keys
from app.core.tokens import OUTLIVED
from app.core.work import Platform

app = typer.Typer(help="Keys: status and rotation.", no_args_is_help=True)


@app.command("status")
def status() -> None:
    """Show the signing keys, and how many data keys each wrapping key wraps."""

    async def work() -> dict[int, int]:
        settings = settings_and_home()
        async with database_urls(settings) as urls, open_platform(settings, urls.app) as platform:
            return await rewrapping.count_by_wrapping_key(platform)

    with one_sentence():
        for number, count in sorted(asyncio.run(work()).items()):
            console.print(f"wrapping key {number:04d}: {count:,} data keys", highlight=False)
        made = SigningFolder(settings_and_home().keys_folder).made()
        for kid, at in made:
            does = "signs" if kid == made[-1][0] else "verifies until its tokens have ended"
            console.print(f"signing key {kid}: since {at:%Y-%m-%d %H:%M} UTC, {does}")


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


@app.command("rotate-signing")
def rotate_signing() -> None:
    """Add a key that signs access tokens from now on; nobody has to sign in again.

    Running processes notice it at once. The older keys verify until their tokens have ended, and
    are removed then: by the service, or by the next rotation.
    """

    async def work() -> None:
        settings = settings_and_home()
        folder = SigningFolder(settings.keys_folder)
        async with database_urls(settings) as urls, open_platform(settings, urls.app) as platform:
            removing = job_work(platform, "remove_signing_keys")
            removed = await remove_signing_keys(removing, folder, now() - OUTLIVED)
            kid = await add_signing_key(job_work(platform, "rotate_signing_key"), folder)
        console.print(f"Signing key {kid} signs from now on; removed: {', '.join(removed) or '-'}.")

    with one_sentence():
        asyncio.run(work())


async def _rewrap(platform: Platform, total: int) -> None:
    with Progress(console=console) as progress:
        bar = progress.add_task("data keys", total=total)
        while done := await rewrapping.rewrap_step(job_work(platform, "rotate_wrapping_key")):
            progress.advance(bar, done)
