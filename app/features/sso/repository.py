"""Rows of signing in through a provider: ways under way, and who is who."""

import hashlib
import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import orjson
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.core.clock import now
from app.core.sealing import Sealing
from app.core.statements import Statement
from app.core.work import UnitOfWork

LIVES: Final = timedelta(minutes=10)
NONCE: Final = 12
SELDOM: Final = 64
LABEL: Final = "sso transactions"
IDENTITIES: Final = "external identities"

KEEP: Final = Statement(
    "insert into sso_transactions (state_digest, secret_digest, provider, sealed, expires_at) "
    "values ($1, $2, $3, $4, $5)",
    ("state", "secret", "provider", "sealed", "expires_at"),
    {},
)
# One statement: of many at once exactly one gets the row.
USE: Final = Statement(
    "delete from sso_transactions where state_digest = $1 and secret_digest = $2 "
    "and provider = $3 and expires_at > $4 returning sealed",
    ("state", "secret", "provider", "at"),
    {},
)
SWEEP: Final = Statement("delete from sso_transactions where expires_at < $1", ("at",), {})
FIND: Final = Statement(
    "select user_id from external_identities where digest = $1", ("digest",), {}
)
LINK: Final = Statement(
    "insert into external_identities (digest, issuer, user_id, linked_at) "
    "values ($1, $2, $3, $4) on conflict do nothing returning user_id",
    ("digest", "issuer", "user_id", "at"),
    {},
)
OF_USER: Final = Statement(
    "select issuer, linked_at from external_identities where user_id = $1 order by issuer",
    ("user_id",),
    {},
)
UNLINK: Final = Statement(
    "delete from external_identities where user_id = $1 returning issuer", ("user_id",), {}
)


@dataclass(frozen=True, slots=True, repr=False)
class Way:
    """What a browser takes to the provider, and what stays here until it is back."""

    state: str
    secret: str
    verifier: str
    nonce: str


@dataclass(frozen=True, slots=True)
class Link:
    """A provider's account that opens a user's."""

    issuer: str
    linked_at: datetime


class TransactionRepository:
    """Keeps what is under way; outside of the request's transaction, so that use is for good."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work
        self._cipher = AESGCM(work.platform.sealing.key_for(LABEL))

    async def keep(self, provider: str, way: Way) -> None:
        """Keep a way until it is used or too old; now and then let go of those that are."""
        state, nonce = _digest(way.state), os.urandom(NONCE)
        plain = orjson.dumps([way.verifier, way.nonce])
        params = {
            "state": state,
            "secret": _digest(way.secret),
            "provider": provider,
            "sealed": nonce + self._cipher.encrypt(nonce, plain, state),
            "expires_at": now() + LIVES,
        }
        await self._work.fetch(KEEP, params)
        if state[0] % SELDOM == 0:
            await self._work.fetch(SWEEP, {"at": now()})

    async def use(self, provider: str, state: str, secret: str) -> Way | None:
        """Use a way up, and return it; nothing when it is unknown, used or too old."""
        digest = _digest(state)
        params: dict[str, Any] = {"state": digest, "secret": _digest(secret)}
        rows = await self._work.fetch(USE, {**params, "provider": provider, "at": now()})
        if not rows:
            return None
        sealed = rows[0]["sealed"]
        verifier, nonce = orjson.loads(self._cipher.decrypt(sealed[:NONCE], sealed[NONCE:], digest))
        return Way(state, secret, verifier, nonce)


class ExternalIdentityRepository:
    """Tells users by what a provider calls them; writes only within `changed_staff`."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    async def user_of(self, issuer: str, subject: str) -> UUID | None:
        """Return the user that a provider's account opens."""
        rows = await self._work.fetch(FIND, {"digest": self._identity(issuer, subject)})
        found: UUID | None = rows[0]["user_id"] if rows else None
        return found

    async def link(self, issuer: str, subject: str, user_id: UUID) -> bool:
        """Let a provider's account open a user's; False when either has another counterpart."""
        digest = self._identity(issuer, subject)
        params = {"digest": digest, "issuer": issuer, "user_id": user_id, "at": now()}
        return bool(await self._work.fetch(LINK, params))

    async def of_user(self, user_id: UUID) -> list[Link]:
        """Return what opens a user's account."""
        return [Link(*row) for row in await self._work.fetch(OF_USER, {"user_id": user_id})]

    async def unlink(self, user_id: UUID) -> list[str]:
        """Let no provider's account open a user's any more; returns the issuers."""
        return [row["issuer"] for row in await self._work.fetch(UNLINK, {"user_id": user_id})]

    def _identity(self, issuer: str, subject: str) -> bytes:
        return _keyed(self._work.platform.sealing, f"{issuer}\n{subject}")


def _digest(text: str) -> bytes:
    """Digest random text; of 256 bits no slow digest is needed."""
    return hashlib.sha256(text.encode("utf-8", "replace")).digest()


def _keyed(sealing: Sealing, text: str) -> bytes:
    """Digest what may be a name or a mail address, case and all, under a key."""
    key = sealing.key_for(IDENTITIES)
    return hashlib.blake2b(text.encode("utf-8", "replace"), key=key, digest_size=32).digest()
