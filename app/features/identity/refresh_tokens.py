"""Refresh tokens: opaque to clients, stored as digests, bound to one session."""

import base64
import binascii
import hashlib
import secrets
from dataclasses import dataclass
from typing import Final, Self
from uuid import UUID

ID: Final = 16
SECRET: Final = 32
LENGTH: Final = (ID + SECRET) * 4 // 3


@dataclass(frozen=True, slots=True, repr=False)
class RefreshToken:
    """The session it belongs to, so that it is found there, and 256 random bits."""

    session_id: UUID
    secret: bytes

    @classmethod
    def draw(cls, session_id: UUID) -> Self:
        """Draw a token for a session."""
        return cls(session_id, secrets.token_bytes(SECRET))

    @classmethod
    def read(cls, text: str) -> Self | None:
        """Read what a client sent; nothing when it cannot be one of ours."""
        if len(text) != LENGTH:
            return None
        try:
            octets = base64.b64decode(text.encode("ascii"), altchars=b"-_", validate=True)
        except (binascii.Error, UnicodeEncodeError):
            return None
        return cls(UUID(bytes=octets[:ID]), octets[ID:])

    @property
    def text(self) -> str:
        """What the client gets; shown once."""
        return base64.urlsafe_b64encode(self.session_id.bytes + self.secret).decode()

    @property
    def digest(self) -> bytes:
        """What is stored; of 256 random bits no slow digest is needed."""
        return hashlib.sha256(self.secret).digest()
