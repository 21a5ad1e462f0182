"""Verification names the first line that was changed, taken, added or moved, and the first seal."""

from dataclasses import replace

import asyncpg
import pytest

from app.core.access import NOBODY
from app.core.audit import WRITTEN
from app.core.differences import BadKind, FirstBad
from app.core.verification import Newest, verify
from app.core.work import INSERT_LINE
from tests.core.trail import MAC_KEY, Trail, a_clerk, a_line

ALL = ", ".join(WRITTEN)
COPY = (
    f"insert into audit_lines (seq, xid, {ALL}) overriding system value "
    f"select seq + $2, xid, {ALL.replace('line_id', 'gen_random_uuid()')} "
    "from audit_lines where line_id = $1"
)
SWAP = (
    "with gone as (delete from audit_lines where line_id = any($1) returning *) "
    f"insert into audit_lines (seq, xid, {ALL}) overriding system value "
    f"select sum(seq) over () - seq, xid, {ALL} from gone"
)


async def test_an_untouched_trail_holds(trail: Trail) -> None:
    """What the service wrote holds, whether it has been sealed already or not."""
    await trail.seal(3)
    await trail.seal(4)
    await trail.write(2)

    report = await trail.verify()

    assert report.ok
    assert (report.segments, report.lines, report.unsealed, report.heads) == (2, 9, 2, 2)
    assert (report.first_segment, report.last_segment, report.is_whole) == (1, 2, True)


async def test_an_empty_trail_holds(trail: Trail) -> None:
    """Where nothing has happened, nothing is wrong."""
    assert (await trail.verify()).ok


async def test_any_content_is_checked_as_it_was_written(trail: Trail) -> None:
    """Nulls, quotes, commas, empty words and other scripts come back as they went in."""
    words = ("a b", 'quo"te', "back\\slash", "", "null", "{}", "逗号，", "no\u00a0break")
    await trail.write(actor=NOBODY, subjects=[])
    await trail.write(actor=a_clerk(*words), purpose="核对", source="::1")
    await trail.write(changed=dict.fromkeys(words), detail={"figures": {"customers": 2}})
    await trail.write(shown={"customers": {"name": "read"}}, reason="c2VhbGVk")

    assert (await trail.verify()).ok


async def test_an_auditor_may_verify(trail: Trail) -> None:
    """The auditor's role reads all that verification needs."""
    await trail.seal()
    auditor = await asyncpg.connect(trail.urls.auditor)

    report = await verify(auditor, replace(trail.proof, heads=None))

    await auditor.close()
    assert report.ok


@pytest.mark.parametrize(
    "change",
    [
        "operation = 'list_customers'",
        "at = at + interval '1 microsecond'",
        "status = 404",
        "subjects = '{}'",
        "actor_id = null",
        "reason = ''",
        "mac = sha256(mac)",
        "mac = mac || '\\x00'",
        "line_id = gen_random_uuid()",
    ],
)
async def test_a_changed_line_is_named(trail: Trail, change: str) -> None:
    """A change to any column shows, and the line it was made to is named."""
    await trail.seal()
    _, line, *_ = await trail.seal()
    seq = await trail.seq(line)

    await trail.tamper(f"update audit_lines set {change} where seq = $1", seq)

    found = await trail.first_bad()
    assert (found.kind, found.seq, found.segment_no) == (BadKind.CHANGED, seq, 2)
    if "line_id" not in change:
        assert found.line_id == line.line_id


async def test_a_changed_line_shows_before_it_is_sealed(trail: Trail) -> None:
    """The MAC alone protects what no segment covers yet, and what is sealed after the change."""
    line, _ = await trail.write(2)
    await trail.tamper("update audit_lines set status = 500 where line_id = $1", line.line_id)

    unsealed = await trail.first_bad()
    await trail.sealer.seal_now()
    sealed = await trail.first_bad()

    assert (unsealed.kind, unsealed.line_id) == (BadKind.CHANGED, line.line_id)
    assert (sealed.kind, sealed.line_id) == (BadKind.CHANGED, line.line_id)


