"""The sealer: one chain whatever happens, its heads outside the database, its state told."""

import asyncio
from collections.abc import Callable
from unittest.mock import Mock

import pytest

from app.core import sealer as sealing
from app.core.chain import Tip
from app.core.heads import HeadsFile
from app.core.problems import NotNow
from app.core.sealer import Sealer
from app.core.segments import ChainOutOfStepError
from tests.core.trail import Trail

DROP_SEGMENT = "delete from audit_segments where segment_no > 1"


@pytest.fixture(autouse=True)
def in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let sealers take many turns a second."""
    monkeypatch.setattr(sealing, "EVERY", 0.02)


def last_head(trail: Trail) -> int:
    """Return the number of the last head in the file."""
    head = HeadsFile(trail.heads).last()
    return head.segment_no if head else 0


async def until(holds: Callable[[], bool]) -> None:
    """Wait, five seconds at most, until something holds."""
    async with asyncio.timeout(5):
        while not holds():  # noqa: ASYNC110 - there is no event to wait for in a state
            await asyncio.sleep(0.01)


async def test_the_task_seals_what_is_committed(trail: Trail) -> None:
    """Within a turn, lines are sealed and the head stands in the file."""
    trail.sealer.start()
    await trail.write(3)
    await until(lambda: trail.sealer.state.heads_written > 0)
    await trail.sealer.stop()

    state = trail.sealer.state
    report = await trail.verify()
    assert (state.waiting, state.trouble) == (0, None)
    assert state.sealed_at is not None
    assert state.segment_no == state.heads_written == report.heads
    assert (report.ok, report.lines, report.unsealed) == (True, 3, 0)
    assert trail.heads.stat().st_mode & 0o777 == 0o600


async def test_stopping_seals_a_last_time(trail: Trail) -> None:
    """What was written last does not wait for the next start."""
    await trail.write(2)

    await trail.sealer.stop()

    assert (await trail.verify()).unsealed == 0


async def test_processes_side_by_side_do_not_fork_the_chain(trail: Trail) -> None:
    """Several sealers on one database, with one file or two, make one chain."""
    elsewhere = trail.heads.with_name("elsewhere.jsonl")
    paths = (trail.heads, trail.heads, elsewhere)
    sealers = [Sealer(trail.database, trail.key, path) for path in paths]
    for one in sealers:
        one.start()
    for _ in range(10):
        await trail.write(3)
        await asyncio.sleep(0.02)
    await asyncio.gather(*(one.stop() for one in sealers))
    await trail.sealer.seal_now()

    report = await trail.verify()

    assert (report.ok, report.lines, report.heads) == (True, 30, report.segments)
    assert [one.state.trouble for one in sealers] == [None] * 3
    assert HeadsFile(elsewhere).last() is not None


async def test_heads_that_a_crash_left_out_are_written_at_the_next_start(
    trail: Trail, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file may be behind by any number of heads."""
    monkeypatch.setattr(sealing, "MOST_HEADS", 2)
    for _ in range(5):
        await trail.seal(1)
    first, *_ = trail.heads.read_bytes().splitlines(keepends=True)
    trail.heads.write_bytes(first + b'{"segment_no":2,"fir')

    await Sealer(trail.database, trail.key, trail.heads).seal_now()

    assert last_head(trail) == 5
    assert (await trail.verify()).heads == 5


async def test_a_lost_database_is_waited_for(trail: Trail) -> None:
    """While the database is away the state says so; then sealing goes on by itself."""
    trail.sealer.start()
    await trail.tamper("alter table audit_segments rename to audit_segments_away")
    await until(lambda: trail.sealer.state.trouble == "database-unable")
    await trail.write()
    await trail.tamper("alter table audit_segments_away rename to audit_segments")
    await trail.tamper(
        "select pg_terminate_backend(pid) from pg_stat_activity "
        "where datname = current_database() and usename = 'cims_app'"
    )
    await until(lambda: trail.sealer.state.trouble is None)
    await trail.sealer.stop()

    assert (await trail.verify()).unsealed == 0


async def test_a_file_that_cannot_be_written_does_not_stop_sealing(trail: Trail) -> None:
    """Segments are made all the same, and their heads follow once the file can be written."""
    trail.heads.mkdir(parents=True)
    await trail.write()
    trail.sealer.start()
    await until(lambda: trail.sealer.state.trouble == "heads-file-unable")
    sealed = trail.sealer.state.segment_no
    trail.heads.rmdir()
    await until(lambda: trail.sealer.state.trouble is None)
    await trail.sealer.stop()

    assert (sealed, last_head(trail)) == (1, 1)


async def test_trouble_is_logged_once(trail: Trail, monkeypatch: pytest.MonkeyPatch) -> None:
    """What hinders every turn fills the state, not the log."""
    log = Mock()
    monkeypatch.setattr(sealing, "log", log)
    trail.heads.mkdir(parents=True)

    for _ in range(3):
        await trail.sealer.stop()

    log.error.assert_called_once()
    assert log.error.call_args.kwargs["trouble"] == "heads-file-unable"


@pytest.mark.parametrize(("lines_after", "trouble"), [(0, "heads-ahead"), (1, "heads-differ")])
async def test_a_rollback_is_noticed_while_running(
    trail: Trail, lines_after: int, trouble: str
) -> None:
    """A database that lost segments is told from the file, whatever was sealed since."""
    await trail.seal()
    await trail.seal()
    await trail.tamper("delete from audit_lines")
    await trail.tamper(DROP_SEGMENT)
    await trail.write(lines_after)

    with pytest.raises(ChainOutOfStepError, match=trouble):
        await trail.sealer.seal_now()
    await trail.sealer.stop()

    assert trail.sealer.state.trouble == trouble
    assert last_head(trail) == 2


async def test_sealing_on_demand_says_what_hinders(trail: Trail) -> None:
    """Whoever asks for a seal hears when there is no database."""
    await trail.database.close()

    with pytest.raises(NotNow):
        await trail.sealer.seal_now()


async def test_a_task_that_ended_is_seen(trail: Trail, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault of ours ends the task, and the state does not go on looking well."""

    async def fail(*_: object, **__: object) -> Tip:
        raise ZeroDivisionError

    monkeypatch.setattr(sealing, "seal_next", fail)
    trail.sealer.start()

    await until(lambda: trail.sealer.state.trouble == "sealer-ended")
