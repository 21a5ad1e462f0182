"""The audit trail: the line that says what a unit of work read, changed and disclosed."""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

import orjson
from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from app.core.access import NOBODY, Actor
from app.core.clock import new_id, now
from app.core.emergency import opened_of
from app.core.records import APPEND, Placement, metadata, place

AUDIT_LINES: Final = place(
    Table(
        "audit_lines",
        metadata,
        Column("at", DateTime(timezone=True), nullable=False),
        Column("line_id", Uuid, nullable=False),
        Column("seq", BigInteger, Identity(always=True), nullable=False),
        Column(
            "xid",
            BigInteger,
            nullable=False,
            server_default=text("((pg_current_xact_id())::text)::bigint"),
        ),
        Column("request_id", Text, nullable=False),
        Column("actor_kind", Text, nullable=False),
        Column("actor_id", Uuid),
        Column("roles", ARRAY(Text), nullable=False),
        Column("policy", Text, nullable=False),
        Column("session", Text),
        Column("source", Text),
        Column("operation", Text, nullable=False),
        Column("purpose", Text),
        Column("reason", Text),
        Column("status", SmallInteger, nullable=False),
        Column("subjects", ARRAY(Uuid), nullable=False),
        Column("shown", LargeBinary),
        Column("changed", ARRAY(Text), nullable=False),
        Column("detail", Text),
        Column("mac_key", Integer, nullable=False),
        Column("mac", LargeBinary, nullable=False),
        PrimaryKeyConstraint("at", "line_id"),
        Index("ix_audit_lines_xid", "xid"),
        # New entries wait in a list that an insert empties when it is full: a full list of the
        # usual 4 MB made the lines of that moment wait for a second.
        Index(
            "ix_audit_lines_subjects",
            "subjects",
            postgresql_using="gin",
            postgresql_with={"gin_pending_list_limit": 512},
        ),
        Index("ix_audit_lines_actor_id_at", "actor_id", "at"),
        postgresql_partition_by="RANGE (at)",
    ),
    Placement.AUDIT,
    "line_id",
    app_may=APPEND,
    auditor_may=("SELECT",),
)

PROJECTIONS: Final = place(
    Table(
        "projections",
        metadata,
        Column("digest", LargeBinary, nullable=False),
        Column("shown", Text, nullable=False),
        PrimaryKeyConstraint("digest"),
    ),
    Placement.REFERENCE,
    app_may=APPEND,
    auditor_may=("SELECT",),
)

# The order of this tuple is the order in the statement, in the MAC and in its verification.
WRITTEN: Final = (
    "at",
    "line_id",
    "request_id",
    "actor_kind",
    "actor_id",
    "roles",
    "policy",
    "session",
    "source",
    "operation",
    "purpose",
    "reason",
    "status",
    "subjects",
    "shown",
    "changed",
    "detail",
    "mac_key",
    "mac",
)
TYPES: Final = (
    "timestamptz",
    "uuid",
    "text",
    "text",
    "uuid",
    "text",
    "text",
    "text",
    "text",
    "text",
    "text",
    "text",
    "int2",
    "text",
    "bytea",
    "text",
    "text",
    "int4",
    "bytea",
)
AS_ARRAY: Final = {"roles": "text[]", "subjects": "uuid[]", "changed": "text[]"}
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND: Final = timedelta(microseconds=1)
# What PostgreSQL puts into quotes when it prints an element of a text array (array_out).
QUOTED: Final = re.compile(r"""[\s{}",\\]|\A\Z|\Anull\Z""", re.ASCII | re.IGNORECASE)
BLOCK: Final = 64


@dataclass(frozen=True, slots=True, repr=False)
class MacKey:
    """The key of the lines' MAC, and its number."""

    number: int
    key: bytes


