"""Secrets of other systems: drawn by the service, shown once, stored as digests."""

import hashlib
import re
import secrets
from typing import Final

# What scanners of code and logs look for; no password that is made or chosen begins so by chance.
PREFIX: Final = "cims_secret_"
OCTETS: Final = 32
FORM: Final = re.compile(rf"{PREFIX}[A-Za-z0-9_-]{{43}}")
ID_PREFIX: Final = "client_"


def draw_secret() -> str:
    """Draw a secret of 256 random bits."""
    return PREFIX + secrets.token_urlsafe(OCTETS)


def draw_client_id() -> str:
    """Draw the name by which a system signs in; it says nothing and is never given again."""
    return ID_PREFIX + secrets.token_hex(10)


def has_form(secret: str) -> bool:
    """Whether this can be one of ours; what cannot is somebody's password, or none."""
    return FORM.fullmatch(secret) is not None


def digest_of(secret: str) -> bytes:
    """Return what is stored; of 256 random bits no slow digest is needed."""
    return hashlib.sha256(secret.encode()).digest()
