"""Challenges: sealed notes that come back within five minutes, each for one purpose.

Two say that the password was right for a user, and wait for the factor, or for the first one to be
added. The others are what a
passkey signs: random to everybody else, so nothing has to be kept until the answer comes.
"""

import base64
import binascii
import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.core.clock import now
from app.core.sealing import Sealing
from app.features.factors.problems import FactorRefused

LIVES: Final = timedelta(minutes=5)
NONCE: Final = 12
UUID_BYTES: Final = 16
LONGEST: Final = 200
MICROSECONDS: Final = 1_000_000
LABEL: Final = "challenges"


class Purpose(StrEnum):
    """What a challenge serves for; it opens for nothing else."""

    SIGN_IN = "sign in"
    NEW_PASSKEY = "new passkey"
    PASSKEY = "passkey"
    ENROLMENT = "enrolment"


@dataclass(frozen=True, slots=True)
class Challenge:
    """What a challenge says: whose it is, and when it was made."""

    user_id: UUID
    made_at: datetime


def make_challenge(sealing: Sealing, user_id: UUID, purpose: Purpose = Purpose.SIGN_IN) -> str:
    """Write a challenge for a user, opaque to everybody."""
    nonce = os.urandom(NONCE)
    at = int(now().timestamp() * MICROSECONDS).to_bytes(8, "big")
    sealed = _cipher(sealing).encrypt(nonce, user_id.bytes + at, purpose.encode())
    return base64.urlsafe_b64encode(nonce + sealed).rstrip(b"=").decode()


def read_challenge(sealing: Sealing, text: str, purpose: Purpose = Purpose.SIGN_IN) -> Challenge:
    """Read a challenge of ours; raises FactorRefused for any other, and for one that is too old."""
    found = _opened(sealing, text, purpose)
    if not timedelta() <= now() - found.made_at < LIVES:
        raise FactorRefused
    return found


def bytes_of(text: str) -> bytes:
    """Return the bytes of a challenge, as a passkey signs them; none for what is no base64url."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return b""


def _opened(sealing: Sealing, text: str, purpose: Purpose) -> Challenge:
    whole = bytes_of(text) if len(text) <= LONGEST else b""
    try:
        plain = _cipher(sealing).decrypt(whole[:NONCE], whole[NONCE:], purpose.encode())
    except (InvalidTag, ValueError):
        raise FactorRefused from None
    at = int.from_bytes(plain[UUID_BYTES:], "big") / MICROSECONDS
    return Challenge(UUID(bytes=plain[:UUID_BYTES]), datetime.fromtimestamp(at, UTC))


def _cipher(sealing: Sealing) -> AESGCM:
    return AESGCM(sealing.key_for(LABEL))
