"""`cims load staff` and `cims load departments`: what the operator gives, and what is said."""

import asyncio
import csv
from collections.abc import Awaitable, Callable
from pathlib import Path

import asyncpg
import pytest
from typer.testing import CliRunner, Result

from app.cli import app
from app.settings import Settings, read_settings
from tests.conftest import DatabaseUrls
from tests.features.exchange.tables import a_text_file, a_workbook

Run = Callable[..., Awaitable[Result]]


@pytest.fixture
def run(database_urls: DatabaseUrls, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command as a terminal would."""
    monkeypatch.setenv("CIMS_HOME", str(settings.home))
    monkeypatch.setenv("CIMS_DATABASE__URL", database_urls.app)
    read_settings.cache_clear()

    async def invoke(*words: str | Path) -> Result:
        given, wide = ["load", *map(str, words)], {"COLUMNS": "200"}
        return await asyncio.to_thread(CliRunner().invoke, app, given, env=wide)

    return invoke


async def counted(urls: DatabaseUrls, table: str) -> int:
    """Count the rows of a table."""
    owner = await asyncpg.connect(urls.owner)
    found = int(await owner.fetchval(f"select count(*) from {table}"))
    await owner.close()
    return found


async def test_departments_then_staff(
    run: Run, tmp_path: Path, database_urls: DatabaseUrls
) -> None:
    """A dry run makes nothing; departments may stand below each other; links go to a file."""
    places = a_workbook(tmp_path, ["name", "code", "parent"], ["Top", "T", ""], ["Low", "L", "T"])
    people = a_text_file(
        tmp_path,
        "username,display_name,department,roles\nlin.xiao,林晓,L,sales;service\n\nbad,,L,\n",
    )

    tried = await run("departments", places, "--dry-run")
    assert await counted(database_urls, "departments") == 0
    made, staff = await run("departments", places), await run("staff", people)

    assert "would be made: 2" in tried.output
    assert "made: 2" in made.output
    assert "made: 1\nrefused: 1\nentry 2: Some values are not acceptable. display_name" in (
        staff.output
    )
    links = people.with_name(f"{people.stem}.invitations.csv")
    ((name, token, _),) = list(csv.reader(links.read_text().splitlines()))[1:]
    assert (name, links.stat().st_mode & 0o777) == ("lin.xiao", 0o600)
    assert token not in staff.output
    invited = "invitations join users using (user_id) where username = 'lin.xiao'"
    assert await counted(database_urls, invited) == 1


async def test_the_operator_stands_on_the_line(
    run: Run, tmp_path: Path, database_urls: DatabaseUrls
) -> None:
    """What was loaded at the terminal is in the audit, a dry run too."""
    people = a_text_file(tmp_path, "username,display_name\nmei,梅\n")
    await run("staff", people, "--dry-run")
    await run("staff", people)
    owner = await asyncpg.connect(database_urls.owner)

    lines = await owner.fetch(
        "select actor_kind, changed from audit_lines where operation = 'load_staff' "
        "and detail not like '%lin.xiao%' order by seq desc limit 2"
    )

    await owner.close()
    assert [line["actor_kind"] for line in lines] == ["job", "job"]
    assert [bool(line["changed"]) for line in lines] == [True, False]


async def test_what_is_no_table_is_one_sentence(run: Run, tmp_path: Path) -> None:
    """A file that is no table is told like any other problem."""
    path = tmp_path / "staff.csv"
    path.write_bytes(b"\0\1\2")

    result = await run("staff", path)

    assert result.exit_code == 1
    assert "neither an XLSX workbook nor a CSV file" in result.output
