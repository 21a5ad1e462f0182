"""Commands for the audit: verify the whole trail, or seal it now."""

import asyncio

import typer
from rich.progress import Progress

from app.commands.platform import open_platform
from app.commands.surroundings import console, database_urls, one_sentence, settings_and_home
from app.core import keys
from app.core.jobs import job_work
from app.core.verification import Proof, Report, verify

app = typer.Typer(help="The audit trail: verification.", no_args_is_help=True)


@app.callback()
def about() -> None:
    """Look after the audit trail."""


@app.command("verify")
def verify_trail() -> None:
    """Verify every line, segment and signed head; names the first bad line and exits with 1."""

    async def work() -> Report:
        settings = settings_and_home()
        ring = keys.load(settings.keys_folder)
        proof = Proof(ring.audit, [ring.heads.public_key()], settings.heads_file)
        async with database_urls(settings) as urls, open_platform(settings, urls.app) as platform:
            with Progress(console=console) as progress:
                bar = progress.add_task("lines", total=None)

                def tell(done: int, total: int) -> None:
                    progress.update(bar, completed=done, total=total)

                async with platform.database.connection() as connection:
                    report = await verify(connection, proof, on_progress=tell)
            job = job_work(platform, "verify_audit")
            job.line.detail["ok"] = report.ok
            await job.settle()
            return report

    with one_sentence():
        _tell(asyncio.run(work()))


def _tell(report: Report) -> None:
    counts = f"{report.lines:,} lines, {report.segments:,} segments, {report.seconds} s"
    if report.first_bad is None:
        console.print(f"[green]The trail holds:[/] {counts}", highlight=False)
        return
    bad = report.first_bad
    console.print(f"[red]The trail does not hold:[/] {bad}", highlight=False)
    raise typer.Exit(1)
