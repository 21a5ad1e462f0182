"""Signatures of tokens (JWS, RFC 7515): the one wrapper of python-jose, so that it can be swapped.

The library reads more than it should (unknown critical headers, text after the signature), so
callers read header and spelling themselves; the key decides on the algorithm, never the token.
"""

import base64
from collections.abc import Mapping
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ec import (
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
)
from jose import jws
from jose.backends.base import Key
from jose.backends.cryptography_backend import CryptographyECKey, CryptographyRSAKey

ES256: Final = "ES256"
RS256: Final = "RS256"
ES256_LENGTH: Final = 64
LEAST_RSA_BITS: Final = 2048
LARGEST_RSA_BITS: Final = 8192


class SignatureRefused(Exception):  # noqa: N818 - an answer; that it says no more is its purpose
    """The spelling, the key or the signature will not do."""


class Signer:
    """Signs with a P-256 key."""

    def __init__(self, private: EllipticCurvePrivateKey) -> None:
        self._key: Key = CryptographyECKey(private, ES256)

    def sign(self, claims: Mapping[str, Any], headers: Mapping[str, str]) -> str:
        """Write a signed token; its header has `alg` and these."""
        return str(jws.sign(dict(claims), self._key, headers=dict(headers), algorithm=ES256))


class Verifier:
    """Verifies by one public key, in the one algorithm that is meant for it."""

    def __init__(self, key: Key, algorithm: str) -> None:
        self._key = key
        self.algorithm = algorithm

    @classmethod
    def of(cls, public: EllipticCurvePublicKey) -> "Verifier":
        """Return the verifier of a P-256 key of ours."""
        return cls(CryptographyECKey(public, ES256), ES256)

    @classmethod
    def read(cls, jwk: Mapping[str, Any]) -> "Verifier":
        """Read somebody else's public key (RFC 7517), RSA or P-256; raises SignatureRefused."""
        try:
            return _read(jwk)
        except Exception:  # noqa: BLE001 - whatever it brings the library to, it is no key for us
            raise SignatureRefused from None

    def payload(self, token: str) -> bytes:
        """Return what a token says if this key signed it; raises SignatureRefused."""
        try:
            self._require_spelling(token)
            return bytes(jws.verify(token, self._key, algorithms=[self.algorithm]))
        except Exception:  # noqa: BLE001 - whatever a token brings the library to, it is refused
            raise SignatureRefused from None

    def _require_spelling(self, token: str) -> None:
        """Refuse a signature of another length or spelling than the one that signing yields."""
        octets = canonical(token.split(".")[2])
        if self.algorithm == ES256 and len(octets) != ES256_LENGTH:
            raise SignatureRefused

    def to_dict(self) -> dict[str, Any]:
        """Return the public key as others read it."""
        return dict(self._key.to_dict())


def canonical(part: str) -> bytes:
    """Decode base64url, refusing every spelling but the one that encoding yields."""
    try:
        octets = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except ValueError:
        raise SignatureRefused from None
    if base64.urlsafe_b64encode(octets).rstrip(b"=").decode() != part:
        raise SignatureRefused
    return octets


def _read(jwk: Mapping[str, Any]) -> Verifier:
    if jwk["kty"] == "EC" and jwk["crv"] == "P-256":
        members = {name: jwk[name] for name in ("kty", "crv", "x", "y")}
        return Verifier(CryptographyECKey(members, ES256), ES256)
    if jwk["kty"] != "RSA":
        raise SignatureRefused
    key = CryptographyRSAKey({name: jwk[name] for name in ("kty", "n", "e")}, RS256)
    if not LEAST_RSA_BITS <= key.prepared_key.key_size <= LARGEST_RSA_BITS:
        raise SignatureRefused
    return Verifier(key, RS256)
