"""A segment binds its lines, its fields and the segment before it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.core.chain import BEFORE_ALL, ENTRY, Segment, Tip, key_id_of, next_segment

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
ENTRIES = [ENTRY.pack(seq, bytes([seq]) * 32) for seq in (7, 8, 10)]
AT = datetime(2026, 1, 5, 8, 30, tzinfo=UTC)


def a_segment(tip: Tip | None = None) -> Segment:
    """Return a segment of three lines."""
    return next_segment(tip or Tip(), 90, ENTRIES, AT, KEY)


def test_a_segment_tells_what_it_covers() -> None:
    """Its range begins where the chain ended, and its leaves keep seq and part of the MAC."""
    segment = a_segment()

    assert (segment.segment_no, segment.from_xid, segment.to_xid) == (1, 0, 90)
    assert (segment.line_count, segment.first_seq, segment.last_seq) == (3, 7, 10)
    assert segment.previous == BEFORE_ALL
    assert segment.leaves == b"".join(entry[:16] for entry in ENTRIES)
    KEY.public_key().verify(segment.signature, segment.hash)


@pytest.mark.parametrize(
    "change",
    [
        {"segment_no": 2},
        {"from_xid": 1},
        {"to_xid": 91},
        {"line_count": 2},
        {"first_seq": 6},
        {"last_seq": 11},
        {"leaves": b""},
        {"root": bytes(32)},
        {"root": b"", "previous": a_segment().root + BEFORE_ALL},
        {"previous": bytes([1]) * 32},
        {"sealed_at": AT + timedelta(microseconds=1)},
        {"key_id": "other"},
    ],
)
def test_every_field_is_covered(change: dict[str, object]) -> None:
    """No field can change without the hash, and no hash without the signature."""
    segment = a_segment()
    changed = replace(segment, **change)  # type: ignore[arg-type]  # the parameters are fields

    assert changed.digest() != segment.hash
    with pytest.raises(InvalidSignature):
        KEY.public_key().verify(segment.signature, changed.digest())


def test_a_segment_follows_the_one_it_was_made_after() -> None:
    """Number, range and seal must all continue, and the seal covers the signature."""
    first = a_segment()
    tip = first.tip
    second = a_segment(tip)

    assert first.follows(Tip())
    assert second.follows(tip)
    assert not first.follows(tip)
    assert not second.follows(replace(first, signature=b"").tip)
    assert not second.follows(replace(tip, to_xid=89))
    assert not second.follows(replace(tip, seal=BEFORE_ALL))


def test_a_key_is_named_by_its_public_half() -> None:
    """Two keys have two names, and a key always the same."""
    other = Ed25519PrivateKey.generate().public_key()

    assert key_id_of(KEY.public_key()) == a_segment().key_id
    assert key_id_of(other) != a_segment().key_id
