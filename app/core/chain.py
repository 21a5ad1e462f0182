"""The chain: committed audit lines in signed segments, each bound to the one before it.

A segment covers exactly the lines whose transaction id lies in `[from_xid, to_xid)`. Ranges follow
one another without a gap, and a range is only sealed once no transaction in it is still open.
"""

import hashlib
import struct
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
)

from app.core.audit import EPOCH, MICROSECOND
from app.core.records import APPEND, Placement, metadata, place

AUDIT_SEGMENTS: Final = place(
    Table(
        "audit_segments",
        metadata,
        Column("segment_no", BigInteger, nullable=False, autoincrement=False),
        Column("from_xid", BigInteger, nullable=False),
        Column("to_xid", BigInteger, nullable=False),
        Column("line_count", Integer, nullable=False),
        Column("first_seq", BigInteger, nullable=False),
        Column("last_seq", BigInteger, nullable=False),
        Column("leaves", LargeBinary, nullable=False),
        Column("root", LargeBinary, nullable=False),
        Column("previous", LargeBinary, nullable=False),
        Column("sealed_at", DateTime(timezone=True), nullable=False),
        Column("key_id", Text, nullable=False),
        Column("hash", LargeBinary, nullable=False),
        Column("signature", LargeBinary, nullable=False),
        PrimaryKeyConstraint("segment_no"),
    ),
    Placement.AUDIT,
    "segment_no",
    app_may=APPEND,
    auditor_may=("SELECT",),
)

FORM: Final = b"cims audit segment 1"
BEFORE_ALL: Final = bytes(32)
ENTRY: Final = struct.Struct(">q32s")  # a line's seq and MAC
LEAF: Final = struct.Struct(">q8s")  # its seq and the first bytes of its MAC, to find it by
HEADER: Final = struct.Struct(">qqqqqqq")


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A row of `audit_segments`; `hash` covers every other field, the signature the hash.

    The next segment's `previous` covers hash and signature, so that the last signature of a chain
    proves all of it.
    """

    segment_no: int
    from_xid: int
    to_xid: int
    line_count: int
    first_seq: int
    last_seq: int
    leaves: bytes
    root: bytes
    previous: bytes
    sealed_at: datetime
    key_id: str
    hash: bytes = b""
    signature: bytes = b""

    def digest(self) -> bytes:
        """Hash all fields but `hash` and `signature`, each with its length."""
        header = HEADER.pack(
            self.segment_no,
            self.from_xid,
            self.to_xid,
            self.line_count,
            self.first_seq,
            self.last_seq,
            (self.sealed_at - EPOCH) // MICROSECOND,
        )
        parts = (FORM, header, self.root, self.previous, self.key_id.encode(), self.leaves)
        hashed = hashlib.sha256()
        for part in parts:
            hashed.update(len(part).to_bytes(8, "big") + part)
        return hashed.digest()

    def signed(self, key: Ed25519PrivateKey) -> "Segment":
        """Return the segment with its hash and the signature over it."""
        digest = self.digest()
        return replace(self, hash=digest, signature=key.sign(digest))

    def follows(self, previous: "Tip") -> bool:
        """Whether this segment continues where the previous one ended."""
        return (self.segment_no, self.from_xid, self.previous) == (
            previous.segment_no + 1,
            previous.to_xid,
            previous.seal,
        )

    @property
    def tip(self) -> "Tip":
        """Where a chain ends with this segment."""
        seal = hashlib.sha256(self.hash + self.signature).digest()
        return Tip(self.segment_no, self.to_xid, seal)


@dataclass(frozen=True, slots=True)
class Tip:
    """Where the chain ends: what the next segment binds to."""

    segment_no: int = 0
    to_xid: int = 0
    seal: bytes = BEFORE_ALL


def next_segment(
    tip: Tip, to_xid: int, entries: Sequence[bytes], sealed_at: datetime, key: Ed25519PrivateKey
) -> Segment:
    """Close the lines up to `to_xid`; `entries` are theirs (`ENTRY`), in the order of seq."""
    return Segment(
        segment_no=tip.segment_no + 1,
        from_xid=tip.to_xid,
        to_xid=to_xid,
        line_count=len(entries),
        first_seq=ENTRY.unpack(entries[0])[0],
        last_seq=ENTRY.unpack(entries[-1])[0],
        leaves=leaves_of(entries),
        root=root_of(entries),
        previous=tip.seal,
        sealed_at=sealed_at,
        key_id=key_id_of(key.public_key()),
    ).signed(key)


def root_of(entries: Sequence[bytes]) -> bytes:
    """Hash seq and MAC of all lines of a segment."""
    return hashlib.sha256(b"".join(entries)).digest()


def leaves_of(entries: Sequence[bytes]) -> bytes:
    """Keep of each line what is needed to name it."""
    return b"".join([entry[: LEAF.size] for entry in entries])


def key_id_of(key: Ed25519PublicKey) -> str:
    """Name a signing key by its public half, so that numbers cannot be mixed up."""
    return hashlib.sha256(key.public_bytes_raw()).hexdigest()[:16]
