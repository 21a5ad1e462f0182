"""Key rings for tests: drawn in memory, no folder needed."""

import os

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.core.keys import KeyRing, SigningKey, kid_of


def a_signing_key() -> SigningKey:
    """Draw a signing key."""
    private = generate_private_key(SECP256R1())
    return SigningKey(kid_of(private.public_key()), private)


def a_ring(*signing: SigningKey) -> KeyRing:
    """Draw a ring, with these signing keys or one of its own."""
    return KeyRing(
        wrapping={1: os.urandom(32)},
        index=os.urandom(32),
        audit={1: os.urandom(32)},
        signing=signing or (a_signing_key(),),
        heads=Ed25519PrivateKey.generate(),
    )
