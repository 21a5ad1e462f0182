"""Loading again: what is known is told again, and changed only where it differs."""

from pathlib import Path

import asyncpg
import pytest

from app.features.exchange.delimited import open_delimited
from app.features.exchange.incoming import Outcome
from app.features.exchange.loading import BATCH
from app.features.exchange.problems import FileDamaged
from tests.features.exchange.conftest import Load, Stored
from tests.features.exchange.tables import HEADERS, a_sheet, a_text_file


async def test_repeating_changes_nothing(load: Load, owner: asyncpg.Connection) -> None:
    """The same table again finds every row unchanged and writes no customer."""
    rows = [HEADERS, ("R1", "张三", "", "B", "女"), ("R2", "星海有限公司", "", "C", "")]
    await load(a_sheet(*rows))
    before = await owner.fetch("select customer_id, version from customers order by 1")

    tally = await load(a_sheet(*rows))

    assert tally.outcomes == {Outcome.UNCHANGED: 2}
    assert await owner.fetch("select customer_id, version from customers order by 1") == before


async def test_rows_without_numbers_double_nothing(load: Load) -> None:
    """A table without numbers is told again by names and phones, or by whole rows."""
    rows = [
        ("Name", "Phone", "City"),
        ("Alice", "13900000011", ""),
        ("Bob", "", ""),
        ("Bob", "", "X"),
    ]

    first, again = await load(a_sheet(*rows)), await load(a_sheet(*rows))

    assert first.outcomes == {Outcome.CREATED: 3}
    assert again.outcomes == {Outcome.UNCHANGED: 3}


async def test_number_finds_whom_to_change(load: Load, stored: Stored) -> None:
    """Only what the table brings is changed, and an empty cell empties nothing."""
    await load(a_sheet(HEADERS, ("U1", "李四", "13900000021", "C", "男")))

    tally = await load(a_sheet(("客户编号", "等级", "手机"), ("U1", "A", "")))

    found = await stored("U1")
    assert tally.outcomes == {Outcome.UPDATED: 1}
    assert (found["tier"], found["name"], found["phone"]) == ("A", "李四", "+8613900000021")


async def test_profile_is_changed(load: Load, owner: asyncpg.Connection) -> None:
    """A change of the profile alone leaves the master record as it is."""
    await load(a_sheet(HEADERS, ("U2", "王五", "", "C", "男")))
    customers = await owner.fetchval("select sum(version) from customers")

    tally = await load(a_sheet(HEADERS, ("U2", "王五", "", "C", "女")))

    assert tally.outcomes == {Outcome.UPDATED: 1}
    assert await owner.fetchval("select sum(version) from customers") == customers


async def test_last_row_of_a_number_holds(load: Load, stored: Stored) -> None:
    """A number that comes twice in one table is one customer, as the last row says."""
    tally = await load(a_sheet(HEADERS, ("V1", "赵六", "", "A", ""), ("V1", "赵六", "", "B", "")))

    assert tally.outcomes == {Outcome.CREATED: 1, Outcome.UPDATED: 1}
    assert (await stored("V1"))["tier"] == "B"


async def test_number_twice_across_batches(load: Load, stored: Stored) -> None:
    """Also when the batches overlap, of which one is written while the next is made ready."""
    filler = [(f"W{number}", "某人", "", "", "") for number in range(BATCH)]
    rows = [HEADERS, ("WW", "赵六", "", "A", ""), *filler, ("WW", "赵六", "", "B", "")]

    tally = await load(a_sheet(*rows))

    assert tally.outcomes == {Outcome.CREATED: BATCH + 1, Outcome.UPDATED: 1}
    assert (await stored("WW"))["tier"] == "B"


async def test_systems_have_numbers_of_their_own(load: Load) -> None:
    """The same number of another system is another customer."""
    table = (HEADERS, ("S1", "钱七", "", "", ""))

    tallies = [await load(a_sheet(*table), system=system) for system in ("erp", "shop")]

    assert [tally.outcomes for tally in tallies] == [{Outcome.CREATED: 1}] * 2


async def test_person_stays_a_person(load: Load) -> None:
    """A known customer's kind is not changed, and its profile is the one of its kind."""
    await load(a_sheet(HEADERS, ("K1", "周一", "", "", "男")))

    kind = await load(a_sheet(("编号", "类型"), ("K1", "单位")))
    profile = await load(a_sheet(("编号", "注册资本"), ("K1", "5万元")))

    assert kind.codes == profile.codes == {"profile-mismatch": 1}


async def test_archived_customer_is_refused(load: Load, owner: asyncpg.Connection) -> None:
    """An archived record is kept as it is."""
    await load(a_sheet(HEADERS, ("Z1", "吴二", "", "C", ""), ("Z2", "吴三", "", "C", "")))
    await owner.execute("update customers set status = 'archived'")

    tally = await load(
        a_sheet(HEADERS, ("Z1", "吴二", "", "A", "男"), ("Z2", "吴三", "", "C", "男"))
    )

    await owner.execute("update customers set status = 'active'")
    assert tally.codes == {"customer-archived": 2}


async def test_interrupted_load_is_continued(load: Load, tmp_path: Path) -> None:
    """What was written before a file breaks off stays, and counts as unchanged afterwards."""
    good = "".join(f"I{number},杨{number}\n" for number in range(BATCH))
    path = a_text_file(tmp_path, f'编号,姓名\n{good}I9999,"杨\n')
    with open_delimited(path) as sheet, pytest.raises(FileDamaged):
        await load(sheet)
    path.write_text(path.read_text("utf-8").replace('"', ""), "utf-8")

    with open_delimited(path) as sheet:
        tally = await load(sheet)

    assert tally.outcomes == {Outcome.UNCHANGED: BATCH, Outcome.CREATED: 1}