async def test_a_deleted_line_is_named(trail: Trail) -> None:
    """A line taken out of a segment is missed by its number."""
    await trail.seal()
    lines = await trail.seal()
    seq = await trail.seq(lines[1])

    await trail.tamper("delete from audit_lines where line_id = $1", lines[1].line_id)

    assert await trail.first_bad() == FirstBad(BadKind.MISSING, seq, None, 2)


@pytest.mark.parametrize("xid", ["xid", "-1"])
async def test_an_inserted_line_is_named(trail: Trail, xid: str) -> None:
    """A line put among sealed ones shows, even in a transaction that there never was."""
    *_, line = await trail.seal()
    await trail.seal()
    seq = await trail.seq(line)

    await trail.tamper(COPY.replace("seq + $2, xid", f"seq + $2, {xid}"), line.line_id, 1000)

    found = await trail.first_bad()
    assert (found.kind, found.seq, found.segment_no) == (BadKind.ADDED, seq + 1000, 1)


async def test_a_line_written_without_the_key_is_named(trail: Trail) -> None:
    """A line inserted as if it were new does not fit its MAC, sealed or not."""
    line, _ = await trail.seal(2)
    seq = await trail.seq(line)
    await trail.tamper(COPY.replace("seq + $2, xid", "seq + $2, 2^62"), line.line_id, 1000)

    found = await trail.first_bad()

    assert (found.kind, found.seq) == (BadKind.CHANGED, seq + 1000)


async def test_reordered_lines_are_named(trail: Trail) -> None:
    """Two lines that changed places within a segment both keep their MAC, but not their seal."""
    await trail.seal()
    first, _, third = await trail.seal(3)
    seqs = [await trail.seq(first), await trail.seq(third)]

    await trail.tamper(SWAP, [first.line_id, third.line_id])

    found = await trail.first_bad()
    assert (found.kind, found.seq, found.segment_no) == (BadKind.REORDERED, seqs[0], 2)
    assert found.line_id == third.line_id


async def test_a_line_moved_to_another_segment_is_named(trail: Trail) -> None:
    """A line that claims another transaction is missed where it was sealed."""
    *_, line = await trail.seal()
    *_, other = await trail.seal()
    seq = await trail.seq(line)

    await trail.tamper(
        "update audit_lines set xid = (select xid from audit_lines where line_id = $2) "
        "where line_id = $1",
        line.line_id,
        other.line_id,
    )

    assert await trail.first_bad() == FirstBad(BadKind.MISSING, seq, None, 1)


async def test_a_late_commit_is_sealed_later_and_not_skipped(trail: Trail) -> None:
    """A transaction that is open while later ones are sealed finds its place afterwards."""
    async with trail.database.connection() as late, trail.database.connection() as connection:
        transaction = late.transaction()
        await transaction.start()
        await _write_on(late)
        await _write_on(connection)
        during = await trail.sealer.seal_now()
        await transaction.commit()
    after = await trail.sealer.seal_now()

    report = await trail.verify()

    assert (during.segment_no, during.waiting) == (0, 1)
    assert (after.segment_no, after.waiting) == (1, 0)
    assert (report.ok, report.lines, report.unsealed) == (True, 2, 0)


async def _write_on(connection: asyncpg.Connection) -> None:
    await connection.execute(INSERT_LINE, *a_line().row(MAC_KEY))


async def test_the_newest_part_can_be_verified_alone(trail: Trail) -> None:
    """A quick look covers the last segments, and says so."""
    line, *_ = await trail.seal()
    await trail.seal()
    await trail.seal()
    await trail.tamper("delete from audit_lines where line_id = $1", line.line_id)

    by_segments = await trail.verify(newest=Newest(2, 1000))
    by_lines = await trail.verify(newest=Newest(100, 5))
    whole = await trail.verify(newest=Newest(100, 1000))

    assert (by_segments.ok, by_segments.first_segment, by_segments.heads) == (True, 2, 2)
    assert (by_lines.ok, by_lines.first_segment, by_lines.is_whole) == (True, 3, False)
    assert (whole.ok, whole.is_whole) == (False, True)


async def test_progress_is_told(trail: Trail) -> None:
    """Whoever waits hears how many lines are done, of how many."""
    await trail.seal(3)
    heard: list[tuple[int, int]] = []

    await trail.verify(on_progress=lambda done, total: heard.append((done, total)))

    assert heard == [(3, 3)]
