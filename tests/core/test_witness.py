"""The witness tells a lost head from a late one."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.core.chain import ENTRY, Segment, Tip, next_segment
from app.core.clock import now
from app.core.differences import BadKind, FirstBad
from app.core.heads import Head, HeadsFile
from app.core.segments import COLUMNS, ChainOutOfStepError
from app.core.witness import Witness
from tests.core.trail import Trail

KEY = Ed25519PrivateKey.generate()


def segments(count: int, at: datetime) -> list[Segment]:
    """Return the beginning of a chain, a line in each segment."""
    made: list[Segment] = []
    tip = Tip()
    for seq in range(1, count + 1):
        made.append(next_segment(tip, seq * 10, [ENTRY.pack(seq, bytes(32))], at, KEY))
        tip = made[-1].tip
    return made


def written(path: Path, chain: list[Segment]) -> Path:
    """Write the heads of segments, as the sealer does."""
    HeadsFile(path).append(
        [
            Head(
                segment_no=one.segment_no,
                first_seq=one.first_seq,
                last_seq=one.last_seq,
                sealed_at=one.sealed_at.isoformat(),
                key_id=one.key_id,
                hash=one.hash.hex(),
                signature=one.signature.hex(),
            )
            for one in chain
        ]
    )
    return path


def verdict(path: Path | None, chain: list[Segment]) -> FirstBad | None:
    """Return what the witness says of a chain."""
    witness = Witness(path)
    witness.begin(chain[0].segment_no)
    found = (witness.compare(segment) for segment in chain)
    return next(filter(None, found), None) or witness.end()


def test_a_chain_that_is_written_down_holds(tmp_path: Path) -> None:
    """Each segment has its head, from wherever the comparison starts."""
    chain = segments(3, now())
    path = written(tmp_path / "heads", chain)

    assert verdict(path, chain) is None
    assert verdict(path, chain[1:]) is None


def test_a_head_without_its_segment_is_missing(tmp_path: Path) -> None:
    """In the middle or at the end, a head in the file must be in the database."""
    chain = segments(3, now())
    path = written(tmp_path / "heads", chain)

    assert verdict(path, [chain[0], chain[2]]) == FirstBad(BadKind.HEAD_MISSING, 2, None, 2)
    assert verdict(path, chain[:2]) == FirstBad(BadKind.HEAD_MISSING, 3, None, 3)


def test_a_head_that_says_otherwise_differs(tmp_path: Path) -> None:
    """Another hash under the same number is another segment."""
    chain = segments(2, now())
    path = written(tmp_path / "heads", chain)

    found = verdict(path, [chain[0], replace(chain[1], hash=bytes(32))])

    assert found == FirstBad(BadKind.HEAD_DIFFERS, 2, None, 2)


@pytest.mark.parametrize(("age", "kind"), [(1, None), (90, BadKind.HEADS_BEHIND)])
def test_a_file_may_be_behind_for_a_minute(tmp_path: Path, age: int, kind: BadKind | None) -> None:
    """A head that is not written yet is no sign of anything; one that is long due is."""
    chain = segments(2, now() - timedelta(seconds=age))
    path = written(tmp_path / "heads", chain[:1])

    found = verdict(path, chain)

    assert (found and found.kind) == kind


def test_without_a_file_there_is_nothing_to_compare(tmp_path: Path) -> None:
    """Whoever has no file is told nothing; whoever should have one is told that it is behind."""
    chain = segments(1, now() - timedelta(hours=1))

    missing = verdict(tmp_path / "nowhere", chain)

    assert verdict(None, chain) is None
    assert missing is not None
    assert missing.kind is BadKind.HEADS_BEHIND


async def test_a_tail_cut_off_shows_in_the_heads_file(trail: Trail) -> None:
    """Without its last segment and lines the chain is whole, but the file knows better."""
    await trail.seal()
    first, *_ = await trail.seal()
    seq = await trail.seq(first)

    await trail.tamper("delete from audit_lines where seq >= $1", seq)
    await trail.tamper("delete from audit_segments where segment_no = 2")

    assert await trail.first_bad() == FirstBad(BadKind.HEAD_MISSING, seq, None, 2)


async def test_a_rollback_shows_even_when_sealing_went_on(trail: Trail) -> None:
    """A head that was rolled back and replaced by another differs from the one in the file."""
    await trail.seal()
    await trail.seal()
    await trail.tamper(
        "delete from audit_lines where xid >= "
        "(select to_xid from audit_segments where segment_no = 1)"
    )
    await trail.tamper("delete from audit_segments where segment_no = 2")
    await trail.write()
    with pytest.raises(ChainOutOfStepError, match="heads-differ"):
        await trail.sealer.seal_now()

    found = await trail.first_bad()

    assert (found.kind, found.segment_no) == (BadKind.HEAD_DIFFERS, 2)


async def test_the_file_must_keep_up(trail: Trail, tmp_path: Path) -> None:
    """A segment that has had no head for more than a minute shows that the file was changed."""
    await trail.seal()
    await trail.tamper("update audit_segments set sealed_at = sealed_at - interval '2 minutes'")
    rows = await trail.root.fetch(f"select {', '.join(COLUMNS)} from audit_segments")
    aged = Segment(**rows[0]).signed(trail.key)
    await trail.tamper(
        "update audit_segments set hash = $1, signature = $2", aged.hash, aged.signature
    )
    trail.heads.write_bytes(b"")

    assert (await trail.first_bad()).kind is BadKind.HEADS_BEHIND


async def test_a_line_of_the_file_that_is_no_head_differs(trail: Trail) -> None:
    """Whatever was written over a head is not the head."""
    await trail.seal()
    await trail.seal()
    _, second = trail.heads.read_bytes().splitlines(keepends=True)
    trail.heads.write_bytes(b"{}\n" + second)

    found = await trail.first_bad()

    assert (found.kind, found.segment_no) == (BadKind.HEAD_DIFFERS, 1)
