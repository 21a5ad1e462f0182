"""Seals of jobs: parameters, checkpoint and result may hold anything, so none stands in clear."""

import os
from typing import Any, Final
from uuid import UUID

import orjson
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.core.sealing import Sealing

LABEL: Final = "jobs"
NONCE: Final = 12


def seal_part(sealing: Sealing, job_id: UUID, part: str, value: Any) -> bytes:
    """Seal a part of a job, bound to its place."""
    nonce = os.urandom(NONCE)
    plain = orjson.dumps(value, default=str, option=orjson.OPT_UTC_Z)
    return nonce + AESGCM(sealing.key_for(LABEL)).encrypt(nonce, plain, _place(job_id, part))


def open_part(sealing: Sealing, job_id: UUID, part: str, sealed: bytes | None) -> Any:
    """Open a part of a job; what was never kept is None."""
    if sealed is None:
        return None
    cipher = AESGCM(sealing.key_for(LABEL))
    return orjson.loads(cipher.decrypt(sealed[:NONCE], sealed[NONCE:], _place(job_id, part)))


def seal_narrowing(sealing: Sealing, job_id: UUID, scopes: frozenset[str] | None) -> bytes | None:
    """Seal the scopes of a narrowed token, so that nobody widens a job in its row."""
    if scopes is None:
        return None
    return seal_part(sealing, job_id, "narrowing", sorted(scopes))


def open_narrowing(sealing: Sealing, job_id: UUID, sealed: bytes | None) -> frozenset[str] | None:
    """Open the scopes that a job may go up to; None where its token had all of its user's."""
    scopes = open_part(sealing, job_id, "narrowing", sealed)
    return None if scopes is None else frozenset(scopes)


def _place(job_id: UUID, part: str) -> bytes:
    return f"{part}|".encode() + job_id.bytes
