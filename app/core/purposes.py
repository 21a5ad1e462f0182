"""Purposes of use: stated by the actor, kept in the audit in clear, so never personal data."""

import re
from typing import Final

from app.core.problems import Fault, Malformed

LONGEST: Final = 100
# What looks like a number, an address or a trick of direction is refused.
PERSONAL: Final = re.compile(
    r"\d[\d\s-]{5,}|@|[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
)


def checked_purpose(text: str, pointer: str) -> str:
    """Return a stated purpose; raises Malformed when it is empty, too long or looks personal."""
    text = text.strip()
    if not text or len(text) > LONGEST or PERSONAL.search(text):
        raise Malformed(faults=[Fault(pointer, "purpose-form")])
    return text
