"""Cursors: opaque and signed, so that only what we wrote is ever read back."""

import base64
import binascii
import hmac
from typing import Any, Final

import orjson

from app.core.audit import mac_under
from app.core.problems import CursorInvalid
from app.core.sealing import Sealing

MAC: Final = 8


def write_cursor(sealing: Sealing, digest: str, position: list[Any]) -> str:
    """Write where a list stands; `digest` names the question that the cursor continues."""
    plain = orjson.dumps([digest, position], default=str, option=orjson.OPT_UTC_Z)
    return base64.urlsafe_b64encode(_mac(sealing, plain) + plain).decode().rstrip("=")


def read_cursor(sealing: Sealing, digest: str, cursor: str) -> list[Any]:
    """Return the position; raises CursorInvalid when it is not ours or another question's."""
    try:
        raw = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        mac, plain = raw[:MAC], raw[MAC:]
        if not hmac.compare_digest(mac, _mac(sealing, plain)):
            raise CursorInvalid
        known, position = orjson.loads(plain)
    except (ValueError, binascii.Error):
        raise CursorInvalid from None
    if known != digest:
        raise CursorInvalid
    return list(position)


def _mac(sealing: Sealing, plain: bytes) -> bytes:
    return mac_under(sealing.key_for("cursor"))(plain)[:MAC]
