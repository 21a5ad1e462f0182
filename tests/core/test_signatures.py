"""Signatures: the key decides on the algorithm, and there is one spelling."""

import base64
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from app.core.signatures import SignatureRefused, Signer, Verifier, canonical

PRIVATE = ec.generate_private_key(ec.SECP256R1())
SIGNED = Signer(PRIVATE).sign({"sub": "x"}, {"kid": "k"})


def number(value: int) -> str:
    """Write a number as keys hold it."""
    octets = value.to_bytes((value.bit_length() + 7) // 8, "big")
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def test_what_was_signed_is_read() -> None:
    """The payload comes back as it was written, also by the published key."""
    verifier = Verifier.of(PRIVATE.public_key())

    assert json.loads(verifier.payload(SIGNED)) == {"sub": "x"}
    assert json.loads(Verifier.read(verifier.to_dict()).payload(SIGNED)) == {"sub": "x"}


@pytest.mark.parametrize(
    "token", ["", "a.b", SIGNED + "=", SIGNED + "\n", SIGNED[:-4], f"{SIGNED}AAAA", f"x{SIGNED}"]
)
def test_other_spellings_are_refused(token: str) -> None:
    """A signature has one length and one spelling."""
    with pytest.raises(SignatureRefused):
        Verifier.of(PRIVATE.public_key()).payload(token)


@pytest.mark.parametrize("part", ["a", "=", "YR", "YQ==", "ü", "Y Q", "+/", "Y\n"])
def test_only_what_encoding_yields_is_decoded(part: str) -> None:
    """Padding, other alphabets and spare bits are refused."""
    with pytest.raises(SignatureRefused):
        canonical(part)


@pytest.mark.parametrize(
    "jwk",
    [
        {},
        {"kty": "oct", "k": "eA"},
        {"kty": "EC", "crv": "P-384", "x": "eA", "y": "eA"},
        {"kty": "EC", "crv": "P-256", "x": "eA", "y": "eA"},
        {"kty": "EC", "crv": "P-256", "x": 7, "y": None},
        {"kty": "RSA", "n": "eA", "e": "AQAB"},
        {"kty": "RSA", "n": number(2**1024 + 643), "e": "AQAB"},
        {"kty": "RSA", "n": number(2**20000 + 1), "e": "AQAB"},
        {"kty": "OKP", "crv": "Ed25519", "x": "eA"},
    ],
)
def test_keys_that_will_not_do_are_refused(jwk: dict[str, Any]) -> None:
    """Secrets, other curves, points off the curve, RSA too small or absurdly large."""
    with pytest.raises(SignatureRefused):
        Verifier.read(jwk)


def test_key_decides_on_the_algorithm() -> None:
    """A token of one algorithm is not verified by a key of the other."""
    numbers = rsa.generate_private_key(65537, 2048).public_key().public_numbers()
    verifier = Verifier.read({"kty": "RSA", "n": number(numbers.n), "e": number(numbers.e)})

    assert verifier.algorithm == "RS256"
    with pytest.raises(SignatureRefused):
        verifier.payload(SIGNED)
