"""User names: the one form in which they are kept and looked up."""

import unicodedata
from typing import Final

LONGEST_USERNAME: Final = 100


def username_of(text: str) -> str:
    """Return a user name in the one form it is kept and looked up in."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


def is_username(text: str) -> bool:
    """Whether this can be a user name; what cannot may be no text for PostgreSQL (NUL)."""
    return text.isprintable() and 0 < len(text) <= LONGEST_USERNAME
