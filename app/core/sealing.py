"""Sealing: what stands in the database is unreadable without keys kept outside it.

Each customer has a data key, wrapped by a wrapping key from a file. Values of one group and level
form an envelope: AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce, bound to its table,
envelope and row. Look-ups use HMAC-SHA-256 over the normalised value under a key of their own.
"""

import hashlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, Final
from uuid import UUID

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.core.audit import mac_under

FORMAT: Final = b"\x01"
NONCE: Final = 12
SEALED: Final = 1 + NONCE
REMEMBERED_KEYS: Final = 2048  # of 2.6 kB each, in each of two generations


class SealBrokenError(Exception):
    """A sealed value does not belong where it stands, or was altered."""


@dataclass(slots=True, repr=False)
class CustomerKey:
    """An opened data key: its cipher, and the 32 raw bytes for the other use."""

    cipher: AESGCM
    raw: bytes

    @classmethod
    def of(cls, raw: bytes) -> "CustomerKey":
        """Make the cipher."""
        return cls(AESGCM(raw), raw)

    @property
    def digest_key(self) -> bytes:
        """The key under which audit digests are made; reading has no need of it."""
        return hashlib.blake2b(b"audit digest", key=self.raw, digest_size=32).digest()


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A data key as the database holds it: by which wrapping key, and its bytes."""

    wrapping_key: int
    wrapped: bytes


class Sealing:
    """Opens and seals values; holds the keys of this process and never shows them.

    `reload` reads the wrapping keys again: a key added by a rotation is met first in a row.
    """

    def __init__(
        self,
        wrapping: Mapping[int, bytes],
        index: bytes,
        reload: Callable[[], Mapping[int, bytes]] | None = None,
    ) -> None:
        self._reload = reload
        self._take(wrapping)
        self._derived = lru_cache(maxsize=64)(partial(derive, index))
        self._blinding = lru_cache(maxsize=64)(lambda label: mac_under(self._derived(label)))
        self._tokens = hashlib.blake2b(key=derive(index, "name tokens"), digest_size=8)
        self._opened: dict[bytes, CustomerKey] = {}
        self._opened_before: dict[bytes, CustomerKey] = {}
        self.token = lru_cache(maxsize=65_536)(self._token)

    def _take(self, wrapping: Mapping[int, bytes]) -> None:
        self._wrapping = {number: AESGCM(key) for number, key in wrapping.items()}
        self.newest = max(wrapping)

    def new_key(self, customer_id: UUID) -> tuple[CustomerKey, WrappedKey]:
        """Draw a data key for a new customer."""
        raw = os.urandom(32)
        return CustomerKey.of(raw), self._wrap(raw, customer_id)

    def open_key(self, customer_id: UUID, wrapping_key: int, wrapped: bytes) -> CustomerKey:
        """Unwrap a customer's data key, or take it from the bounded memory of opened ones.

        Raises SealBrokenError when it is not this customer's or was wrapped by a key we lack.
        """
        known = self._opened.get(wrapped)
        if known is not None:
            return known
        opened = self._opened_before.get(wrapped)
        if opened is None:
            opened = CustomerKey.of(self._unwrap(customer_id, wrapping_key, wrapped))
        if len(self._opened) >= REMEMBERED_KEYS:
            # Two generations forget what is not asked for, cheaper than one key at a time.
            self._opened, self._opened_before = {}, self._opened
        self._opened[wrapped] = opened
        return opened

    def rewrap(self, customer_id: UUID, old: WrappedKey) -> WrappedKey:
        """Wrap a data key anew under the newest wrapping key."""
        return self._wrap(self._unwrap(customer_id, old.wrapping_key, old.wrapped), customer_id)

    def key_for(self, label: str) -> bytes:
        """Return the key of another keyed use in this process (cursors, stored answers)."""
        return self._derived(label)

    def blind(self, kind: str, value: str) -> bytes:
        """Return the 16-byte blind index of a normalised value; each kind has its own key."""
        return self._blinding(f"lookup {kind}")(value.casefold().encode())[:16]

    def _token(self, gram: str) -> int:
        """Return the keyed 64-bit token of a piece of a name."""
        digest = self._tokens.copy()
        digest.update(gram.encode())
        return int.from_bytes(digest.digest(), "big", signed=True)

    def _wrap(self, raw: bytes, customer_id: UUID) -> WrappedKey:
        nonce = os.urandom(NONCE)
        cipher = self._wrapping[self.newest]
        return WrappedKey(self.newest, nonce + cipher.encrypt(nonce, raw, customer_id.bytes))

    def _unwrap(self, customer_id: UUID, wrapping_key: int, wrapped: bytes) -> bytes:
        if wrapping_key not in self._wrapping and self._reload is not None:
            self._take(self._reload())
        cipher = self._wrapping.get(wrapping_key)
        if cipher is None:
            message = f"wrapping key {wrapping_key} is not in the key folder"
            raise SealBrokenError(message)
        try:
            return cipher.decrypt(wrapped[:NONCE], wrapped[NONCE:], customer_id.bytes)
        except (InvalidTag, ValueError):  # a nonce that is cut is no nonce
            message = "a customer's key does not open"
            raise SealBrokenError(message) from None


def derive(key: bytes, label: str) -> bytes:
    """Derive a 32-byte key for one use (HKDF, RFC 5869)."""
    return HKDF(SHA256(), 32, salt=None, info=f"cims {label}".encode()).derive(key)


def place_of(table: str, envelope: str, customer_id: UUID, row_id: UUID) -> bytes:
    """Name the one place a sealed value may stand in: table, envelope, customer and row."""
    return place_prefix(table, envelope) + customer_id.bytes + row_id.bytes


def place_prefix(table: str, envelope: str) -> bytes:
    """Name the table and envelope of a place, before the ids of its row."""
    return f"{table}|{envelope}|".encode()


def seal(key: CustomerKey, place: bytes, values: Mapping[str, Any]) -> bytes:
    """Seal the values of an envelope; what is None is left out."""
    nonce = os.urandom(NONCE)
    plain = orjson.dumps({name: value for name, value in values.items() if value is not None})
    return FORMAT + nonce + key.cipher.encrypt(nonce, plain, place)


def unseal(key: CustomerKey, place: bytes, sealed: bytes) -> dict[str, Any]:
    """Open an envelope; raises SealBrokenError when it was altered or moved."""
    if sealed[:1] != FORMAT:
        message = "an envelope has an unknown format"
        raise SealBrokenError(message)
    try:
        plain = key.cipher.decrypt(sealed[1:SEALED], sealed[SEALED:], place)
    except (InvalidTag, ValueError):  # a nonce that is cut is no nonce
        message = f"an envelope does not open: {place[:-32].decode()}"
        raise SealBrokenError(message) from None
    opened: dict[str, Any] = orjson.loads(plain)
    return opened


def value_digest(key: CustomerKey, name: str, value: Any) -> str | None:
    """Digest a value for the audit under the customer's key: unlinkable once that is destroyed."""
    if value is None:
        return None
    text = orjson.dumps([name, value], option=orjson.OPT_SORT_KEYS, default=str)
    return hashlib.blake2b(text, key=key.digest_key, digest_size=8).hexdigest()
