"""Codes of authenticator apps (RFC 6238): six digits, SHA-1, a step of thirty seconds."""

import re
import unicodedata
from datetime import datetime
from hmac import compare_digest
from typing import Final

import pyotp

STEP: Final = 30
# One step before and after: clocks differ, and a code is typed for a while.
WINDOW: Final = 1
CODE: Final = re.compile(r"[0-9]{6}")
LONGEST: Final = 20


def new_seed() -> str:
    """Draw a seed of 160 bits in base32, as apps take it."""
    return pyotp.random_base32()


def address_of(seed: str, username: str, issuer: str) -> str:
    """Return the `otpauth` address that a page shows as a QR code."""
    return pyotp.TOTP(seed).provisioning_uri(name=username, issuer_name=issuer)


def code_at(seed: str, counter: int) -> str:
    """Return the code of one time step."""
    return pyotp.TOTP(seed, interval=STEP).generate_otp(counter)


def counter_of(seed: str, code: str, at: datetime) -> int | None:
    """Return the time step that a code is of, if it is one of the window; the latest of several."""
    typed = _digits(code)
    if typed is None:
        return None
    present = int(at.timestamp()) // STEP
    steps = range(present - WINDOW, present + WINDOW + 1)
    fitting = [step for step in steps if compare_digest(code_at(seed, step), typed)]
    return max(fitting, default=None)


def _digits(code: str) -> str | None:
    """Return the six digits of a code, however its blanks and digits were typed."""
    if len(code) > LONGEST:
        return None
    digits = "".join(unicodedata.normalize("NFKC", code).split())
    return digits if CODE.fullmatch(digits) else None
