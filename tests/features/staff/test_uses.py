"""The last use of other systems: noted for nothing, written once a minute."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import pytest

from app.core.clock import new_id
from app.core.database import Database
from app.features.staff import uses as module
from app.features.staff.uses import ClientUses

Use = tuple[datetime, str | None]


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[Mapping[UUID, Use]]:
    """What is written to the database."""
    found: list[Mapping[UUID, Use]] = []

    async def write(_database: Database, uses: Mapping[UUID, Use]) -> None:
        found.append(dict(uses))

    monkeypatch.setattr(module, "write_uses", write)
    return found


@pytest.fixture
def uses() -> ClientUses:
    """The uses of a process; the database is not asked."""
    return ClientUses(None)  # type: ignore[arg-type]  # nothing is written through it here


async def test_a_minute_has_one_write(
    uses: ClientUses, written: list[Mapping[UUID, Use]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first use is written at once, what follows waits for the minute to pass."""
    shop = new_id()
    for place in ("192.0.2.1", "192.0.2.2", "192.0.2.3"):
        uses.note(shop, place)
        await uses.write()
    within = len(written)
    monkeypatch.setattr(module, "EVERY_SECONDS", 0.0)

    await uses.write()
    await uses.write()

    assert within == 1
    assert [one[shop][1] for one in written] == ["192.0.2.1", "192.0.2.3"]


async def test_every_system_has_its_own_minute(
    uses: ClientUses, written: list[Mapping[UUID, Use]]
) -> None:
    """One that is busy keeps no other one waiting; several are written together."""
    one, other, third = new_id(), new_id(), new_id()
    uses.note(one, None)
    await uses.write()
    for system in (one, other, third):
        uses.note(system, None)

    await uses.write()

    assert [{*them} for them in written] == [{one}, {other, third}]
