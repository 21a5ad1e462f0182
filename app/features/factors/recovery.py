"""Recovery codes: ten of 80 random bits for the day on which the phone is lost."""

import base64
import hashlib
import secrets
from typing import Final
from uuid import UUID

from app.core.sealing import Sealing

HOW_MANY: Final = 10
BYTES: Final = 10
GROUP: Final = 4
LONGEST: Final = 64
LABEL: Final = "recovery codes"


def new_codes() -> list[str]:
    """Draw a set of codes, in four groups of four letters and digits."""
    return [_grouped(secrets.token_bytes(BYTES)) for _ in range(HOW_MANY)]


def code_digest(sealing: Sealing, user_id: UUID, code: str) -> bytes:
    """Return what is kept of a code: keyed and bound to its user, however it was typed."""
    plain = "".join(code[:LONGEST].split()).replace("-", "").upper()
    text = user_id.bytes + plain.encode("utf-8", "replace")
    return hashlib.blake2b(text, key=sealing.key_for(LABEL), digest_size=32).digest()


def _grouped(drawn: bytes) -> str:
    text = base64.b32encode(drawn).decode()
    return "-".join(text[start : start + GROUP] for start in range(0, len(text), GROUP))
