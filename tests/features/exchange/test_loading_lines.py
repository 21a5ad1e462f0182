"""What is on record of a load."""

import asyncpg

from app.core.jobs import OPERATOR
from app.features.exchange.loading import BATCH
from tests.features.exchange.conftest import Load
from tests.features.exchange.lines import last, lines
from tests.features.exchange.tables import HEADERS, a_sheet


async def test_dry_run_writes_nothing_but_its_lines(load: Load, owner: asyncpg.Connection) -> None:
    """It counts what would be, row by row, and is on record."""
    await load(a_sheet(HEADERS, ("Q1", "陈一", "", "C", "")))
    customers, seq = await owner.fetchval("select count(*) from customers"), await last(owner)

    tally = await load(
        a_sheet(
            HEADERS,
            ("Q1", "陈一", "", "C", ""),
            ("Q1", "陈一", "", "A", ""),
            ("Q2", "陈二", "", "", ""),
            ("Q2", "陈二", "", "", ""),
            ("Q3", "陈三", "x", "", ""),
        ),
        is_dry_run=True,
    )

    (line,) = await lines(owner, seq)
    assert tally.outcomes == {"unchanged": 1, "updated": 2, "created": 1, "refused": 1}
    assert await owner.fetchval("select count(*) from customers") == customers
    assert '"dry_run":true' in line["detail"]


async def test_each_batch_has_a_line(load: Load, owner: asyncpg.Connection) -> None:
    """It names the operator and every customer, and no value."""
    seq = await last(owner)
    rows = [(f"L{number}", f"蒋{number}", "", "", "") for number in range(BATCH + 2)]

    await load(a_sheet(HEADERS, *rows))

    found = await lines(owner, seq)
    assert [len(line["subjects"]) for line in found] == [BATCH, 2]
    assert {line["operation"] for line in found} == {"load_customers"}
    assert {(line["actor_kind"], line["actor_id"]) for line in found} == {("job", OPERATOR)}
    assert '"created":1000' in found[0]["detail"]
    assert '"rows":[2,1001]' in found[0]["detail"]
    assert not [line for line in found if "蒋" in str(line)]


async def test_each_change_has_a_line(load: Load, owner: asyncpg.Connection) -> None:
    """Beside the batch's line: what was changed of whom, with digests of before and after."""
    await load(a_sheet(HEADERS, ("M1", "韩一", "", "C", ""), ("M2", "韩二", "", "C", "")))
    seq = await last(owner)

    await load(a_sheet(HEADERS, ("M1", "韩一", "", "A", ""), ("M2", "韩二", "", "C", "")))

    batch, change = await lines(owner, seq)
    assert len(batch["subjects"]) == 2
    assert (len(change["subjects"]), change["changed"]) == (1, ["tier"])
    assert '"values"' in change["detail"]
    assert batch["request_id"] == change["request_id"]
