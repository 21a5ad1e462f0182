"""An authenticator in software: makes passkeys and signs with them, as a browser would show it."""

import base64
import hashlib
import json
import os
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import encode_cbor

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40
ES256 = -7


@dataclass(slots=True)
class Authenticator:
    """One passkey in one device; `steps` is by how much it counts up each time."""

    origin: str = "https://cims.example"
    site: str = "cims.example"
    steps: int = 1
    count: int = 0
    flags: int = PRESENT | VERIFIED
    key: EllipticCurvePrivateKey = field(default_factory=lambda: generate_private_key(SECP256R1()))
    credential_id: bytes = field(default_factory=lambda: os.urandom(32))

    def create(self, options: dict[str, Any], attestation: str = "none") -> dict[str, Any]:
        """Answer the options of a new passkey."""
        client_data = self._client_data("webauthn.create", options["challenge"])
        data = self._data(attested=True)
        signed = {"alg": ES256, "sig": self._signature(data, client_data)}
        statement = signed if attestation == "packed" else {}
        whole = {"fmt": attestation, "attStmt": statement, "authData": data}
        return self._credential(
            clientDataJSON=text_of(client_data), attestationObject=text_of(encode_cbor(whole))
        )

    def get(self, options: dict[str, Any]) -> dict[str, Any]:
        """Answer the options of a sign-in."""
        self.count += self.steps
        client_data = self._client_data("webauthn.get", options["challenge"])
        data = self._data(attested=False)
        return self._credential(
            clientDataJSON=text_of(client_data),
            authenticatorData=text_of(data),
            signature=text_of(self._signature(data, client_data)),
        )

    def _client_data(self, act: str, challenge: str) -> bytes:
        told = {"type": act, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(told).encode()

    def _data(self, *, attested: bool) -> bytes:
        flags = self.flags | (ATTESTED if attested else 0)
        head = hashlib.sha256(self.site.encode()).digest() + bytes([flags])
        head += self.count.to_bytes(4, "big")
        if not attested:
            return head
        length = len(self.credential_id).to_bytes(2, "big")
        return head + bytes(16) + length + self.credential_id + self._public()

    def _public(self) -> bytes:
        numbers = self.key.public_key().public_numbers()
        x, y = (number.to_bytes(32, "big") for number in (numbers.x, numbers.y))
        return encode_cbor({1: 2, 3: ES256, -1: 1, -2: x, -3: y})

    def _signature(self, data: bytes, client_data: bytes) -> bytes:
        return self.key.sign(data + hashlib.sha256(client_data).digest(), ECDSA(SHA256()))

    def _credential(self, **response: str) -> dict[str, Any]:
        named = text_of(self.credential_id)
        return {
            "id": named,
            "rawId": named,
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": {},
            "response": response,
        }


def text_of(octets: bytes) -> str:
    """Write octets as browsers do: base64url without padding."""
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()
