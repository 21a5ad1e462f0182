"""Seals of files: each file has a key of its own, wrapped by one of the service.

A piece is bound to its file and its place, so that none can be left out, moved or taken over.
Once the wrapped key is gone, what is left of the file anywhere opens no more.
"""

import os
from typing import Final
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.core.sealing import Sealing

NONCE: Final = 12
BITS: Final = 256


def new_key(sealing: Sealing, label: str, file_id: UUID) -> bytes:
    """Draw the key of a file, and return it wrapped; `label` names the feature that keeps it."""
    nonce, raw = os.urandom(NONCE), AESGCM.generate_key(BITS)
    return nonce + AESGCM(sealing.key_for(label)).encrypt(nonce, raw, file_id.bytes)


class FileSeal:
    """Seals and opens the pieces of one file."""

    def __init__(self, sealing: Sealing, label: str, file_id: UUID, wrapped: bytes) -> None:
        wrapping = AESGCM(sealing.key_for(label))
        self._cipher = AESGCM(wrapping.decrypt(wrapped[:NONCE], wrapped[NONCE:], file_id.bytes))
        self._file_id = file_id

    def seal(self, number: int, piece: bytes, part: str = "") -> bytes:
        """Seal a piece into its place; a file of several parts says which part it is of."""
        nonce = os.urandom(NONCE)
        return nonce + self._cipher.encrypt(nonce, piece, self._place(number, part))

    def open(self, number: int, sealed: bytes, part: str = "") -> bytes:
        """Open the piece of a place."""
        return self._cipher.decrypt(sealed[:NONCE], sealed[NONCE:], self._place(number, part))

    def _place(self, number: int, part: str) -> bytes:
        return self._file_id.bytes + number.to_bytes(4, "big") + part.encode()
