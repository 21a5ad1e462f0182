"""Sealed seeds: what an authenticator app computes its codes from never stands in clear."""

import os
from typing import Final
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.core.sealing import Sealing

NONCE: Final = 12
LABEL: Final = "second factors"


def seal_seed(sealing: Sealing, factor_id: UUID, seed: str) -> bytes:
    """Seal a seed for its factor alone."""
    nonce = os.urandom(NONCE)
    return nonce + _cipher(sealing).encrypt(nonce, seed.encode(), factor_id.bytes)


def open_seed(sealing: Sealing, factor_id: UUID, sealed: bytes) -> str:
    """Open the seed of a factor; one that was altered or moved to another does not open."""
    return _cipher(sealing).decrypt(sealed[:NONCE], sealed[NONCE:], factor_id.bytes).decode()


def _cipher(sealing: Sealing) -> AESGCM:
    return AESGCM(sealing.key_for(LABEL))
