"""Notes on alerts: sealed, since they may say something of customers or colleagues."""

import os
from typing import Final
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.core.sealing import Sealing

NONCE: Final = 12
LABEL: Final = "alert note"


def seal_note(sealing: Sealing, alert_id: UUID, note: str | None) -> bytes | None:
    """Seal a note for the one alert that it stands at."""
    if note is None:
        return None
    nonce = os.urandom(NONCE)
    return nonce + _cipher(sealing).encrypt(nonce, note.encode(), alert_id.bytes)


def open_note(sealing: Sealing, alert_id: UUID, sealed: bytes | None) -> str | None:
    """Open a note; raises InvalidTag for one that was altered or belongs to another alert."""
    if sealed is None:
        return None
    return _cipher(sealing).decrypt(sealed[:NONCE], sealed[NONCE:], alert_id.bytes).decode()


def _cipher(sealing: Sealing) -> AESGCM:
    return AESGCM(sealing.key_for(LABEL))
