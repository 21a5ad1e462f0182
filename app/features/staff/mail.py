"""Mail addresses of the staff: sealed, so that a dump of the database names nobody's mailbox."""

import os
from typing import Final
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.core.sealing import Sealing

NONCE: Final = 12
LABEL: Final = "staff mail"


def seal_mail(sealing: Sealing, user_id: UUID, address: str | None) -> bytes | None:
    """Seal an address for the one user whose row it stands in."""
    if address is None:
        return None
    nonce = os.urandom(NONCE)
    return nonce + _cipher(sealing).encrypt(nonce, address.encode(), user_id.bytes)


def open_mail(sealing: Sealing, user_id: UUID, sealed: bytes | None) -> str | None:
    """Open an address; raises InvalidTag for one that was altered or belongs to somebody else."""
    if sealed is None:
        return None
    return _cipher(sealing).decrypt(sealed[:NONCE], sealed[NONCE:], user_id.bytes).decode()


def _cipher(sealing: Sealing) -> AESGCM:
    return AESGCM(sealing.key_for(LABEL))