@dataclass(slots=True)
class Line:
    """One audit line in the making; the layers and the unit of work fill it, features do not."""

    request_id: str
    source: str | None = None
    actor: Actor = NOBODY
    operation: str = "unknown"
    purpose: str | None = None
    reason: str | None = None
    status: int = 0
    subjects: dict[str, None] = field(default_factory=dict)
    shown: dict[str, Mapping[str, str]] = field(default_factory=dict)
    changed: dict[str, None] = field(default_factory=dict)
    detail: dict[str, Any] = field(default_factory=dict)
    line_id: UUID = field(default_factory=new_id)
    at: datetime = field(default_factory=now)

    def note_subjects(self, ids: Iterable[str]) -> None:
        """Note the customers whose data the answer holds or the change touched."""
        self.subjects.update(dict.fromkeys(ids))

    def keep_subjects(self, ids: Iterable[str]) -> None:
        """Take off those who were read to find these, and are not shown."""
        self.subjects = dict.fromkeys(ids)
        if not self.subjects:
            self.shown = {}

    def continued(self) -> "Line":
        """Return a further line of the same request, with nothing read or changed yet."""
        return replace(
            self, subjects={}, shown={}, changed={}, detail={}, line_id=new_id(), at=now()
        )

    def row(self, mac_key: MacKey, digest: bytes | None = None) -> tuple[Any, ...]:
        """Return the values in the order of WRITTEN, arrays as PostgreSQL array text.

        `digest` is that of what is shown, where it is known already.
        """
        actor = self.actor
        detail = {**self.detail, **opened_of(actor.emergencies, self.subjects, self.at)}
        values = (
            self.at,
            self.line_id,
            self.request_id,
            actor.kind.value,
            actor.actor_id,
            array_text(actor.roles),
            actor.fingerprint,
            actor.session,
            self.source,
            self.operation,
            self.purpose,
            self.reason,
            self.status,
            ids_text(self.subjects),
            digest or shown_digest(self.shown),
            array_text(self.changed),
            orjson.dumps(detail, option=orjson.OPT_SORT_KEYS).decode() if detail else None,
            mac_key.number,
        )
        return (*values, line_mac(mac_key.key, values))


def ids_text(ids: Iterable[str]) -> str:
    """Write ids as PostgreSQL prints an array of them."""
    return "{" + ",".join(ids) + "}"


def array_text(words: Iterable[str]) -> str:
    """Write any words as PostgreSQL prints an array of them."""
    return ids_text(map(_element, words))


@lru_cache(maxsize=1024)
def _element(word: str) -> str:
    if not QUOTED.search(word):
        return word
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'


def line_mac(key: bytes, values: Sequence[Any]) -> bytes:
    """Return the MAC over all written values but itself."""
    return mac_under(key)(line_text(values))


def line_text(values: Sequence[Any]) -> bytes:
    """Return what the MAC is made over: a JSON array, so total and null-safe."""
    at, line_id, *rest = values
    return orjson.dumps([(at - EPOCH) // MICROSECOND, line_id.hex, *rest], default=_plain)


@lru_cache(maxsize=64)
def mac_under(key: bytes) -> Callable[[bytes], bytes]:
    """Return HMAC-SHA-256 (RFC 2104) under one key; hashing its two blocks once halves the cost."""
    block = (key if len(key) <= BLOCK else hashlib.sha256(key).digest()).ljust(BLOCK, b"\0")
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in block))
    outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in block))

    def mac(text: bytes) -> bytes:
        first, second = inner.copy(), outer.copy()
        first.update(text)
        second.update(first.digest())
        return second.digest()

    return mac


def _plain(value: object) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)


def shown_digest(shown: Mapping[str, Mapping[str, str]]) -> bytes | None:
    """Return the digest under which the disclosed field set stands in `projections`."""
    if not shown:
        return None
    return hashlib.sha256(shown_text(shown).encode()).digest()[:16]


def shown_text(shown: Mapping[str, Mapping[str, str]]) -> str:
    """Write the disclosed fields and their form, by resource."""
    return orjson.dumps(shown, option=orjson.OPT_SORT_KEYS).decode()


def insert_many_sql() -> str:
    """Write many lines in one statement: one array parameter for each column."""
    columns = ", ".join(WRITTEN)
    arrays = ", ".join(f"${place}::{kind}[]" for place, kind in enumerate(TYPES, 1))
    picked = ", ".join(_cast(name, f"line.{name}") for name in WRITTEN)
    return (
        f"insert into audit_lines ({columns}) "  # noqa: S608 - constants of this module only
        f"select {picked} from unnest({arrays}) as line ({columns})"
    )


def values_sql(start: int) -> str:
    """Return the select list of one line, its parameters numbered from `start`."""
    numbered = zip(WRITTEN, TYPES, strict=True)
    return ", ".join(
        _cast(name, f"${place}::{kind}") for place, (name, kind) in enumerate(numbered, start)
    )


def _cast(name: str, expression: str) -> str:
    return f"{expression}::{AS_ARRAY[name]}" if name in AS_ARRAY else expression
