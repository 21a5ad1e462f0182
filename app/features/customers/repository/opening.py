"""Opening records: new customers with all they bring, one or a thousand in one transaction."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import asyncpg
from sqlalchemy import LargeBinary, select

from app.core.clock import now
from app.core.records import CLAIMS
from app.core.sealing import Sealing, WrappedKey
from app.core.statements import any_of, compile_statement
from app.core.work import UnitOfWork
from app.core.writing import Draft, Row, insert_drafts, insert_rows
from app.features.customers.repository.doubles import TELLING, Double, DoubleRepository

CLAIM: Final = (
    "insert into claims (hash, customer_id) select * from unnest($1::bytea[], $2::uuid[]) "
    "on conflict do nothing returning hash"
)
PAIR: Final = (
    "insert into duplicate_candidates (customer_id, other_id, reasons, found_at) "
    "select one, other, string_to_array(reason, ','), $4 "
    "from unnest($1::uuid[], $2::uuid[], $3::text[]) as pair (one, other, reason) "
    "on conflict (customer_id, other_id) do update "
    "set reasons = duplicate_candidates.reasons || excluded.reasons "
    "where not duplicate_candidates.reasons @> excluded.reasons"
)
FIND: Final = compile_statement(
    select(CLAIMS.c.hash, CLAIMS.c.customer_id).where(
        CLAIMS.c.hash == any_of("hashes", LargeBinary)
    )
)
KEY_COLUMNS: Final = ("customer_id", "wrapping_key", "wrapped")
# Of a value that very many carry, a switchboard or a stopgap, the stewards need no further pairs.
MOST_PAIRS: Final = 5
Claimed = tuple[UUID, Mapping[str, Any]]


class OpeningRepository:
    """Writes new customers: keys, rows, look-ups, claims, possible doubles and the line."""

    def __init__(self, work: UnitOfWork) -> None:
        self.work = work

    async def open(
        self,
        keys: Mapping[UUID, WrappedKey],
        drafts: Sequence[Draft],
        claims: Sequence[Claimed],
        doubles: Mapping[UUID, Sequence[Double]],
    ) -> None:
        """Write everything or nothing; raises ClaimsTaken with the customers refused."""
        sealing = self.work.platform.sealing
        async with self.work.changing() as connection:
            taken = await claim(connection, sealing, claims)
            if taken:
                raise ClaimsTaken(taken)
            await insert_rows(connection, "customer_keys", KEY_COLUMNS, _key_rows(keys))
            await insert_drafts(connection, drafts, sealing)
            await keep_pairs(connection, doubles)

    async def doubles(
        self, drafts: Sequence[Draft], sealing: Sealing
    ) -> dict[UUID, Sequence[Double]]:
        """Return the new customers' possible doubles, older records and each other alike."""
        owners: dict[bytes, list[tuple[UUID, str]]] = {}
        for draft in drafts:
            for digest, kind in draft.pairs(sealing):
                if kind in TELLING:
                    owners.setdefault(digest, []).append((draft.customer_id, kind))
        known = await DoubleRepository(self.work).sharing(list(owners))
        shared = {one: all_ for one, all_ in owners.items() if one in known or len(all_) > 1}
        found: dict[UUID, dict[UUID, Double]] = {}
        for digest, entries in shared.items():
            first = [(one, kind, True) for one, kind in entries[:1]]
            others = [*known.get(digest, ())[:MOST_PAIRS], *first]
            for customer_id, kind in entries:
                _note_doubles(found.setdefault(customer_id, {}), customer_id, kind, others)
        return {customer_id: list(doubles.values()) for customer_id, doubles in found.items()}

    async def owners(self, claims: Sequence[Mapping[str, Any]]) -> list[UUID | None]:
        """Return, in the order asked, the customers that hold these ids of other systems."""
        hashes = [claim_digest(self.work.platform.sealing, wanted) for wanted in claims]
        rows = await self.work.fetch(FIND, {"hashes": hashes})
        held = dict(map(tuple, rows))
        return [held.get(digest) for digest in hashes]


def _note_doubles(
    found: dict[UUID, Double],
    customer_id: UUID,
    kind: str,
    others: Iterable[tuple[UUID, str, bool]],
) -> None:
    for other_id, _, within in others:
        if other_id != customer_id:
            reasons = found.setdefault(other_id, Double(other_id)).reasons
            reasons[kind] = within or reasons.get(kind, False)


class ClaimsTaken(Exception):  # noqa: N818 - told to the service, which makes a problem of it
    """Ids of other systems that belong to other customers: whose drafts are refused."""

    def __init__(self, customers: set[UUID]) -> None:
        super().__init__()
        self.customers = customers


async def claim(
    connection: asyncpg.Connection, sealing: Sealing, wanted: Sequence[Claimed]
) -> set[UUID]:
    """Claim ids of other systems; returns the customers whose id was taken already."""
    if not wanted:
        return set()
    hashes = [claim_digest(sealing, values) for _, values in wanted]
    owners = [customer_id for customer_id, _ in wanted]
    left = {row["hash"] for row in await connection.fetch(CLAIM, hashes, owners)}
    taken = set()
    for digest, owner in zip(hashes, owners, strict=True):
        if digest in left:
            left.discard(digest)  # asked for twice, it goes to the first
        else:
            taken.add(owner)
    return taken


def claim_digest(sealing: Sealing, wanted: Mapping[str, Any]) -> bytes:
    """Return the keyed hash under which the id of a system is claimed."""
    return sealing.blind("claim", f"{wanted['system']}\n{wanted['value']}")


async def keep_pairs(
    connection: asyncpg.Connection, doubles: Mapping[UUID, Sequence[Double]]
) -> None:
    """Keep possible doubles for the stewards: each pair once, the younger record first."""
    reasons: dict[tuple[UUID, UUID], dict[str, bool]] = {}
    for one, found in doubles.items():
        for double in found:
            pair = (max(one, double.other_id), min(one, double.other_id))
            reasons.setdefault(pair, {}).update(double.reasons)
    if reasons:
        younger, older = (list(column) for column in zip(*reasons, strict=True))
        told = [",".join(sorted(kinds)) for kinds in reasons.values()]
        await connection.execute(PAIR, younger, older, told, now())


def _key_rows(keys: Mapping[UUID, WrappedKey]) -> list[Row]:
    return [(one, key.wrapping_key, key.wrapped) for one, key in keys.items()]
