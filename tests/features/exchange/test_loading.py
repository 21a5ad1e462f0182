"""Loading tables: what is created, refused and paired."""

from pathlib import Path
from uuid import UUID

import asyncpg
import orjson

from app.features.exchange.delimited import open_delimited
from app.features.exchange.incoming import Outcome
from tests.features.exchange.conftest import Load, Stored
from tests.features.exchange.tables import HEADERS, a_sheet


async def test_rows_become_customers(load: Load, stored: Stored, department: UUID) -> None:
    """A row is sealed and stored like a customer opened by hand."""
    tally = await load(a_sheet(HEADERS, ("T1", "单雄信", "139-0000-0001", "A", "男")))

    found = await stored("T1")
    assert tally.outcomes == {Outcome.CREATED: 1}
    assert (found["name"], found["pinyin"]) == ("单雄信", "shan xiong xin")
    assert (found["phone"], found["status"]) == ("+8613900000001", "active")
    assert found["department_id"] == str(department)


async def test_refused_rows_do_not_hold_up_others(load: Load, tmp_path: Path) -> None:
    """Good rows go in, bad ones into the file, counted by code."""
    rows = [
        HEADERS,
        ("B1", "孙八", "", "", ""),
        ("B2", "孙九", "12", "", ""),
        ("B3", "", "", "", ""),
    ]

    tally = await load(a_sheet(*rows))

    with open_delimited(tmp_path / "refused.csv") as sheet:
        refused = [row.cells[:6] for row in sheet.rows]
    assert tally.outcomes == {Outcome.CREATED: 1, Outcome.REFUSED: 2}
    assert tally.codes == {"phone-invalid": 1, "missing": 1}
    assert refused[1:] == [["B2", "孙九", "12", "", "", "3"], ["B3", "", "", "", "", "4"]]


async def test_shared_phone_makes_a_possible_double(load: Load, owner: asyncpg.Connection) -> None:
    """Within one table as anywhere: both are taken, and the pair waits for the stewards."""
    before = await owner.fetchval("select count(*) from duplicate_candidates")

    tally = await load(
        a_sheet(
            HEADERS, ("D1", "郑一", "13900000031", "", ""), ("D2", "郑二", "13900000031", "", "")
        )
    )

    assert tally.outcomes == {Outcome.CREATED: 2}
    assert await owner.fetchval("select count(*) from duplicate_candidates") == before + 1


async def test_many_amounts_of_money(load: Load, owner: asyncpg.Connection) -> None:
    """A batch long enough for COPY carries JSON too."""
    rows = [(f"G{number}", f"星海{number}有限公司", "500万元") for number in range(60)]

    tally = await load(a_sheet(("编号", "名称", "注册资本"), *rows))

    capital = {"amount": "5000000.00", "currency": "CNY"}
    assert tally.outcomes == {Outcome.CREATED: 60}
    assert (
        await owner.fetchval(
            "select count(*) from organization_profiles where registered_capital = $1::jsonb",
            orjson.dumps(capital).decode(),
        )
        == 60
    )


async def test_very_common_phone_makes_few_pairs(load: Load, owner: asyncpg.Connection) -> None:
    """A switchboard that all of a table share does not pair everybody with everybody."""
    rows = [(f"C{number}", f"冯{number}", "13900000041", "", "") for number in range(60)]
    before = await owner.fetchval("select count(*) from duplicate_candidates")

    for start in range(0, 60, 20):
        await load(a_sheet(HEADERS, *rows[start : start + 20]))

    assert await owner.fetchval("select count(*) from duplicate_candidates") < before + 60 * 6


async def test_twenty_thousand_rows(load: Load, owner: asyncpg.Connection) -> None:
    """A table of many batches goes in whole."""
    rows = (
        (f"N{n}", f"许{n}", f"1370{n:07d}", "ABCD"[n % 4], "男女"[n % 2]) for n in range(20_000)
    )

    tally = await load(a_sheet(HEADERS, *rows))

    assert tally.outcomes == {Outcome.CREATED: 20_000}
    assert await owner.fetchval("select count(*) from claims") >= 20_000
