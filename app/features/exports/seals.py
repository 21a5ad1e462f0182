"""Seals of exports: the tokens of links, and how the audit names a filter."""

import hashlib
import hmac
import secrets
from typing import Any, Final

import orjson

from app.core.sealing import Sealing

LABEL: Final = "exports"
BITS: Final = 256
TOKEN: Final = "cims_export_"  # noqa: S105 - a beginning, by which scanners know it


def new_token() -> str:
    """Draw the token of a link: 256 random bits."""
    return TOKEN + secrets.token_urlsafe(BITS // 8)


def token_digest(token: str) -> bytes:
    """Return what is kept of a token; of so much chance no slow digest is needed."""
    return hashlib.sha256(token.encode()).digest()


def filter_digest(sealing: Sealing, asked: dict[str, Any]) -> str:
    """Name a filter in the audit without its values: equal ones alike, under a key."""
    text = orjson.dumps(asked, option=orjson.OPT_SORT_KEYS)
    return hmac.new(sealing.key_for("export filters"), text, "sha256").hexdigest()[:16]
