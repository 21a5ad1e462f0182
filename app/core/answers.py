"""Stored answers: what a retried request gets back, sealed, for a day."""

import os
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import asyncpg
import orjson
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Column, DateTime, Index, LargeBinary, PrimaryKeyConstraint, Table

from app.core.clock import now
from app.core.records import Placement, metadata, place
from app.core.sealing import Sealing

KEPT: Final = timedelta(hours=24)
NONCE: Final = 12
SELDOM: Final = 64

ANSWERS: Final = place(
    Table(
        "idempotency_keys",
        metadata,
        Column("hash", LargeBinary, nullable=False),
        Column("body_digest", LargeBinary, nullable=False),
        Column("answer", LargeBinary, nullable=False),
        Column("kept_at", DateTime(timezone=True), nullable=False),
        PrimaryKeyConstraint("hash"),
        Index("ix_idempotency_keys_kept_at", "kept_at"),
    ),
    Placement.HASHED,
    "hash",
)

LOCK: Final = "select pg_try_advisory_xact_lock($1)"
FIND: Final = "select body_digest, answer from idempotency_keys where hash = $1 and kept_at > $2"
KEEP: Final = (
    "insert into idempotency_keys (hash, body_digest, answer, kept_at) values ($1, $2, $3, $4) "
    "on conflict (hash) do update set body_digest = $2, answer = $3, kept_at = $4"
)
FORGET: Final = "delete from idempotency_keys where kept_at < $1"


@dataclass(frozen=True, slots=True)
class Stored:
    """A stored answer, and the digest of the body that it answered."""

    body_digest: bytes
    members: dict[str, Any]


class StoredAnswers:
    """Finds and keeps the answers of keyed requests, within the request's own transaction."""

    def __init__(self, connection: asyncpg.Connection, sealing: Sealing) -> None:
        self._connection = connection
        self._cipher = AESGCM(sealing.key_for("stored answers"))

    async def lock(self, key: bytes) -> bool:
        """Take the key for this transaction; False while another request holds it."""
        number = int.from_bytes(key[:8], "big", signed=True)
        return bool(await self._connection.fetchval(LOCK, number))

    async def find(self, key: bytes) -> Stored | None:
        """Return the answer kept under the key, if it is not older than a day."""
        row = await self._connection.fetchrow(FIND, key, now() - KEPT)
        if row is None:
            return None
        sealed = row["answer"]
        plain = self._cipher.decrypt(sealed[:NONCE], sealed[NONCE:], key)
        return Stored(row["body_digest"], orjson.loads(plain))

    async def keep(self, key: bytes, body_digest: bytes, members: dict[str, Any]) -> None:
        """Keep an answer, sealed; now and then let go of those that are older than a day."""
        nonce = os.urandom(NONCE)
        sealed = nonce + self._cipher.encrypt(nonce, orjson.dumps(members), key)
        await self._connection.execute(KEEP, key, body_digest, sealed, now())
        if key[0] % SELDOM == 0:
            await self._connection.execute(FORGET, now() - KEPT)
