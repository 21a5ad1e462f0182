"""`cims load customers`: what the operator gives, and what the terminal says."""

import re
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import asyncpg
import pytest
from typer.testing import CliRunner, Result

from app.commands.loading import app
from app.core.passwords import Passwords
from app.features.staff.seeding import ensure_demo_staff
from app.settings import Settings, read_settings
from tests.conftest import DatabaseUrls
from tests.features.exchange.tables import a_text_file, a_workbook

Run = Callable[..., Result]
TABLE = "客户编号,姓名,手机,鞋码\nA1,张伟,13900000001,42\nA2,王芳,12,37\n"


@pytest.fixture(scope="module")
async def owner(database_urls: DatabaseUrls) -> AsyncIterator[asyncpg.Connection]:
    """A connection that sees all tables, with the demo staff in them."""
    connection = await asyncpg.connect(database_urls.owner)
    await ensure_demo_staff(connection, Passwords())
    yield connection
    await connection.close()


@pytest.fixture
def run(
    owner: asyncpg.Connection,
    database_urls: DatabaseUrls,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> Run:
    """Run the command as a terminal would, and return what it said, its spaces single."""
    monkeypatch.setenv("CIMS_HOME", str(settings.home))
    monkeypatch.setenv("CIMS_DATABASE__URL", database_urls.app)
    read_settings.cache_clear()

    def invoke(*words: str | Path) -> Result:
        return CliRunner().invoke(app, ["customers", *map(str, words)], env={"COLUMNS": "200"})

    return invoke


def counts(result: Result) -> dict[str, int]:
    """Return the table of counts."""
    found = re.findall(r"(created|updated|unchanged|refused)\W+([0-9,]+)", result.output)
    return {word: int(number.replace(",", "")) for word, number in found}


def test_first_and_second_run(run: Run, tmp_path: Path) -> None:
    """Created, then unchanged; refused rows in a file beside, and no value on the screen."""
    path = a_text_file(tmp_path, TABLE, "gb18030")

    first, again = run(path), run(path)

    assert counts(first) == {"created": 1, "updated": 0, "unchanged": 0, "refused": 1}
    assert counts(again) == {"created": 0, "updated": 0, "unchanged": 1, "refused": 1}
    assert (first.exit_code, again.exit_code) == (0, 0)
    assert "phone-invalid" in first.output
    assert "鞋码" in first.output
    assert "王芳" in (tmp_path / "customers.refused.csv").read_text("utf-8")
    assert not re.search("张伟|王芳|13900000001", first.output)


def test_workbook_in_a_users_name(run: Run, tmp_path: Path) -> None:
    """`--as` gives rights and department; a column beyond them refuses the file."""
    good = a_workbook(tmp_path, ["Name", "Phone"], ["Alice", 13900000002])
    made = run(good, "--as", "sales")
    refused = run(
        a_workbook(tmp_path, ["Name", "Department"], ["Bob", "Shenzhen sales"]), "--as", "sales"
    )

    assert counts(made)["created"] == 1
    assert refused.exit_code == 1
    assert "You may read this field but not change it. ['department_id']" in refused.output


def test_dry_run_and_department(run: Run, tmp_path: Path) -> None:
    """A dry run counts; a department may be named in either language."""
    path = a_text_file(tmp_path, "Name\nCarol\n")

    tried = run(path, "--dry-run", "--department", "杭州销售部")
    made = run(path, "--department", "Hangzhou sales")

    assert counts(tried)["created"] == counts(made)["created"] == 1
    assert "Would be" in tried.output


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--as", "nobody"), "No active user is called nobody."),
        (("--department", "Paris"), "No department, or more than one, is called Paris."),
        (("--refused", "{file}"), "Refused rows cannot go into the file they come from."),
    ],
)
def test_what_will_not_do_is_one_sentence(
    run: Run, tmp_path: Path, words: tuple[str, str], sentence: str
) -> None:
    """An unknown name, or a file that would eat itself."""
    path = a_text_file(tmp_path, "Name\nDave\n")

    result = run(path, *(word.format(file=path) for word in words))

    assert result.exit_code == 1
    assert sentence in result.output


def test_file_that_is_no_table(run: Run, tmp_path: Path) -> None:
    """A problem of the file is told like any other."""
    path = tmp_path / "customers.csv"
    path.write_bytes(b"\0\1\2")

    result = run(path)

    assert result.exit_code == 1
    assert "neither an XLSX workbook nor a CSV file" in result.output


def test_refused_rows_that_cannot_be_kept(run: Run, tmp_path: Path) -> None:
    """Where refused rows cannot be written, the load stops and says so."""
    path = a_text_file(tmp_path, "Name,Phone\nErin,12\n")

    result = run(path, "--refused", tmp_path / "nowhere" / "refused.csv")

    assert result.exit_code == 1
    assert "No such file or directory" in result.output
