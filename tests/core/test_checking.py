"""Lines held against their MACs and their segment: of all that is wrong, the first is named."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.core.chain import ENTRY, Segment, Tip, next_segment
from app.core.checking import MAC, SEQ, Lines, Row, SealedLines, Seals
from app.core.differences import BadKind
from app.core.sealer import Sealer
from app.core.segments import COLUMNS
from app.core.verification import Proof, verify
from app.core.witness import Witness
from tests.core.trail import MAC_KEY, Trail, a_line

KEY = Ed25519PrivateKey.generate()
AT = datetime(2026, 1, 5, 8, 30, tzinfo=UTC)


def rows_of(count: int, xid: int = 1, start: int = 1) -> list[Row]:
    """Return lines as verification selects them."""
    return [(*a_line().row(MAC_KEY), seq, xid) for seq in range(start, start + count)]


def sealed(rows: list[Row], tip: Tip | None = None) -> Segment:
    """Seal lines up to the transaction after theirs."""
    entries = sorted(ENTRY.pack(row[SEQ], row[MAC]) for row in rows)
    return next_segment(tip or Tip(), rows[-1][-1] + 1, entries, AT, KEY)


def checked(rows: list[Row]) -> Lines:
    """Check lines."""
    lines = Lines({1: MAC_KEY.key})
    lines.add(rows)
    return lines


def forged(row: Row) -> Row:
    """Return a line with another status, so that its MAC does not fit."""
    return tuple(500 if value == 200 else value for value in tuple(row))


def seals() -> Seals:
    """Return the beginning of a chain of seals."""
    return Seals({1: MAC_KEY.key}, [KEY.public_key()], Witness(None), Tip())


def test_of_bad_lines_the_first_by_number_is_kept() -> None:
    """Lines come in the order of their transactions, which is not that of their numbers."""
    first, second, third = rows_of(3)

    bad = checked([forged(third), forged(first), forged(second)]).first_bad

    assert bad is not None
    assert (bad.kind, bad.seq) == (BadKind.CHANGED, 1)


@pytest.mark.parametrize(("changed", "taken", "found"), [(0, 2, 1), (2, 0, 1), (1, 1, 2)])
def test_a_changed_and_a_missing_line_are_one_first(changed: int, taken: int, found: int) -> None:
    """Whatever stands first counts, by its MAC or by its seal."""
    rows = rows_of(3)
    segment = sealed(rows)
    there = [forged(row) if place == changed else row for place, row in enumerate(rows)]
    del there[taken]

    bad = checked(there).first_bad_of(segment)

    assert bad is not None
    assert bad.seq == found


def test_a_root_that_nothing_explains_is_forged() -> None:
    """Were a root signed that its own leaves do not give, it would be no proof."""
    rows = rows_of(2)
    segment = replace(sealed(rows), root=bytes(32)).signed(KEY)

    bad = seals().judge(segment, checked(rows))

    assert bad is not None
    assert (bad.kind, bad.seq, bad.segment_no) == (BadKind.SEGMENT_FORGED, 1, 1)


def test_lines_are_split_where_segments_end() -> None:
    """However the lines come in, each is held against the segment of its transaction."""
    early, late = rows_of(3, xid=1), rows_of(3, xid=2, start=4)
    first = sealed(early)
    second = sealed(late, first.tip)
    chain = seals()
    lines = SealedLines(chain, [first, second])

    found = [lines.take(early[:2]), lines.take([*early[2:], *late[:1]]), lines.take(late[1:])]

    assert [*found, lines.end()] == [None] * 4
    assert (chain.segments, chain.lines, chain.tip.segment_no) == (2, 6, 2)


def test_the_first_bad_segment_ends_the_search() -> None:
    """What comes after it is not looked at, whether its lines are at hand or not."""
    early, late = rows_of(3, xid=1), rows_of(3, xid=2, start=4)
    first = sealed(early)
    second = sealed(late, first.tip)

    while_taking = SealedLines(seals(), [first, second]).take([*early[1:], *late])
    at_the_end = SealedLines(seals(), [first, second]).end()

    assert while_taking is not None
    assert at_the_end is not None
    assert (while_taking.seq, at_the_end.seq) == (1, 1)


def test_of_a_forged_segment_the_bad_line_is_named() -> None:
    """A line that is bad by itself says more than the segment that was forged to cover it."""
    rows = rows_of(3)
    segment = replace(sealed(rows), root=bytes(32))

    alone = seals().judge(segment, checked(rows))
    with_line = seals().judge(segment, checked([rows[0], forged(rows[1]), rows[2]]))

    assert alone is not None
    assert with_line is not None
    assert (alone.kind, alone.seq) == (BadKind.SEGMENT_FORGED, 1)
    assert (with_line.kind, with_line.seq) == (BadKind.CHANGED, 2)


@pytest.mark.parametrize(
    "change",
    [
        "line_count = line_count + 1",
        "first_seq = first_seq - 1",
        "last_seq = last_seq + 1",
        "from_xid = from_xid - 1",
        "to_xid = to_xid - 1",
        "leaves = leaves || '\\x00'",
        "root = sha256(root)",
        "previous = sha256(previous)",
        "sealed_at = sealed_at + interval '1 second'",
        "hash = sha256(hash)",
        "signature = signature || '\\x00'",
    ],
)
async def test_an_edited_segment_is_named(trail: Trail, change: str) -> None:
    """No field of a segment can be changed unnoticed."""
    await trail.seal()
    line, *_ = await trail.seal()
    await trail.seal()
    await trail.tamper(f"update audit_segments set {change} where segment_no = 2")

    found = await trail.first_bad()

    assert (found.kind, found.segment_no) == (BadKind.SEGMENT_FORGED, 2)
    if not change.startswith("first_seq"):
        assert found.seq == await trail.seq(line)


async def test_a_segment_that_seals_less_does_not_hide_a_deletion(trail: Trail) -> None:
    """Whoever writes the segment anew lacks the key that signs it."""
    lines = await trail.seal()
    await trail.tamper("delete from audit_lines where line_id = $1", lines[1].line_id)
    await _forge(trail, Ed25519PrivateKey.generate(), keep_key_id=True)

    found = await trail.first_bad()

    assert (found.kind, found.seq) == (BadKind.SEGMENT_FORGED, await trail.seq(lines[0]))


async def test_a_swapped_key_is_named(trail: Trail) -> None:
    """A segment signed with another key names a key that nobody trusts."""
    line, *_ = await trail.seal()
    await _forge(trail, Ed25519PrivateKey.generate(), keep_key_id=False)

    found = await trail.first_bad()

    assert (found.kind, found.seq) == (BadKind.KEY_UNKNOWN, await trail.seq(line))


async def _forge(trail: Trail, key: Ed25519PrivateKey, *, keep_key_id: bool) -> None:
    """Put a segment in the place of the first one, signed with a key of our own."""
    rows = await trail.root.fetch(f"select {', '.join(COLUMNS)} from audit_segments")
    key_id = rows[0]["key_id"] if keep_key_id else "0123456789abcdef"
    forged = replace(Segment(**rows[0]), key_id=key_id).signed(key)
    await trail.tamper(
        "update audit_segments set key_id = $1, hash = $2, signature = $3",
        forged.key_id,
        forged.hash,
        forged.signature,
    )


async def test_a_line_under_an_unknown_key_is_named(trail: Trail) -> None:
    """A MAC that names a key we do not have proves nothing."""
    line, *_ = await trail.seal()
    await trail.tamper("update audit_lines set mac_key = 7 where line_id = $1", line.line_id)

    found = await trail.first_bad()

    assert (found.kind, found.line_id) == (BadKind.KEY_UNKNOWN, line.line_id)


async def test_all_keys_there_were_are_good(trail: Trail) -> None:
    """Lines and segments from before a change of keys hold as long as the old keys are kept."""
    await trail.seal()
    newer = Ed25519PrivateKey.generate()
    await trail.write()
    await Sealer(trail.database, newer, trail.heads).seal_now()
    macs = {1: MAC_KEY.key, 2: b"n" * 32}
    both = Proof(macs, [newer.public_key(), trail.key.public_key()], trail.heads)
    newest = Proof(macs, [newer.public_key()], trail.heads)

    async with trail.database.connection() as connection:
        kept = await verify(connection, both)
        lost = await verify(connection, newest)

    assert (kept.ok, kept.segments) == (True, 2)
    assert lost.first_bad is not None
    assert (lost.first_bad.kind, lost.first_bad.segment_no) == (BadKind.KEY_UNKNOWN, 1)


async def test_a_segment_taken_from_the_middle_breaks_the_chain(trail: Trail) -> None:
    """The next segment does not follow the one before; with the file, its head is missed."""
    for _ in range(3):
        await trail.seal()
    await trail.tamper("delete from audit_segments where segment_no = 2")

    with_file = await trail.first_bad()
    trail.heads.unlink()
    without_file = await trail.first_bad()

    assert (with_file.kind, with_file.segment_no) == (BadKind.HEAD_MISSING, 2)
    assert (without_file.kind, without_file.segment_no) == (BadKind.CHAIN_BROKEN, 3)
