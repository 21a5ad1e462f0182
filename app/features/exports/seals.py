"""Seals of exports: each file has a key of its own, wrapped by one of the service.

A piece is bound to its export and its place, so that none can be left out, moved or taken over.
Once the wrapped key is gone, what is left of the file anywhere opens no more.
"""

import hashlib
import hmac
import os
import secrets
from typing import Any, Final
from uuid import UUID

import orjson
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.core.sealing import Sealing

LABEL: Final = "exports"
NONCE: Final = 12
BITS: Final = 256
TOKEN: Final = "cims_export_"  # noqa: S105 - a beginning, by which scanners know it


def new_key(sealing: Sealing, export_id: UUID) -> bytes:
    """Draw the key of a file, and return it wrapped."""
    nonce, raw = os.urandom(NONCE), AESGCM.generate_key(BITS)
    return nonce + AESGCM(sealing.key_for(LABEL)).encrypt(nonce, raw, export_id.bytes)


class FileSeal:
    """Seals and opens the pieces of one file."""

    def __init__(self, sealing: Sealing, export_id: UUID, wrapped: bytes) -> None:
        wrapping = AESGCM(sealing.key_for(LABEL))
        self._cipher = AESGCM(wrapping.decrypt(wrapped[:NONCE], wrapped[NONCE:], export_id.bytes))
        self._export_id = export_id

    def seal(self, number: int, piece: bytes) -> bytes:
        """Seal a piece into its place."""
        nonce = os.urandom(NONCE)
        return nonce + self._cipher.encrypt(nonce, piece, self._place(number))

    def open(self, number: int, sealed: bytes) -> bytes:
        """Open the piece of a place."""
        return self._cipher.decrypt(sealed[:NONCE], sealed[NONCE:], self._place(number))

    def _place(self, number: int) -> bytes:
        return self._export_id.bytes + number.to_bytes(4, "big")


def new_token() -> str:
    """Draw the token of a link: 256 random bits."""
    return TOKEN + secrets.token_urlsafe(BITS // 8)


def token_digest(token: str) -> bytes:
    """Return what is kept of a token; of so much chance no slow digest is needed."""
    return hashlib.sha256(token.encode()).digest()


def filter_digest(sealing: Sealing, asked: dict[str, Any]) -> str:
    """Name a filter in the audit without its values: equal ones alike, under a key."""
    text = orjson.dumps(asked, option=orjson.OPT_SORT_KEYS)
    return hmac.new(sealing.key_for("export filters"), text, "sha256").hexdigest()[:16]
